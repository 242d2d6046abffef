#include "controller/catalog_keys.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/timestamp.h"

namespace eds::catalog_keys {
namespace {

using state::v1::DatabaseRecord;
using state::v1::UserRecord;

int64_t Milliseconds(absl::Time time) { return std::max<int64_t>(absl::ToUnixMillis(time), 0); }

// Ordered as the times are.
std::string Ascending(int64_t milliseconds) { return absl::StrFormat("%016x/", milliseconds); }

// Ordered the other way round.
std::string Descending(int64_t milliseconds) {
  return Ascending(std::numeric_limits<int64_t>::max() - milliseconds);
}

}  // namespace

std::string Key(absl::string_view prefix, absl::string_view id) { return absl::StrCat(prefix, id); }
std::string UsersOf(absl::string_view database) { return absl::StrCat("users/", database, "/"); }
std::string Of(const DatabaseRecord& record) { return Key(kDatabases, record.id()); }
std::string Of(const UserRecord& record) { return Key(UsersOf(record.database()), record.id()); }

std::string Of(const state::v1::ReadyRecord& record) {
  return absl::StrCat(kReady, record.node(), "/", record.id());
}

std::string DisplayName(const DatabaseRecord& record) {
  return Key(kDisplayNames, record.display_name());
}

std::string Adopted(const DatabaseRecord& record) {
  return absl::StrCat(kAdopted, record.node(), "/", record.server_name());
}

std::string Expiring(const DatabaseRecord& record) {
  return absl::StrCat(kExpiring, Ascending(Milliseconds(ToTime(record.purge_time()))), record.id());
}

std::string Overlap(const UserRecord& record) {
  return absl::StrCat(kOverlaps,
                      Ascending(Milliseconds(ToTime(record.previous_password_expire_time()))),
                      record.database(), "/", record.id());
}

std::string ExpiringAfter(absl::Time time) {
  return absl::StrCat(kExpiring, Ascending(Milliseconds(time) + 1));
}

std::string OverlapsAfter(absl::Time time) {
  return absl::StrCat(kOverlaps, Ascending(Milliseconds(time) + 1));
}

std::string PurgesBefore(absl::Time time) {
  return absl::StrCat(kPurges, Descending(Milliseconds(time)));
}

std::string Purge(const v1::Purge& purge) {
  return absl::StrCat(PurgesBefore(ToTime(purge.purge_time())), purge.server_name());
}

std::string DatabaseOfExpiring(absl::string_view key) {
  return std::string(key.substr(key.rfind('/') + 1));
}

UserName UserOfOverlap(absl::string_view key) {
  const std::vector<std::string> parts = absl::StrSplit(key, '/');
  return {.database = parts.at(parts.size() - 2), .user = parts.back()};
}

}  // namespace eds::catalog_keys
