#include "tests/adversary/adversary_stage.h"

#include <ostream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/clock.h"
#include "common/random.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "mysql_node/mysql_server.h"
#include "postgresql_node/postgresql_server.h"

namespace eds {
namespace {

// A secret of the controller's. Each installation has a key of its own, or the end of one would be
// in the way of the next.
Secret ClaimKeyOf(const std::string& installation) { return Secret(installation + "l6o7xmd3"); }

// What the servers that are opened borrow.
struct World {
  SystemClock clock;
  SystemRandom random;
};
World& TheWorld() {
  static auto& world = *new World;
  return world;
}

}  // namespace

std::string NameOf(Role role) {
  switch (role) {
    case Role::kOwner:
      return "owner";
    case Role::kReadWrite:
      return "read_write";
    case Role::kReadOnly:
      return "read_only";
  }
  return "";
}

void AdversaryStage::SetUp() {
  if (shared_ != nullptr) return;
  SetStage();
  if (HasFatalFailure()) shared_.reset();
}

void AdversaryStage::SetStage() {
  shared_ = std::make_unique<Shared>();
  shared_->installation = "7" + RandomBase32(TheWorld().random, 7);
  // Else who may not create triggers is refused for another reason.
  if (engine().kind == "mysql") Do("SET GLOBAL log_bin_trust_function_creators = 1");
  auto opened = Open(installation());
  ASSERT_THAT(opened, IsOk());
  shared_->admin = *std::move(opened);
  shared_->mallory = NewTenant();
  shared_->victim = NewTenant();
  shared_->victims_session = LogIn(victim());
  ASSERT_NE(shared_->victims_session, nullptr);
  ASSERT_THAT(shared_->victims_session->Run("SELECT 'known to the victim alone'"), IsOk());
  shared_->victims_session_id = FindSession(victim().users.at(Role::kOwner).name.text());
  shared_->admins_session_id = FindSession(server().admin.user);
  ASSERT_FALSE(HasFailure());
}

int AdversaryStage::server_version() {
  const std::vector<std::string> numbers =
      absl::StrSplit(Ask(engine().kind == "mysql" ? "SELECT VERSION()" : "SHOW server_version_num"),
                     absl::ByAnyChar(".-"));
  int version = 0;
  for (size_t i = 0; i < std::min<size_t>(numbers.size(), 3); ++i) {
    int number = 0;
    if (absl::SimpleAtoi(numbers[i], &number)) version = version * 100 + number;
  }
  return version;
}

absl::StatusOr<std::unique_ptr<DatabaseServer>> AdversaryStage::Open(
    const std::string& installation) {
  const Login& login = server().admin;
  const ServerConfig config = {.hosts = {login.host},
                               .port = login.port,
                               .user = login.user,
                               .password = login.password,
                               .claim = {installation, "node", 1, ClaimKeyOf(installation)}};
  const auto open = engine().kind == "mysql" ? OpenMysqlServer : OpenPostgresqlServer;
  return open(config, TheWorld().clock, TheWorld().random, Soon());
}

Identifier AdversaryStage::NewName(char prefix) {
  return *Identifier::Parse(
      absl::StrCat(std::string(1, prefix), installation(), RandomBase32(TheWorld().random, 16)));
}

Secret AdversaryStage::NewPassword() { return RandomPassword(TheWorld().random); }

UserSpec AdversaryStage::CreateUser(const DatabaseSpec& database, Role role,
                                    const Secret& password) {
  UserSpec user = {.name = NewName('u'), .database = database, .role = role};
  EXPECT_THAT(admin().CreateUser(user, password, Soon()), IsOk());
  return user;
}

Tenant AdversaryStage::NewTenant() {
  Tenant tenant = {
      .database = {NewName('d'), NewName('o')}, .users = {}, .password = NewPassword()};
  EXPECT_THAT(admin().CreateDatabase(tenant.database, Soon()), IsOk());
  for (const Role role : kAllRoles) {
    tenant.users.emplace(role, CreateUser(tenant.database, role, tenant.password));
  }
  const auto session = LogIn(tenant);
  if (session == nullptr) return tenant;
  EXPECT_THAT(session->Run("CREATE TABLE shared (n INT)"), IsOk());
  EXPECT_THAT(session->Run("INSERT INTO shared VALUES (1)"), IsOk());
  return tenant;
}

absl::StatusOr<std::unique_ptr<SqlSession>> AdversaryStage::TryLogIn(const UserSpec& user,
                                                                     const Secret& password,
                                                                     const std::string& database) {
  return server().server->Connect({.port = server().server->port(),
                                   .user = user.name.text(),
                                   .password = password,
                                   .database = database});
}

std::unique_ptr<SqlSession> AdversaryStage::LogIn(const UserSpec& user, const Secret& password) {
  auto session = TryLogIn(user, password, user.database.name.text());
  EXPECT_THAT(session, IsOk());
  return session.ok() ? *std::move(session) : nullptr;
}

std::unique_ptr<SqlSession> AdversaryStage::LogIn(const Tenant& tenant, Role role) {
  return LogIn(tenant.users.at(role), tenant.password);
}

std::string AdversaryStage::Ask(const std::string& sql, const std::string& database) {
  const auto rows = server().server->RunAsAdmin(sql, database);
  EXPECT_THAT(rows, IsOk()) << sql;
  if (!rows.ok() || rows->empty()) return "";
  return rows->at(0).at(0).value_or("");
}

void AdversaryStage::Do(const std::string& sql, const std::string& database) {
  EXPECT_THAT(server().server->RunAsAdmin(sql, database), IsOk()) << sql;
}

std::string AdversaryStage::FindSession(const std::string& user) {
  return Ask(absl::StrCat(engine().kind == "mysql"
                              ? "SELECT id FROM information_schema.processlist WHERE user = '"
                              : "SELECT pid FROM pg_stat_activity WHERE usename = '",
                          user, "'"));
}

std::string AdversaryStage::Fill(const std::string& sql, const UserSpec& user) {
  return absl::StrReplaceAll(sql, {{"$me", user.name.text()},
                                   {"$db", user.database.name.text()},
                                   {"$owner", user.database.owner.text()},
                                   {"$victim_user", victim().users.at(Role::kOwner).name.text()},
                                   {"$victim_db", victim().database.name.text()},
                                   {"$victim_owner", victim().database.owner.text()},
                                   {"$victim_session", shared_->victims_session_id},
                                   {"$admin", server().admin.user},
                                   {"$admin_session", shared_->admins_session_id},
                                   {"$root", server().server->admin().user}});
}

void PrintTo(const AttemptOnEngine& attempt, std::ostream* out) { *out << attempt.attempt.sql; }

std::vector<AttemptOnEngine> AttemptsOn(const Engine& engine,
                                        const std::vector<Attempt>& attempts) {
  std::vector<AttemptOnEngine> all;
  for (const Attempt& attempt : attempts) all.push_back({engine, attempt});
  return all;
}

std::string AttemptName(const testing::TestParamInfo<AttemptOnEngine>& info) {
  return info.param.attempt.name;
}

}  // namespace eds
