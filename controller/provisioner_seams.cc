#include "controller/provisioner_seams.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/resource_name.h"

namespace eds {

bool IsOutcomeUnknown(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kResourceExhausted:
      return false;
    default:
      return !status.ok();
  }
}

absl::Status OwnedByAnother(const std::string& resource) {
  return WithRetryAfter(
      MakeError(absl::StatusCode::kAborted, Reason::kOperationInProgress,
                absl::StrCat("another operation on ", resource, " is under way: try again later")),
      absl::Seconds(1));
}

absl::Status GoneSince(const std::string& resource, Reason reason) {
  return MakeError(
      absl::StatusCode::kNotFound, reason,
      absl::StrCat(resource, " was created by this request, and has been deleted since"));
}

absl::Status CheckReady(const StoredDatabase& database) {
  const std::string name = FormatDatabaseName(database.record.id());
  const auto not_ready = [](Reason reason, const std::string& message) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reason, message);
  };
  switch (database.record.state()) {
    case v1::Database::STATE_READY:
      return absl::OkStatus();
    case v1::Database::STATE_CREATING:
      return not_ready(Reason::kDatabaseNotReady, absl::StrCat(name, " is being created"));
    case v1::Database::STATE_UNDELETING:
      return not_ready(Reason::kDatabaseNotReady, absl::StrCat(name, " is being brought back"));
    case v1::Database::STATE_DELETED:
      return not_ready(Reason::kDatabaseDeleted,
                       absl::StrCat(name, " is deleted: undelete it first"));
    default:
      return not_ready(Reason::kDatabaseNotReady, absl::StrCat(name, " is being deleted"));
  }
}

absl::Status Stands(const absl::Status& status, absl::string_view operation) {
  if (status.ok() || IsOutcomeUnknown(status) || HasReason(status, Reason::kUserOwnsObjects)) {
    return status;
  }
  return WithRetryAfter(
      MakeError(absl::StatusCode::kUnavailable,
                ParseReason(ReasonOf(status)).value_or(Reason::kInternal),
                absl::StrCat("the ", operation, " will be completed later: ", status.message())),
      absl::Seconds(5));
}

DatabaseOnServer ToServer(const StoredDatabase& database) {
  return {.node = database.record.node(),
          .name = database.record.server_name(),
          .owner = database.record.owner_name(),
          .options = database.record.options(),
          .epoch = database.version};
}

UserOnServer ToServer(const StoredUser& user, const StoredDatabase& database) {
  return {.name = user.record.server_name(),
          .database = ToServer(database),
          .role = user.record.role(),
          .options = user.record.options(),
          .has_second_password = !user.record.sealed_previous_password().empty() &&
                                 user.record.previous_server_name().empty(),
          .epoch = std::max(user.version, database.version)};
}

UserOnServer FirstLoginOf(const StoredDatabase& database) {
  return {.name = database.record.first_login().server_name(),
          .database = ToServer(database),
          .epoch = database.version};
}

std::vector<UserOnServer> LoginsOf(const StoredUser& user, const StoredDatabase& database) {
  std::vector<UserOnServer> logins = {ToServer(user, database)};
  for (const std::string& name :
       {user.record.previous_server_name(), user.record.next_server_name()}) {
    if (name.empty()) continue;
    logins.push_back(logins.front());
    logins.back().name = name;
  }
  return logins;
}

}  // namespace eds
