#ifndef EDS_TESTS_SIMULATION_RECORDS_H_
#define EDS_TESTS_SIMULATION_RECORDS_H_

#include <map>
#include <memory>
#include <string>

#include "controller/state/state_store.h"

namespace eds::simulation {

// What durable records say of objects on servers, at every moment.
class Records {
 public:
  // `durable` must outlive this object.
  explicit Records(StateStore& durable);

  // Whether a record gives an object this name.
  bool Name(const std::string& object) const;

  // Whether every record that does so is of something on its way out.
  bool AllowDropping(const std::string& object) const;

 private:
  struct Entry {
    std::string database;                 // Key of the database's record, for a user's.
    std::map<std::string, bool> objects;  // And whether each is on its way out.
  };

  void Change(const StoreEvent& event);
  bool IsLeaving(const Entry& entry, const std::string& object) const;

  std::map<std::string, Entry> entries_;               // By key of the record.
  std::multimap<std::string, std::string> by_object_;  // Keys.
  std::unique_ptr<StateStore::Watcher> databases_;
  std::unique_ptr<StateStore::Watcher> users_;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_RECORDS_H_
