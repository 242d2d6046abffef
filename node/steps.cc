#include "node/steps.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/creation_options.h"
#include "common/error.h"
#include "common/identifier.h"
#include "common/secret.h"
#include "common/status_macros.h"
#include "node/creation_options.h"

namespace eds {
namespace {

constexpr size_t kMaxPasswordBytes = 512;
constexpr size_t kMaxOwnerBytes = 128;

// DropDatabase, CreateUser and so on name a database in the same two fields.
template <typename Request>
absl::StatusOr<DatabaseSpec> ParseDatabase(v1::Kind kind, const Request& request) {
  ASSIGN_OR_RETURN(const Identifier name,
                   Identifier::ParseExisting(request.database(), "database"));
  if (kind == v1::KIND_MYSQL && request.owner().empty()) return DatabaseSpec{name, name};
  ASSIGN_OR_RETURN(const Identifier owner, Identifier::Parse(request.owner(), "owner"));
  return DatabaseSpec{name, owner};
}

// Of a login that may be of none.
template <typename Request>
absl::StatusOr<absl::optional<DatabaseSpec>> ParseDatabaseIfAny(v1::Kind kind,
                                                                const Request& request) {
  absl::optional<DatabaseSpec> database;
  if (!request.database().empty() || !request.owner().empty()) {
    ASSIGN_OR_RETURN(database, ParseDatabase(kind, request));
  }
  return database;
}

// The same of those requests that say how it is to be.
template <typename Request>
absl::StatusOr<DatabaseSpec> ParseDatabaseAndOptions(v1::Kind kind, const Request& request) {
  RETURN_IF_ERROR(CheckDatabaseOptions(kind, request.options(), "options"));
  ASSIGN_OR_RETURN(DatabaseSpec database, ParseDatabase(kind, request));
  database.options = FromProto(request.options());
  return database;
}

template <typename Request>
absl::StatusOr<UserSpec> ParseUserAndOptions(v1::Kind kind, const Request& request) {
  RETURN_IF_ERROR(CheckUserOptions(kind, request.options(), "options"));
  if (!v1::User::Role_IsValid(request.role())) return InvalidField("role", "is not known");
  ASSIGN_OR_RETURN(const Identifier name, Identifier::Parse(request.user(), "user"));
  ASSIGN_OR_RETURN(const DatabaseSpec database, ParseDatabase(kind, request));
  return UserSpec{.name = name,
                  .database = database,
                  .role = FromProto(request.role()),
                  .options = FromProto(request.options())};
}

absl::StatusOr<Secret> ParsePassword(absl::string_view field, const std::string& text) {
  if (text.empty() || text.size() > kMaxPasswordBytes ||
      std::any_of(text.begin(), text.end(), absl::ascii_iscntrl)) {
    return InvalidField(field, absl::StrCat("must be 1 to ", kMaxPasswordBytes,
                                            " bytes, without control characters"));
  }
  return Secret(text);
}

template <typename Request>
absl::StatusOr<Passwords> ParsePasswords(v1::Kind kind, const Request& request) {
  ASSIGN_OR_RETURN(Passwords passwords, ParsePassword("password", request.password()));
  if (request.previous_password().empty()) return passwords;
  if (kind == v1::KIND_POSTGRESQL) {
    return InvalidField("previous_password", "must be left out: PostgreSQL knows one at a time");
  }
  ASSIGN_OR_RETURN(passwords.previous,
                   ParsePassword("previous_password", request.previous_password()));
  return passwords;
}

}  // namespace

absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::CreateDatabaseRequest& request) {
  ASSIGN_OR_RETURN(const DatabaseSpec database, ParseDatabaseAndOptions(kind, request));
  return Step{database.name.text(), [database](DatabaseServer& server, absl::Time deadline) {
                return server.CreateDatabase(database, deadline);
              }};
}

absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::AdoptDatabaseRequest& request) {
  ASSIGN_OR_RETURN(const DatabaseSpec database, ParseDatabase(kind, request));
  const std::string& expected = request.expected_owner();
  if (expected.empty() || expected.size() > kMaxOwnerBytes ||
      std::any_of(expected.begin(), expected.end(), absl::ascii_iscntrl)) {
    return InvalidField("expected_owner", absl::StrCat("must be 1 to ", kMaxOwnerBytes,
                                                       " bytes, without control characters"));
  }
  return Step{database.name.text(),
              [database, expected](DatabaseServer& server, absl::Time deadline) {
                return server.AdoptDatabase(database, expected, deadline);
              }};
}

absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::DropDatabaseRequest& request) {
  ASSIGN_OR_RETURN(const DatabaseSpec database, ParseDatabase(kind, request));
  return Step{database.name.text(), [database](DatabaseServer& server, absl::Time deadline) {
                return server.DropDatabase(database, deadline);
              }};
}

absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::CreateUserRequest& request) {
  ASSIGN_OR_RETURN(const UserSpec user, ParseUserAndOptions(kind, request));
  ASSIGN_OR_RETURN(const Passwords passwords, ParsePasswords(kind, request));
  return Step{user.name.text(), [user, passwords](DatabaseServer& server, absl::Time deadline) {
                return server.CreateUser(user, passwords, deadline);
              }};
}

absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::PrepareUserRequest& request) {
  ASSIGN_OR_RETURN(const Identifier user, Identifier::Parse(request.user(), "user"));
  ASSIGN_OR_RETURN(const Secret password, ParsePassword("password", request.password()));
  ASSIGN_OR_RETURN(const absl::optional<DatabaseSpec> database, ParseDatabaseIfAny(kind, request));
  return Step{user.text(), [user, database, password](DatabaseServer& server, absl::Time deadline) {
                return server.PrepareUser(user, database, password, deadline);
              }};
}

absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::AdmitUserRequest& request) {
  ASSIGN_OR_RETURN(const UserSpec user, ParseUserAndOptions(kind, request));
  if (request.has_rights() && user.role != Role::kOwner) {
    return InvalidField("has_rights", "must be left out, unless role is OWNER");
  }
  const Rights rights = request.has_rights() ? Rights::kGranted : Rights::kNone;
  return Step{user.name.text(), [user, rights](DatabaseServer& server, absl::Time deadline) {
                return server.AdmitUser(user, rights, deadline);
              }};
}

absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::SetUserPasswordRequest& request) {
  ASSIGN_OR_RETURN(const Identifier user, Identifier::Parse(request.user(), "user"));
  ASSIGN_OR_RETURN(const Passwords passwords, ParsePasswords(kind, request));
  return Step{user.text(), [user, passwords](DatabaseServer& server, absl::Time deadline) {
                return server.SetUserPassword(user, passwords, deadline);
              }};
}

absl::StatusOr<Step> ToStep(v1::Kind, const node::v1::LockUserRequest& request) {
  ASSIGN_OR_RETURN(const Identifier user, Identifier::Parse(request.user(), "user"));
  return Step{user.text(), [user](DatabaseServer& server, absl::Time deadline) {
                return server.LockUser(user, deadline);
              }};
}

absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::DropUserRequest& request) {
  ASSIGN_OR_RETURN(const Identifier user, Identifier::Parse(request.user(), "user"));
  ASSIGN_OR_RETURN(const absl::optional<DatabaseSpec> database, ParseDatabaseIfAny(kind, request));
  return Step{user.text(), [user, database](DatabaseServer& server, absl::Time deadline) {
                return server.DropUser(user, database, deadline);
              }};
}

absl::StatusOr<DatabaseSpec> ToDatabase(v1::Kind kind,
                                        const node::v1::InspectDatabaseRequest& request) {
  return ParseDatabaseAndOptions(kind, request);
}

absl::StatusOr<UserSpec> ToUser(v1::Kind kind, const node::v1::InspectUserRequest& request) {
  ASSIGN_OR_RETURN(UserSpec user, ParseUserAndOptions(kind, request));
  user.has_second_password = request.has_second_password();
  return user;
}

}  // namespace eds
