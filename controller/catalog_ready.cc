// Of Catalog: what is made ahead.
#include <string>
#include <utility>

#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "common/timestamp.h"
#include "controller/catalog.h"
#include "controller/catalog_changes.h"
#include "controller/catalog_keys.h"

namespace eds {
namespace {

using state::v1::DatabaseRecord;
using state::v1::ReadyRecord;
using state::v1::UserRecord;

using catalog_keys::kReady;

constexpr size_t kScanPage = 1000;

}  // namespace

absl::StatusOr<StoredDatabase> Catalog::InsertDatabase(const DatabaseRecord& record,
                                                       const RequestKey& request,
                                                       const StoredReady& ready) {
  absl::StatusOr<StoredDatabase> inserted = Insert(record, request, Remove(ready));
  CountReady(ready, inserted.status(), -1);
  return inserted;
}

absl::StatusOr<StoredUser> Catalog::InsertUser(const UserRecord& record, const RequestKey& request,
                                               const StoredReady& ready) {
  absl::StatusOr<StoredUser> inserted = Insert(record, request, Remove(ready));
  CountReady(ready, inserted.status(), -1);
  return inserted;
}

absl::StatusOr<StoredUser> Catalog::InsertUser(const UserRecord& record, const RequestKey& request,
                                               const StoredDatabase& database) {
  DatabaseRecord without = database.record;
  without.clear_first_login();
  return Insert(record, request, Replace(database, without));
}

absl::StatusOr<std::vector<StoredReady>> Catalog::ListReady() {
  std::vector<StoredReady> all;
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(std::vector<StoredReady> page,
                     DecodeAll<ReadyRecord>(store_.List(kReady, after, kScanPage)));
    const bool last = page.size() < kScanPage;
    if (!last) after = catalog_keys::Of(page.back().record);
    std::move(page.begin(), page.end(), std::back_inserter(all));
    if (last) return all;
  }
}

absl::StatusOr<StoredReady> Catalog::GetReady(const ReadyName& name) {
  ReadyRecord record;
  record.set_node(name.node);
  record.set_id(name.id);
  ASSIGN_OR_RETURN(const StoredEntry entry, store_.Get(catalog_keys::Of(record)));
  return Decode<ReadyRecord>(entry);
}

absl::StatusOr<StoredReady> Catalog::PutReady(const StoredReady& before, const ReadyRecord& after) {
  StoredReady written{.record = after};
  *written.record.mutable_update_time() = ToTimestamp(clock_.Now());
  const absl::StatusOr<int64_t> revision = store_.Commit(Replace(before, written.record));
  if (before.version == 0) CountReady(written, revision.status(), 1);
  RETURN_IF_ERROR(revision.status());
  written.version = *revision;
  return written;
}

absl::Status Catalog::RemoveReady(const StoredReady& ready) {
  const absl::Status removed = store_.Commit(Remove(ready)).status();
  CountReady(ready, removed, -1);
  return removed;
}

// A commit that failed, but not for its preconditions, may have happened.
void Catalog::CountReady(const StoredReady& ready, const absl::Status& written, int64_t change) {
  if (absl::IsAborted(written)) return;
  if (!written.ok()) {
    const bool is_there = store_.Get(catalog_keys::Of(ready.record)).ok();
    if (is_there != (change > 0)) return;
  }
  absl::MutexLock lock(&mutex_);
  ready_counts_[ready.record.node()] += change;
}

bool Catalog::HasObjects(absl::string_view node) const {
  if (CountDatabases(node) > 0) return true;
  absl::MutexLock lock(&mutex_);
  const auto found = ready_counts_.find(std::string(node));
  return found != ready_counts_.end() && found->second > 0;
}

}  // namespace eds
