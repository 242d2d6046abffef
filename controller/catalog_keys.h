#ifndef EDS_CONTROLLER_CATALOG_KEYS_H_
#define EDS_CONTROLLER_CATALOG_KEYS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/resource_name.h"
#include "eds/state/v1/records.pb.h"

// The keys of the store; eds/state/v1/records.proto says what is kept under each.
namespace eds::catalog_keys {

constexpr char kDatabases[] = "databases/";
constexpr char kDisplayNames[] = "display-names/";
constexpr char kAdopted[] = "adopted/";
constexpr char kNodes[] = "nodes/";
constexpr char kConfigs[] = "configs/";
constexpr char kRequests[] = "requests/";
constexpr char kUnfinished[] = "unfinished/";
constexpr char kExpiring[] = "expiring/";
constexpr char kOverlaps[] = "overlaps/";
constexpr char kPurges[] = "purges/";
constexpr char kReady[] = "ready/";

std::string Key(absl::string_view prefix, absl::string_view id);
std::string UsersOf(absl::string_view database);  // A prefix.
std::string Of(const state::v1::DatabaseRecord& record);
std::string Of(const state::v1::UserRecord& record);
std::string Of(const state::v1::ReadyRecord& record);
std::string DisplayName(const state::v1::DatabaseRecord& record);
std::string Adopted(const state::v1::DatabaseRecord& record);
std::string Expiring(const state::v1::DatabaseRecord& record);
std::string Overlap(const state::v1::UserRecord& record);

// Greater than the keys under kExpiring, or kOverlaps, of what expires at `time` or before,
// and not greater than any later one.
std::string ExpiringAfter(absl::Time time);
std::string OverlapsAfter(absl::Time time);
// Greater than the keys under kPurges of what was purged after `time`.
std::string PurgesBefore(absl::Time time);
std::string Purge(const v1::Purge& purge);

// The resource that a key under kExpiring is about.
std::string DatabaseOfExpiring(absl::string_view key);
// The same of a key under kOverlaps.
UserName UserOfOverlap(absl::string_view key);

}  // namespace eds::catalog_keys

#endif  // EDS_CONTROLLER_CATALOG_KEYS_H_
