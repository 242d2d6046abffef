#include "controller/operations.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "common/timestamp.h"

namespace eds {
namespace {

using Found = absl::StatusOr<absl::optional<v1::Operation>>;

// KIND_UNSPECIFIED: nothing is being done.
v1::Operation::Kind KindOf(const state::v1::DatabaseRecord& record) {
  switch (record.state()) {
    case v1::Database::STATE_CREATING:
      return record.adopted_from().empty() ? v1::Operation::KIND_CREATE : v1::Operation::KIND_ADOPT;
    case v1::Database::STATE_DELETING:
      if (record.undo()) return v1::Operation::KIND_UNDO;
      return record.purge_cause() == v1::Purge::CAUSE_UNSPECIFIED ? v1::Operation::KIND_DELETE
                                                                  : v1::Operation::KIND_PURGE;
    case v1::Database::STATE_UNDELETING:
      return v1::Operation::KIND_UNDELETE;
    default:
      return v1::Operation::KIND_UNSPECIFIED;
  }
}

v1::Operation::Kind KindOf(const state::v1::UserRecord& record) {
  switch (record.state()) {
    case v1::User::STATE_CREATING:
      return v1::Operation::KIND_CREATE;
    case v1::User::STATE_DELETING:
      return record.undo() ? v1::Operation::KIND_UNDO : v1::Operation::KIND_DELETE;
    case v1::User::STATE_ROTATING:
      return v1::Operation::KIND_ROTATE;
    default:
      return v1::Operation::KIND_UNSPECIFIED;
  }
}

bool IsGone(const absl::Status& status) { return status.code() == absl::StatusCode::kNotFound; }

}  // namespace

Found Operations::Find(const std::string& resource) {
  if (absl::StrContains(resource, "/users/")) {
    ASSIGN_OR_RETURN(const UserName name, ParseUserName("resource", resource));
    return FindOnUser(name);
  }
  const absl::StatusOr<ReadyName> ready = ParseReadyName("resource", resource);
  if (ready.ok()) return FindOnReady(*ready);
  const absl::StatusOr<std::string> node = ParseNodeName("resource", resource);
  if (node.ok()) return FindOnNode(*node);
  ASSIGN_OR_RETURN(const std::string id, ParseDatabaseName("resource", resource));
  return FindOnDatabase(id);
}

Found Operations::FindOnReady(const ReadyName& name) {
  const absl::StatusOr<StoredReady> ready = catalog_.GetReady(name);
  if (IsGone(ready.status())) return absl::optional<v1::Operation>();
  RETURN_IF_ERROR(ready.status());
  if (ready->record.state() == state::v1::READY_STATE_READY) {
    return absl::optional<v1::Operation>();
  }
  v1::Operation operation;
  operation.set_kind(v1::Operation::KIND_PREPARE);
  operation.set_resource(FormatReadyName(name.node, name.id));
  *operation.mutable_start_time() = ready->record.update_time();
  TellProgress(operation, name.node);
  return absl::make_optional(operation);
}

Found Operations::FindOnNode(const std::string& id) {
  ASSIGN_OR_RETURN(const StoredConfig config, catalog_.GetConfig(id));
  if (config.record.sealed_next_pass().empty()) return absl::optional<v1::Operation>();
  v1::Operation operation;
  operation.set_kind(v1::Operation::KIND_ROTATE);
  operation.set_resource(FormatNodeName(id));
  *operation.mutable_start_time() = config.record.update_time();
  TellProgress(operation, id);
  return absl::make_optional(operation);
}

Found Operations::FindOnDatabase(const std::string& id) {
  const absl::StatusOr<StoredDatabase> database = catalog_.GetEvenUndone(id);
  if (IsGone(database.status())) return absl::optional<v1::Operation>();
  RETURN_IF_ERROR(database.status());
  v1::Operation operation;
  operation.set_kind(KindOf(database->record));
  if (operation.kind() == v1::Operation::KIND_UNSPECIFIED) return absl::optional<v1::Operation>();
  operation.set_resource(FormatDatabaseName(id));
  *operation.mutable_start_time() = database->record.update_time();
  TellProgress(operation, database->record.node());
  return absl::make_optional(operation);
}

Found Operations::FindOnUser(const UserName& name) {
  const absl::StatusOr<StoredUser> user = catalog_.GetEvenUndone(name);
  if (IsGone(user.status())) return absl::optional<v1::Operation>();
  RETURN_IF_ERROR(user.status());
  const absl::StatusOr<StoredDatabase> database = catalog_.GetEvenUndone(name.database);
  if (IsGone(database.status())) return absl::optional<v1::Operation>();
  RETURN_IF_ERROR(database.status());
  v1::Operation operation;
  operation.set_kind(KindOf(user->record));
  if (operation.kind() == v1::Operation::KIND_UNSPECIFIED) return absl::optional<v1::Operation>();
  operation.set_resource(FormatUserName(name.database, name.user));
  *operation.mutable_start_time() = user->record.update_time();
  TellProgress(operation, database->record.node());
  if (operation.reason().empty() && database->record.state() != v1::Database::STATE_READY) {
    operation.set_reason(std::string(ReasonName(Reason::kOperationInProgress)));
    operation.set_condition(
        absl::StrCat("it waits for ", FormatDatabaseName(name.database), ", which is not READY"));
  }
  return absl::make_optional(operation);
}

void Operations::TellProgress(v1::Operation& operation, const std::string& node) {
  operation.set_node(FormatNodeName(node));
  const absl::optional<Attempt> attempt = attempts_.Find(operation.resource());
  if (attempt) {
    operation.set_attempts(attempt->count);
    operation.set_reason(attempt->reason);
    operation.set_condition(attempt->condition);
  }
  const absl::Status ready = directory_.CheckReady(node);
  if (!ready.ok()) {
    operation.set_reason(ReasonOf(ready));
    operation.set_condition(std::string(ready.message()));
  } else if (attempt && attempt->next != absl::InfinitePast()) {
    *operation.mutable_next_try_time() = ToTimestamp(attempt->next);
  }
}

}  // namespace eds
