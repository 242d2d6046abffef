#include "tests/simulation/records.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "eds/state/v1/records.pb.h"
#include "glog/logging.h"

namespace eds::simulation {
namespace {

using state::v1::DatabaseRecord;
using state::v1::ReadyRecord;
using state::v1::UserRecord;

constexpr char kDatabases[] = "databases/";
constexpr char kUsers[] = "users/";
constexpr char kReady[] = "ready/";

template <typename Record>
Record Parse(const StoredEntry& entry) {
  Record record;
  CHECK(record.ParseFromString(entry.value)) << entry.key;
  return record;
}

bool IsToBeDropped(const DatabaseRecord& record) {
  return record.state() == v1::Database::STATE_DELETING &&
         (record.undo() || record.purge_cause() != v1::Purge::CAUSE_UNSPECIFIED);
}

}  // namespace

Records::Records(StateStore& durable)
    : databases_(durable.Watch(kDatabases, [this](const StoreEvent& event) { Change(event); })),
      users_(durable.Watch(kUsers, [this](const StoreEvent& event) { Change(event); })),
      ready_(durable.Watch(kReady, [this](const StoreEvent& event) { Change(event); })) {}

Records::Entry Records::Of(const DatabaseRecord& record) {
  Entry entry;
  entry.objects[record.server_name()] = IsToBeDropped(record);
  if (!record.has_first_login()) return entry;
  const std::string& login = record.first_login().server_name();
  entry.objects[login] = IsToBeDropped(record);
  // It is let in when the database is claimed, and locked when that is deleted.
  if (record.state() == v1::Database::STATE_DELETED) entry.unclaimed = login;
  return entry;
}

Records::Entry Records::Of(const UserRecord& record) {
  const bool deleting = record.state() == v1::User::STATE_DELETING;
  Entry entry{.database = absl::StrCat(kDatabases, record.database())};
  entry.objects[record.server_name()] = deleting;
  // The other login of a user goes at the end of an overlap, or before the next one.
  if (!record.previous_server_name().empty()) entry.objects[record.previous_server_name()] = true;
  if (!record.next_server_name().empty()) entry.objects[record.next_server_name()] |= deleting;
  return entry;
}

Records::Entry Records::Of(const ReadyRecord& record) {
  const bool dropping = record.state() == state::v1::READY_STATE_DROPPING;
  Entry entry{.unclaimed = record.login().server_name()};
  entry.objects[entry.unclaimed] = dropping;
  if (record.has_database()) entry.objects[record.database().server_name()] = dropping;
  return entry;
}

void Records::Change(const StoreEvent& event) {
  const std::string& key = event.entry.key;
  if (const auto known = entries_.find(key); known != entries_.end()) {
    std::erase_if(by_object_, [&key](const auto& entry) { return entry.second == key; });
    entries_.erase(known);
  }
  if (event.deleted) return;
  Entry entry = absl::StartsWith(key, kDatabases) ? Of(Parse<DatabaseRecord>(event.entry))
                : absl::StartsWith(key, kUsers)   ? Of(Parse<UserRecord>(event.entry))
                                                  : Of(Parse<ReadyRecord>(event.entry));
  for (const auto& [object, leaving] : entry.objects) by_object_.emplace(object, key);
  entries_.emplace(key, std::move(entry));
}

bool Records::Name(const std::string& object) const { return by_object_.contains(object); }

bool Records::AllowDropping(const std::string& object) const {
  const auto [begin, end] = by_object_.equal_range(object);
  return std::all_of(
      begin, end, [&](const auto& found) { return IsLeaving(entries_.at(found.second), object); });
}

std::vector<std::string> Records::UnclaimedLogins() const {
  std::vector<std::string> logins;
  for (const auto& [key, entry] : entries_) {
    if (!entry.unclaimed.empty()) logins.push_back(entry.unclaimed);
  }
  return logins;
}

bool Records::IsLeaving(const Entry& entry, const std::string& object) const {
  const auto database = entries_.find(entry.database);
  const bool with_database =
      database != entries_.end() &&
      absl::c_any_of(database->second.objects, [](const auto& part) { return part.second; });
  return with_database || entry.objects.at(object);
}

}  // namespace eds::simulation
