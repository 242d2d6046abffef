#include "controller/state/sqlite_writer.h"

#include <string>

#include "common/status_macros.h"
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
  ASSIGN_OR_RETURN(int64_t revision, connection_->Integer(sql::kGetRevision));
  const int64_t before = revision;
  for (PendingCommit* pending : batch) {
    const absl::Status allowed = CheckPreconditions(pending->transaction);
    if (absl::IsAborted(allowed)) {
      pending->answer = allowed;
      continue;
    }
    RETURN_IF_ERROR(allowed);
    RETURN_IF_ERROR(Apply(pending->transaction, ++revision, events));
    pending->answer = revision;
  }
  if (revision == before) return events;
  RETURN_IF_ERROR(SetRevision(revision));
  RETURN_IF_ERROR(connection_->Execute(sql::kCommit));
  return events;
}

absl::Status SqliteWriter::CheckPreconditions(const Transaction& transaction) {
  for (const Precondition& precondition : transaction.preconditions) {
    ASSIGN_OR_RETURN(const int64_t version, VersionOf(precondition.key));
    if (version != precondition.version) return PreconditionFailed(precondition.key);
  }
  return absl::OkStatus();
}

absl::Status SqliteWriter::Apply(const Transaction& transaction, int64_t revision,
                                 std::vector<StoreEvent>& events) {
  for (const Write& write : transaction.writes) {
    events.push_back({{write.key, write.value, revision}, false});
    RETURN_IF_ERROR(Put(events.back().entry));
  }
  for (const std::string& key : transaction.deletes) {
    ASSIGN_OR_RETURN(const bool deleted, Delete(key));
    if (deleted) events.push_back({{key, "", revision}, true});
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> SqliteWriter::VersionOf(const std::string& key) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection_->Query(sql::kGetVersion));
  ASSIGN_OR_RETURN(const bool found, query.Bind(1, key).Next());
  return found ? query.Integer(0) : 0;
}

absl::Status SqliteWriter::Put(const StoredEntry& entry) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection_->Query(sql::kPut));
  return query.Bind(1, entry.key).Bind(2, entry.version).Bind(3, entry.value).Run();
}

absl::StatusOr<bool> SqliteWriter::Delete(const std::string& key) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection_->Query(sql::kDelete));
  RETURN_IF_ERROR(query.Bind(1, key).Run());
  return connection_->rows_changed() > 0;
}

absl::Status SqliteWriter::SetRevision(int64_t revision) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection_->Query(sql::kSetRevision));
  return query.Bind(1, revision).Run();
}

}  // namespace eds
