#include "tools/cli/resolve.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "tools/cli/error_line.h"

namespace eds::cli {
namespace {

using Databases = v1::DatabaseService::Stub;

constexpr size_t kPageSize = 500;

int32_t PageSize(size_t limit, size_t have) {
  return static_cast<int32_t>(limit == 0 ? kPageSize : std::min(kPageSize, limit - have));
}

bool IsComplete(size_t limit, size_t have, const std::string& next_page_token) {
  return next_page_token.empty() || (limit != 0 && have >= limit);
}

bool IsUserName(absl::string_view word) {
  return absl::StartsWith(word, "databases/") && absl::StrContains(word, "/users/");
}

absl::Status NoSuchDatabase(const std::string& word) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound,
                   absl::StrCat("no database is called ", word));
}

absl::StatusOr<v1::Database> FindByDisplayName(Client& client, const std::string& word) {
  v1::ListDatabasesRequest request;
  request.set_display_name(word);
  ASSIGN_OR_RETURN(const v1::ListDatabasesResponse found, ListAllDatabases(client, request, 1));
  if (word.empty() || found.databases().empty()) return NoSuchDatabase(word);
  return found.databases(0);
}

}  // namespace

std::string NodeName(const std::string& word) {
  return absl::StartsWith(word, "nodes/") ? word : FormatNodeName(word);
}

std::string ConfigName(const std::string& word) { return absl::StrCat(NodeName(word), "/config"); }

absl::StatusOr<v1::ListDatabasesResponse> ListAllDatabases(Client& client,
                                                           v1::ListDatabasesRequest request,
                                                           size_t limit) {
  v1::ListDatabasesResponse all;
  for (;;) {
    const auto have = static_cast<size_t>(all.databases_size());
    request.set_page_size(PageSize(limit, have));
    ASSIGN_OR_RETURN(const v1::ListDatabasesResponse page,
                     client.Call(&Databases::ListDatabases, request));
    all.mutable_databases()->MergeFrom(page.databases());
    request.set_page_token(page.next_page_token());
    if (IsComplete(limit, static_cast<size_t>(all.databases_size()), page.next_page_token())) {
      return all;
    }
  }
}

absl::StatusOr<v1::ListUsersResponse> ListAllUsers(Client& client, const std::string& database,
                                                   size_t limit) {
  v1::ListUsersResponse all;
  v1::ListUsersRequest request;
  request.set_parent(database);
  for (;;) {
    const auto have = static_cast<size_t>(all.users_size());
    request.set_page_size(PageSize(limit, have));
    ASSIGN_OR_RETURN(const v1::ListUsersResponse page, client.Call(&Databases::ListUsers, request));
    all.mutable_users()->MergeFrom(page.users());
    request.set_page_token(page.next_page_token());
    if (IsComplete(limit, static_cast<size_t>(all.users_size()), page.next_page_token())) {
      return all;
    }
  }
}

absl::StatusOr<v1::Database> FindDatabase(Client& client, const std::string& word) {
  if (!absl::StartsWith(word, "databases/")) return FindByDisplayName(client, word);
  v1::GetDatabaseRequest request;
  request.set_name(word);
  return client.Call(&Databases::GetDatabase, request);
}

absl::StatusOr<v1::Database> FindDeletedDatabase(Client& client, const std::string& word) {
  if (absl::StartsWith(word, "databases/")) return FindDatabase(client, word);
  v1::ListDatabasesRequest request;
  request.set_display_name(word);
  request.set_show_deleted(true);
  ASSIGN_OR_RETURN(v1::ListDatabasesResponse found, ListAllDatabases(client, request, 0));
  std::vector<std::string> names;
  v1::Database deleted;
  for (v1::Database& database : *found.mutable_databases()) {
    if (database.state() != v1::Database::STATE_DELETED) continue;
    names.push_back(database.name());
    deleted = std::move(database);
  }
  if (names.empty()) {
    return MakeError(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound,
                     absl::StrCat("no deleted database was called ", word));
  }
  if (names.size() == 1) return deleted;
  return absl::FailedPreconditionError(absl::StrCat(names.size(), " deleted databases were called ",
                                                    word, ": ", absl::StrJoin(names, ", ")));
}

absl::StatusOr<std::string> FindDatabaseName(Client& client, const std::string& word) {
  if (absl::StartsWith(word, "databases/")) return word;
  ASSIGN_OR_RETURN(const v1::Database database, FindByDisplayName(client, word));
  return database.name();
}

absl::StatusOr<std::string> FindUserName(Client& client, const std::string& database,
                                         const std::string& user) {
  if (user.empty() && IsUserName(database)) return database;
  if (user.empty()) {
    return UsageError("name the user as databases/ID/users/ID, or as DATABASE USER");
  }
  if (IsUserName(user)) return user;
  ASSIGN_OR_RETURN(const std::string parent, FindDatabaseName(client, database));
  ASSIGN_OR_RETURN(const v1::ListUsersResponse users, ListAllUsers(client, parent, 0));
  const std::string name = absl::StrCat(parent, "/users/", user);
  for (const v1::User& candidate : users.users()) {
    if (candidate.name() == name || candidate.server_name() == user) return candidate.name();
  }
  return MakeError(absl::StatusCode::kNotFound, Reason::kUserNotFound,
                   absl::StrCat(database, " has no user ", user));
}

}  // namespace eds::cli
