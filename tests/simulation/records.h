#ifndef EDS_TESTS_SIMULATION_RECORDS_H_
#define EDS_TESTS_SIMULATION_RECORDS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "controller/state/state_store.h"
#include "eds/state/v1/records.pb.h"

namespace eds::simulation {

// What durable records say of objects on servers, at every moment.
class Records {
 public:
  // `durable` must outlive this object.
  explicit Records(StateStore& durable);

  // Whether a record gives an object this name.
  bool Name(const std::string& object) const;

  // How many records do so: two, and two own the same.
  size_t CountOf(const std::string& object) const { return by_object_.count(object); }

  // Whether every record that does so is of something on its way out.
  bool AllowDropping(const std::string& object) const;

  // The logins made ahead that nobody has claimed.
  std::vector<std::string> UnclaimedLogins() const;

 private:
  struct Entry {
    std::string database = {};                 // Key of the database's record, for a user's.
    std::map<std::string, bool> objects = {};  // And whether each is on its way out.
    std::string unclaimed = {};                // The login that nobody can use yet. Empty: none.
  };

  static Entry Of(const state::v1::DatabaseRecord& record);
  static Entry Of(const state::v1::UserRecord& record);
  static Entry Of(const state::v1::ReadyRecord& record);
  void Change(const StoreEvent& event);
  bool IsLeaving(const Entry& entry, const std::string& object) const;

  std::map<std::string, Entry> entries_;               // By key of the record.
  std::multimap<std::string, std::string> by_object_;  // Keys.
  std::unique_ptr<StateStore::Watcher> databases_;
  std::unique_ptr<StateStore::Watcher> users_;
  std::unique_ptr<StateStore::Watcher> ready_;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_RECORDS_H_
