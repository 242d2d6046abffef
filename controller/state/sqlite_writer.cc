#include "controller/state/sqlite_writer.h"

#include "absl/types/optional.h"
#include "common/status_macros.h"
#include "controller/state/checksum.h"
#include "controller/state/sqlite_sql.h"
#include "controller/state/store_rules.h"

namespace eds {

absl::StatusOr<std::vector<StoreEvent>> SqliteWriter::Commit(GroupCommit::Batch batch) {
  RETURN_IF_ERROR(connection_->Execute(sql::kBegin));
  absl::StatusOr<std::vector<StoreEvent>> events = ApplyAndCommit(batch);
  if (connection_->in_transaction()) connection_->Execute(sql::kRollback).IgnoreError();
  return events;
}

absl::StatusOr<std::vector<StoreEvent>> SqliteWriter::ApplyAndCommit(GroupCommit::Batch batch) {
  std::vector<StoreEvent> events;
  ASSIGN_OR_RETURN(StoreRoot root, ReadRoot(*connection_));
  const int64_t before = root.revision;
  for (PendingCommit* pending : batch) {
    const absl::Status allowed = CheckPreconditions(pending->transaction);
    if (absl::IsAborted(allowed)) {
      pending->answer = allowed;
      continue;
    }
    RETURN_IF_ERROR(allowed);
    ++root.revision;
    RETURN_IF_ERROR(Apply(pending->transaction, root, events));
    pending->answer = root.revision;
  }
  if (root.revision == before) return events;
  RETURN_IF_ERROR(WriteRoot(*connection_, root));
  RETURN_IF_ERROR(connection_->Execute(sql::kCommit));
  return events;
}

absl::Status SqliteWriter::CheckPreconditions(const Transaction& transaction) {
  for (const Precondition& precondition : transaction.preconditions) {
    ASSIGN_OR_RETURN(const absl::optional<StoredEntry> entry,
                     FindEntry(*connection_, precondition.key));
    const int64_t version = entry ? entry->version : 0;
    if (version != precondition.version) return PreconditionFailed(precondition.key);
  }
  return absl::OkStatus();
}

absl::Status SqliteWriter::Apply(const Transaction& transaction, StoreRoot& root,
                                 std::vector<StoreEvent>& events) {
  for (const Write& write : transaction.writes) {
    events.push_back({{write.key, write.value, root.revision}, false});
    RETURN_IF_ERROR(Put(events.back().entry, root));
  }
  for (const std::string& key : transaction.deletes) {
    ASSIGN_OR_RETURN(const bool deleted, Delete(key, root));
    if (deleted) events.push_back({{key, "", root.revision}, true});
  }
  return absl::OkStatus();
}

absl::Status SqliteWriter::Put(const StoredEntry& entry, StoreRoot& root) {
  ASSIGN_OR_RETURN(const absl::optional<StoredEntry> before, FindEntry(*connection_, entry.key));
  if (before) root.digest -= ChecksumOf(*before);
  root.digest += ChecksumOf(entry);
  return WriteEntry(*connection_, entry);
}

absl::StatusOr<bool> SqliteWriter::Delete(const std::string& key, StoreRoot& root) {
  ASSIGN_OR_RETURN(const absl::optional<StoredEntry> before, FindEntry(*connection_, key));
  if (!before) return false;
  root.digest -= ChecksumOf(*before);
  RETURN_IF_ERROR(DeleteEntry(*connection_, key));
  return true;
}

}  // namespace eds
