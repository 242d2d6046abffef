#ifndef EDS_TESTS_SIMULATION_RECORDS_H_
#define EDS_TESTS_SIMULATION_RECORDS_H_

#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "controller/state/state_store.h"

namespace eds::simulation {

// The names on servers that durable records give to objects, at every moment.
class Records {
 public:
  // `durable` must outlive this object.
  explicit Records(StateStore& durable);

  bool Name(absl::string_view object) const { return counts_.contains(std::string(object)); }

 private:
  void Change(const std::string& key, const std::string& names_object);

  // By key of the record: the name of its object.
  std::map<std::string, std::string> names_;
  std::map<std::string, int> counts_;  // By name.
  std::unique_ptr<StateStore::Watcher> databases_;
  std::unique_ptr<StateStore::Watcher> users_;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_RECORDS_H_
