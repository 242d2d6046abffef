#include "tests/simulation/records.h"

#include "eds/state/v1/records.pb.h"
#include "glog/logging.h"

namespace eds::simulation {
namespace {

template <typename Record>
std::string NameIn(const StoreEvent& event) {
  Record record;
  if (event.deleted) return "";
  CHECK(record.ParseFromString(event.entry.value));
  return record.server_name();
}

}  // namespace

Records::Records(StateStore& durable)
    : databases_(durable.Watch("databases/",
                               [this](const StoreEvent& event) {
                                 Change(event.entry.key, NameIn<state::v1::DatabaseRecord>(event));
                               })),
      users_(durable.Watch("users/", [this](const StoreEvent& event) {
        Change(event.entry.key, NameIn<state::v1::UserRecord>(event));
      })) {}

void Records::Change(const std::string& key, const std::string& names_object) {
  std::string& name = names_[key];
  if (!name.empty() && --counts_[name] == 0) counts_.erase(name);
  name = names_object;
  if (!name.empty()) ++counts_[name];
}

}  // namespace eds::simulation
