#include "tests/e2e/audit.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status_macros.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);

std::set<std::string> NoNames() { return {}; }

absl::StatusOr<std::set<std::string>> Select(const PrivateServer& server, const std::string& sql) {
  ASSIGN_OR_RETURN(const Rows rows, server.RunAsAdmin(sql));
  std::set<std::string> names;
  for (const Row& row : rows) names.insert(row.at(0).value_or(""));
  return names;
}

std::set<std::string> Without(const std::set<std::string>& names,
                              const std::set<std::string>& others) {
  std::set<std::string> left;
  std::set_difference(names.begin(), names.end(), others.begin(), others.end(),
                      std::inserter(left, left.end()));
  return left;
}

// A database has group roles beside its owner once it has had users who need them: those
// of the owners in `recorded` are taken away.
std::set<std::string> WithoutGroups(std::set<std::string> names,
                                    const std::set<std::string>& recorded) {
  std::erase_if(names, [&recorded](const std::string& name) {
    const bool is_group = name[0] == 'w' || name[0] == 'r';
    return is_group && recorded.contains(absl::StrCat("o", name.substr(1)));
  });
  return names;
}

}  // namespace

Audit::Audit(ApiClient& api, const PrivateServer& server, std::string kind)
    : api_(api), server_(server), kind_(std::move(kind)) {
  foreign_ = OnServer().value();
}

void Audit::Remember(const v1::Credentials& credentials) {
  remembered_[credentials.password()] = credentials;
  passwords_.insert(credentials.password());
}

absl::StatusOr<Audit::Names> Audit::OnServer() const {
  const bool is_mysql = kind_ == "mysql";
  ASSIGN_OR_RETURN(
      const std::set<std::string> databases,
      Select(server_, is_mysql ? "SHOW DATABASES" : "SELECT datname FROM pg_database"));
  ASSIGN_OR_RETURN(
      const std::set<std::string> users,
      Select(server_, is_mysql ? "SELECT user FROM mysql.user" : "SELECT rolname FROM pg_roles"));
  return Names{Without(databases, foreign_.databases), Without(users, foreign_.users)};
}

absl::StatusOr<std::vector<v1::Database>> Audit::Databases() {
  ASSIGN_OR_RETURN(std::vector<v1::Database> databases, api_.ListDatabases());
  std::erase_if(databases, [this](const v1::Database& database) {
    return (database.kind() == v1::KIND_MYSQL) != (kind_ == "mysql");
  });
  return databases;
}

absl::Status Audit::AddUsers(const v1::Database& database, Names& names) {
  ASSIGN_OR_RETURN(const std::vector<v1::User> users, api_.ListUsers(database.name()));
  for (const v1::User& user : users) {
    names.users.insert(user.server_name());
    if (!user.previous_server_name().empty()) names.users.insert(user.previous_server_name());
    if (database.state() != v1::Database::STATE_READY) continue;
    ASSIGN_OR_RETURN(const v1::Credentials credentials, api_.GetUserCredentials(user.name()));
    Remember(credentials);
    valid_.insert(credentials.password());
    if (user.has_previous_password_expire_time()) AllowPrevious(credentials);
  }
  return absl::OkStatus();
}

// The password before, if it was answered.
void Audit::AllowPrevious(const v1::Credentials& credentials) {
  for (const auto& [password, known] : remembered_) {
    if (known.user() == credentials.user() &&
        known.password_generation() == credentials.password_generation() - 1) {
      valid_.insert(password);
    }
  }
}

absl::StatusOr<Audit::Names> Audit::InRecords() {
  Names names;
  valid_.clear();
  ASSIGN_OR_RETURN(const std::vector<v1::Database> databases, Databases());
  for (const v1::Database& database : databases) {
    names.databases.insert(database.server_name());
    if (database.kind() == v1::KIND_POSTGRESQL) {
      names.users.insert(absl::StrCat("o", database.server_name().substr(1)));  // Its owner.
    }
    RETURN_IF_ERROR(AddUsers(database, names));
  }
  return names;
}

bool Audit::AwaitRest() {
  const absl::Time deadline = absl::Now() + kPatience;
  absl::StatusOr<v1::ListOperationsResponse> unfinished;
  do {
    unfinished = api_.ListOperations();
    if (unfinished.ok() && unfinished->operations().empty()) return true;
  } while (absl::Now() < deadline);
  ADD_FAILURE() << "unfinished: "
                << (unfinished.ok() ? unfinished->ShortDebugString()
                                    : unfinished.status().ToString());
  return false;
}

void Audit::Check(const Ahead& ahead) {
  const absl::StatusOr<Names> on_server = OnServer();
  const absl::StatusOr<Names> in_records = InRecords();
  ASSERT_THAT(on_server, IsOk());
  ASSERT_THAT(in_records, IsOk());
  EXPECT_EQ(Without(in_records->databases, on_server->databases), NoNames());
  EXPECT_EQ(Without(in_records->users, on_server->users), NoNames());
  const std::set<std::string> users = WithoutGroups(on_server->users, in_records->users);
  CheckAhead(
      {Without(on_server->databases, in_records->databases), Without(users, in_records->users)},
      ahead);
  CheckLogins();
}

// A database made ahead has its owner, where there are owners.
void Audit::CheckAhead(const Names& names, const Ahead& ahead) {
  EXPECT_EQ(names.databases.size(), ahead.databases) << testing::PrintToString(names.databases);
  std::set<std::string> logins = names.users;
  if (kind_ == "postgresql") {
    for (const std::string& database : names.databases) {
      EXPECT_EQ(logins.erase(absl::StrCat("o", database.substr(1))), 1) << database;
    }
  }
  EXPECT_EQ(logins.size(), ahead.logins) << testing::PrintToString(logins);
  int open = 0;
  for (const std::string& login : logins) open += IsLocked(login) ? 0 : 1;
  EXPECT_LE(open, ahead.given_out) << testing::PrintToString(logins);
}

bool Audit::IsLocked(const std::string& login) const {
  const auto told = server_.RunAsAdmin(
      kind_ == "mysql"
          ? absl::StrCat("SHOW CREATE USER '", login, "'@'%'")
          : absl::StrCat("SELECT rolcanlogin FROM pg_roles WHERE rolname = '", login, "'"));
  if (!told.ok() || told->size() != 1) return false;
  const std::string answer = told->at(0).at(0).value_or("");
  return kind_ == "mysql" ? absl::StrContains(answer, "ACCOUNT LOCK") : answer == "f";
}

std::set<std::string> Audit::DatabasesAhead() {
  const absl::StatusOr<Names> on_server = OnServer();
  const absl::StatusOr<Names> in_records = InRecords();
  EXPECT_THAT(on_server, IsOk());
  EXPECT_THAT(in_records, IsOk());
  if (!on_server.ok() || !in_records.ok()) return {};
  return Without(on_server->databases, in_records->databases);
}

void Audit::CheckLogins() {
  for (auto credentials = remembered_.begin(); credentials != remembered_.end();) {
    Login login = ToLogin(credentials->second);
    login.port = server_.port();  // Past any proxy.
    const absl::Status answer = server_.Connect(login).status();
    const bool valid = valid_.contains(credentials->first);
    EXPECT_EQ(answer.ok(), valid) << credentials->second.user() << ", generation "
                                  << credentials->second.password_generation() << ": " << answer;
    // If they come back, with a deleted database, the records tell.
    credentials = valid ? std::next(credentials) : remembered_.erase(credentials);
  }
}

void Audit::CheckSecrecy(absl::string_view where, const std::string& text) const {
  for (const std::string& password : passwords_) {
    EXPECT_FALSE(absl::StrContains(text, password)) << where << " holds a password";
  }
}

}  // namespace eds
