#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "common/timestamp.h"
#include "controller/catalog.h"
#include "controller/catalog_changes.h"
#include "controller/catalog_keys.h"

// What the catalog remembers of the past: requests that were answered, and databases
// that were purged.
namespace eds {
namespace {

using catalog_keys::Key;
using catalog_keys::kPurges;
using catalog_keys::kRequests;
using state::v1::PurgeRecord;
using state::v1::RequestRecord;

constexpr size_t kScanPage = 1000;

}  // namespace

absl::StatusOr<absl::optional<RequestRecord>> Catalog::FindRequest(const RequestKey& request) {
  if (request.id.empty()) return absl::optional<RequestRecord>();
  const absl::StatusOr<StoredEntry> entry = store_.Get(Key(kRequests, request.id));
  if (entry.status().code() == absl::StatusCode::kNotFound) return absl::optional<RequestRecord>();
  RETURN_IF_ERROR(entry.status());
  ASSIGN_OR_RETURN(const Stored<RequestRecord> stored, Decode<RequestRecord>(*entry));
  if (stored.record.method() != request.method ||
      stored.record.fingerprint() != request.fingerprint) {
    return MakeError(absl::StatusCode::kAlreadyExists, Reason::kRequestIdReused,
                     absl::StrCat("request_id ", request.id, " was used for another ",
                                  stored.record.method(), ": take a new one"));
  }
  return absl::optional<RequestRecord>(stored.record);
}

RequestRecord Catalog::NewRequest(const RequestKey& request, absl::string_view resource) const {
  RequestRecord record;
  record.set_id(request.id);
  record.set_method(request.method);
  record.set_fingerprint(request.fingerprint);
  record.set_resource(std::string(resource));
  *record.mutable_create_time() = ToTimestamp(clock_.Now());
  return record;
}

void Catalog::Remember(Transaction& transaction, const RequestKey& request,
                       absl::string_view resource) const {
  if (request.id.empty()) return;
  const std::string key = Key(kRequests, request.id);
  transaction.preconditions.push_back({key, 0});
  transaction.writes.push_back({key, NewRequest(request, resource).SerializeAsString()});
}

absl::StatusOr<bool> Catalog::Exists(const RequestRecord& request) {
  absl::Status status;
  if (ParseConfigName("resource", request.resource()).ok()) return false;
  if (absl::StrContains(request.resource(), "/users/")) {
    ASSIGN_OR_RETURN(const UserName name, ParseUserName("resource", request.resource()));
    status = GetUser(name.database, name.user).status();
  } else {
    ASSIGN_OR_RETURN(const std::string id, ParseDatabaseName("resource", request.resource()));
    status = GetDatabase(id).status();
  }
  if (status.code() == absl::StatusCode::kNotFound) return false;
  RETURN_IF_ERROR(status);
  return true;
}

absl::Status Catalog::ForgetRequests(absl::Time before) {
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<StoredEntry> page, store_.List(kRequests, after, kScanPage));
    Transaction transaction;
    for (const StoredEntry& entry : page) {
      ASSIGN_OR_RETURN(const Stored<RequestRecord> request, Decode<RequestRecord>(entry));
      if (ToTime(request.record.create_time()) >= before) continue;
      ASSIGN_OR_RETURN(const bool exists, Exists(request.record));
      if (exists) continue;
      transaction.preconditions.push_back({entry.key, entry.version});
      transaction.deletes.push_back(entry.key);
    }
    if (!transaction.deletes.empty()) RETURN_IF_ERROR(store_.Commit(transaction).status());
    if (page.size() < kScanPage) return absl::OkStatus();
    after = page.back().key;
  }
}

absl::Status Catalog::RecordPurge(const v1::Purge& purge) {
  Transaction transaction;
  Note(transaction, purge);
  return store_.Commit(transaction).status();
}

absl::StatusOr<std::vector<StoredPurge>> Catalog::ListPurges(absl::string_view after,
                                                             size_t limit) {
  ASSIGN_OR_RETURN(const std::vector<StoredEntry> entries, store_.List(kPurges, after, limit));
  std::vector<StoredPurge> purges;
  for (const StoredEntry& entry : entries) {
    ASSIGN_OR_RETURN(const Stored<PurgeRecord> stored, Decode<PurgeRecord>(entry));
    purges.push_back({.key = entry.key, .purge = stored.record.purge()});
  }
  return purges;
}

absl::Status Catalog::ForgetPurges(absl::Time before) {
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<StoredEntry> page,
                     store_.List(kPurges, catalog_keys::PurgesBefore(before), kScanPage));
    if (page.empty()) return absl::OkStatus();
    Transaction transaction;
    for (const StoredEntry& entry : page) transaction.deletes.push_back(entry.key);
    RETURN_IF_ERROR(store_.Commit(transaction).status());
  }
}

}  // namespace eds
