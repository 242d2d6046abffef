#include "controller/catalog_check.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "controller/catalog_changes.h"
#include "controller/catalog_keys.h"
#include "controller/stored_record.h"

namespace eds {
namespace {

using catalog_keys::Key;
using state::v1::ConfigRecord;
using state::v1::DatabaseRecord;
using state::v1::InstallationRecord;
using state::v1::NodeRecord;
using state::v1::PurgeRecord;
using state::v1::ReadyRecord;
using state::v1::RequestRecord;
using state::v1::UserRecord;

constexpr size_t kScanPage = 1000;
constexpr char kInstallation[] = "installation";
constexpr char kUsers[] = "users/";
constexpr size_t kInstallationIdLength = 8;

std::string KeyOf(const NodeRecord& record) { return Key(catalog_keys::kNodes, record.id()); }
std::string KeyOf(const ConfigRecord& record) { return Key(catalog_keys::kConfigs, record.node()); }
std::string KeyOf(const DatabaseRecord& record) { return catalog_keys::Of(record); }
std::string KeyOf(const UserRecord& record) { return catalog_keys::Of(record); }
std::string KeyOf(const PurgeRecord& record) { return catalog_keys::Purge(record.purge()); }
std::string KeyOf(const RequestRecord& record) { return Key(catalog_keys::kRequests, record.id()); }
std::string KeyOf(const ReadyRecord& record) { return catalog_keys::Of(record); }
std::string KeyOf(const InstallationRecord&) { return kInstallation; }

// The key of the record that a resource's name stands for; empty if it stands for none.
std::string KeyOfResource(const std::string& name) {
  if (const auto database = ParseDatabaseName("", name); database.ok()) {
    return Key(catalog_keys::kDatabases, *database);
  }
  if (const auto node = ParseNodeName("", name); node.ok()) {
    return Key(catalog_keys::kConfigs, *node);
  }
  if (const auto ready = ParseReadyName("", name); ready.ok()) {
    return absl::StrCat(catalog_keys::kReady, ready->node, "/", ready->id);
  }
  const auto user = ParseUserName("", name);
  return user.ok() ? Key(catalog_keys::UsersOf(user->database), user->user) : "";
}

class Check {
 public:
  Check(StateStore& store, size_t limit) : store_(store), limit_(limit) {}

  absl::StatusOr<std::vector<StoreFinding>> Run() &&;

 private:
  // A kind of entry, by the beginning of its key.
  struct Kind {
    absl::string_view prefix;
    absl::Status (Check::*check)(const StoredEntry& entry);
  };
  static const Kind kKinds[];

  absl::Status CheckEntry(const StoredEntry& entry);
  absl::Status CheckInstallation(const StoredEntry& entry);
  absl::Status CheckDatabase(const StoredEntry& entry);
  absl::Status CheckUser(const StoredEntry& entry);
  absl::Status CheckConfig(const StoredEntry& entry);
  absl::Status CheckReady(const StoredEntry& entry);
  absl::Status CheckRequest(const StoredEntry& entry);
  template <typename Record>
  absl::Status CheckRecord(const StoredEntry& entry);

  // What stands beside a record.
  absl::Status CheckNamed(const StoredEntry& entry);
  absl::Status CheckExpiring(const StoredEntry& entry);
  absl::Status CheckOverlap(const StoredEntry& entry);
  absl::Status CheckUnfinished(const StoredEntry& entry);
  absl::Status CheckOwner(const StoredEntry& entry, const std::string& owner);

  // Nullopt, and a finding, if the record cannot be read or is not under its own key.
  template <typename Record>
  absl::optional<Record> Parse(const StoredEntry& entry);
  // Whether all that must stand beside the record of `key` does.
  template <typename Record>
  absl::Status CheckBeside(const std::string& key, const Record& record);
  absl::StatusOr<absl::optional<StoredEntry>> Find(const std::string& key);

  void Add(const std::string& key, absl::string_view problem) {
    findings_.push_back({key, std::string(problem)});
  }
  bool ended() const { return findings_.size() >= limit_; }

  StateStore& store_;
  const size_t limit_;
  std::vector<StoreFinding> findings_;
};

const Check::Kind Check::kKinds[] = {
    {kInstallation, &Check::CheckInstallation},
    {catalog_keys::kNodes, &Check::CheckRecord<NodeRecord>},
    {catalog_keys::kConfigs, &Check::CheckConfig},
    {catalog_keys::kDatabases, &Check::CheckDatabase},
    {kUsers, &Check::CheckUser},
    {catalog_keys::kReady, &Check::CheckReady},
    {catalog_keys::kRequests, &Check::CheckRequest},
    {catalog_keys::kPurges, &Check::CheckRecord<PurgeRecord>},
    {catalog_keys::kDisplayNames, &Check::CheckNamed},
    {catalog_keys::kAdopted, &Check::CheckNamed},
    {catalog_keys::kExpiring, &Check::CheckExpiring},
    {catalog_keys::kOverlaps, &Check::CheckOverlap},
    {catalog_keys::kUnfinished, &Check::CheckUnfinished},
};

absl::StatusOr<std::vector<StoreFinding>> Check::Run() && {
  std::string after;
  bool more = true;
  while (more) {
    ASSIGN_OR_RETURN(const std::vector<StoredEntry> page, store_.List("", after, kScanPage));
    for (const StoredEntry& entry : page) {
      if (ended()) break;
      RETURN_IF_ERROR(CheckEntry(entry));
    }
    more = page.size() == kScanPage && !ended();
    if (more) after = page.back().key;
  }
  return std::move(findings_);
}

absl::Status Check::CheckEntry(const StoredEntry& entry) {
  for (const Kind& kind : kKinds) {
    if (absl::StartsWith(entry.key, kind.prefix)) return (this->*kind.check)(entry);
  }
  Add(entry.key, "is of no kind that is known");
  return absl::OkStatus();
}

absl::Status Check::CheckInstallation(const StoredEntry& entry) {
  const auto record = Parse<InstallationRecord>(entry);
  if (record && record->id().size() != kInstallationIdLength) Add(entry.key, "has no proper id");
  return absl::OkStatus();
}

absl::Status Check::CheckDatabase(const StoredEntry& entry) {
  const auto record = Parse<DatabaseRecord>(entry);
  if (!record) return absl::OkStatus();
  if (record->state() == v1::Database::STATE_UNSPECIFIED) Add(entry.key, "has no state");
  if (record->server_name().empty()) Add(entry.key, "has no name on the server");
  return CheckBeside(entry.key, *record);
}

absl::Status Check::CheckUser(const StoredEntry& entry) {
  const auto record = Parse<UserRecord>(entry);
  if (!record) return absl::OkStatus();
  if (record->state() == v1::User::STATE_UNSPECIFIED) Add(entry.key, "has no state");
  if (record->server_name().empty()) Add(entry.key, "has no name on the server");
  const std::string database = Key(catalog_keys::kDatabases, record->database());
  ASSIGN_OR_RETURN(const auto found, Find(database));
  if (!found) Add(entry.key, absl::StrCat("is of ", database, ", which is not there"));
  return CheckBeside(entry.key, *record);
}

absl::Status Check::CheckConfig(const StoredEntry& entry) {
  const auto record = Parse<ConfigRecord>(entry);
  return record ? CheckBeside(entry.key, *record) : absl::OkStatus();
}

absl::Status Check::CheckReady(const StoredEntry& entry) {
  const auto record = Parse<ReadyRecord>(entry);
  if (!record) return absl::OkStatus();
  if (record->state() == state::v1::READY_STATE_UNSPECIFIED) Add(entry.key, "has no state");
  if (record->login().server_name().empty()) Add(entry.key, "has no login");
  return CheckBeside(entry.key, *record);
}

// Its resource may be gone, and forgotten before the request is.
absl::Status Check::CheckRequest(const StoredEntry& entry) {
  const auto record = Parse<RequestRecord>(entry);
  if (!record) return absl::OkStatus();
  const bool is_config = ParseConfigName("resource", record->resource()).ok();
  if (!is_config && KeyOfResource(record->resource()).empty()) {
    Add(entry.key, "is about no resource");
  }
  return absl::OkStatus();
}

template <typename Record>
absl::Status Check::CheckRecord(const StoredEntry& entry) {
  Parse<Record>(entry);
  return absl::OkStatus();
}

absl::Status Check::CheckNamed(const StoredEntry& entry) {
  return CheckOwner(entry, Key(catalog_keys::kDatabases, entry.value));
}

absl::Status Check::CheckExpiring(const StoredEntry& entry) {
  return CheckOwner(entry,
                    Key(catalog_keys::kDatabases, catalog_keys::DatabaseOfExpiring(entry.key)));
}

absl::Status Check::CheckOverlap(const StoredEntry& entry) {
  if (std::count(entry.key.begin(), entry.key.end(), '/') < 3) {
    Add(entry.key, "is about no resource");
    return absl::OkStatus();
  }
  const UserName user = catalog_keys::UserOfOverlap(entry.key);
  return CheckOwner(entry, Key(catalog_keys::UsersOf(user.database), user.user));
}

absl::Status Check::CheckUnfinished(const StoredEntry& entry) {
  const std::string name(absl::StripPrefix(entry.key, catalog_keys::kUnfinished));
  const std::string owner = KeyOfResource(name);
  if (!owner.empty()) return CheckOwner(entry, owner);
  Add(entry.key, "is about no resource");
  return absl::OkStatus();
}

// A record that cannot be read is a finding of its own.
absl::Status Check::CheckOwner(const StoredEntry& entry, const std::string& owner) {
  ASSIGN_OR_RETURN(const auto found, Find(owner));
  if (!found) {
    Add(entry.key, absl::StrCat("belongs to ", owner, ", which is not there"));
    return absl::OkStatus();
  }
  std::map<std::string, std::string> beside;
  if (absl::StartsWith(owner, kUsers)) {
    const auto stored = Decode<UserRecord>(*found);
    if (!stored.ok()) return absl::OkStatus();
    beside = Beside(stored->record);
  } else if (absl::StartsWith(owner, catalog_keys::kConfigs)) {
    const auto stored = Decode<ConfigRecord>(*found);
    if (!stored.ok()) return absl::OkStatus();
    beside = Beside(stored->record);
  } else if (absl::StartsWith(owner, catalog_keys::kReady)) {
    const auto stored = Decode<ReadyRecord>(*found);
    if (!stored.ok()) return absl::OkStatus();
    beside = Beside(stored->record);
  } else {
    const auto stored = Decode<DatabaseRecord>(*found);
    if (!stored.ok()) return absl::OkStatus();
    beside = Beside(stored->record);
  }
  const auto expected = beside.find(entry.key);
  if (expected == beside.end() || expected->second != entry.value) {
    Add(entry.key, absl::StrCat("does not fit ", owner));
  }
  return absl::OkStatus();
}

template <typename Record>
absl::optional<Record> Check::Parse(const StoredEntry& entry) {
  absl::StatusOr<Stored<Record>> stored = Decode<Record>(entry);
  if (!stored.ok()) {
    Add(entry.key, "cannot be read");
    return absl::nullopt;
  }
  if (KeyOf(stored->record) != entry.key) {
    Add(entry.key, absl::StrCat("is the record ", KeyOf(stored->record)));
    return absl::nullopt;
  }
  return std::move(stored->record);
}

template <typename Record>
absl::Status Check::CheckBeside(const std::string& key, const Record& record) {
  for (const auto& [expected, value] : Beside(record)) {
    ASSIGN_OR_RETURN(const auto found, Find(expected));
    if (!found) {
      Add(key, absl::StrCat("lacks ", expected));
    } else if (found->value != value) {
      Add(key, absl::StrCat("does not fit ", expected));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::optional<StoredEntry>> Check::Find(const std::string& key) {
  absl::StatusOr<StoredEntry> entry = store_.Get(key);
  if (absl::IsNotFound(entry.status())) return absl::optional<StoredEntry>();
  RETURN_IF_ERROR(entry.status());
  return absl::optional<StoredEntry>(*std::move(entry));
}

}  // namespace

absl::StatusOr<std::vector<StoreFinding>> CheckCatalog(StateStore& store, size_t limit) {
  return Check(store, limit).Run();
}

}  // namespace eds
