// What people do on a server by hand, and what a sweep makes of it.

#include <signal.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/e2e/eds_processes.h"
#include "tests/fixtures/engines.h"
#include "tests/fixtures/shared_servers.h"

namespace eds {
namespace {

using testing::HasSubstr;
using testing::Not;

// How long something must be unknown before it can be purged.
constexpr absl::Duration kPurgeWait = absl::Seconds(3);
constexpr absl::Duration kPatience = absl::Seconds(60);

class ReconcileTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    const std::string wait = absl::StrCat(absl::ToInt64Seconds(kPurgeWait));
    auto eds = EdsProcesses::Start({kind()},
                                   {{"controller", {.flags = {{"--purge_wait_seconds", wait}}}}});
    ASSERT_THAT(eds, IsOk());
    eds_ = *std::move(eds);
    eds_->Configure(kind(), admin_);
    service_ = eds_->CreateService(kind());
    login_ = eds_->BindService(service_);
    ASSERT_THAT(Connect(login_)->Run("CREATE TABLE t (n int)"), IsOk());
  }

  std::string kind() const { return GetParam().kind; }
  bool is_postgresql() const { return kind() == "postgresql"; }
  std::string node() const { return absl::StrCat(kind(), "_node"); }
  std::string Reconcile() const { return absl::StrCat("edsctl reconcile ", node()); }
  std::string Purge() const { return Reconcile() + " --purge --max-share 100"; }

  std::unique_ptr<SqlSession> Connect(const Login& login) {
    return server_->Connect(login).value();
  }
  bool CanLogIn(const Login& login) { return server_->Connect(login).ok(); }
  bool CanInsert() {
    const auto session = server_->Connect(login_);
    return session.ok() && (*session)->Run("INSERT INTO t VALUES (1)").ok();
  }

  // As one who may do everything.
  void RunByHand(const std::vector<std::string>& statements, const std::string& database = "") {
    for (const std::string& sql : statements) {
      EXPECT_THAT(server_->RunAsAdmin(sql, database), IsOk()) << sql;
    }
  }

  // A name with the mark of this installation, which is part of every name.
  std::string Marked(const std::string& letter, const std::string& id) const {
    return absl::StrCat(letter, login_.database.substr(1, login_.database.size() - 17), id);
  }
  std::string Quoted(const std::string& name) const {
    return is_postgresql() ? absl::StrCat("\"", name, "\"") : absl::StrCat("`", name, "`");
  }

  bool HasDatabase(const std::string& name) {
    return Has("pg_database WHERE datname", "information_schema.SCHEMATA WHERE SCHEMA_NAME", name);
  }
  bool HasUser(const std::string& name) {
    return Has("pg_roles WHERE rolname", "mysql.user WHERE User", name);
  }
  bool Has(const std::string& in_postgresql, const std::string& in_mysql, const std::string& name) {
    const auto rows = server_->RunAsAdmin(absl::StrCat(
        "SELECT 1 FROM ", is_postgresql() ? in_postgresql : in_mysql, " = '", name, "'"));
    EXPECT_THAT(rows, IsOk());
    return rows.ok() && !rows->empty();
  }

  // What a crash with an old copy of the store would leave: made by our administrator.
  void Leak(const std::string& database, const std::string& owner, const std::string& user) {
    const std::vector<std::string> in_postgresql = {
        "CREATE ROLE $1 NOLOGIN", "GRANT $1 TO CURRENT_USER", "CREATE DATABASE $0 OWNER $1",
        "CREATE ROLE $2 LOGIN NOINHERIT IN ROLE $1", "GRANT CONNECT ON DATABASE $0 TO $2"};
    const std::vector<std::string> in_mysql = {"CREATE DATABASE $0", "CREATE USER $2@'%'",
                                               "GRANT SELECT, INSERT ON $0.* TO $2@'%'"};
    const auto session = Connect(admin_);
    for (const std::string& sql : is_postgresql() ? in_postgresql : in_mysql) {
      EXPECT_THAT(
          session->Run(absl::Substitute(sql, Quoted(database), Quoted(owner), Quoted(user))),
          IsOk())
          << sql;
    }
  }

  void CreateForeign(const std::string& database, const std::string& user) {
    RunByHand({absl::StrCat("CREATE DATABASE ", Quoted(database)),
               is_postgresql() ? absl::StrCat("CREATE ROLE ", Quoted(user))
                               : absl::StrCat("CREATE USER ", Quoted(user), "@'%'")});
  }

  // Purges until `expected` is said, which takes as long as something must be unknown.
  std::string PurgeUntil(const std::string& expected) {
    const absl::Time end = absl::Now() + kPatience;
    std::string output;
    do {
      output = eds_->Run(Purge()).output;
      if (absl::StrContains(output, expected)) break;
      absl::SleepFor(absl::Milliseconds(200));
    } while (absl::Now() < end);
    return output;
  }

  PrivateServer* const server_ = SharedServerOf(GetParam()).server.get();
  const Login admin_ = SharedServerOf(GetParam()).admin;
  std::unique_ptr<EdsProcesses> eds_;
  std::string service_;
  Login login_;
};

TEST_P(ReconcileTest, WhatNobodyTouchedAgrees) {
  EXPECT_THAT(eds_->MustRun(Reconcile()), HasSubstr("server and records agree"));
  EXPECT_THAT(eds_->MustRun("edsctl operation list"), Not(HasSubstr("databases/")));
  EXPECT_TRUE(CanInsert());
}

TEST_P(ReconcileTest, WhatIsUnfinishedIsListedWithItsReasonUntilItIsDone) {
  eds_->EndProcess(node(), SIGKILL);
  ASSERT_TRUE(eds_->WaitForState(node(), v1::Node::STATE_DISCONNECTED));
  eds_->Run(absl::StrCat("edsctl --timeout 1s user delete ", service_, " ", login_.user));
  const std::string listed = eds_->MustRun("edsctl operation list");
  EXPECT_THAT(listed, HasSubstr("DELETE"));
  EXPECT_THAT(listed, HasSubstr("NODE_NOT_CONNECTED"));
  EXPECT_TRUE(CanLogIn(login_));

  ASSERT_THAT(eds_->StartProcess(node()), IsOk());
  ASSERT_TRUE(eds_->WaitForState(node(), v1::Node::STATE_READY));
  const absl::Time end = absl::Now() + kPatience;
  while (absl::StrContains(eds_->MustRun("edsctl operation list"), "databases/") &&
         absl::Now() < end) {
    absl::SleepFor(absl::Milliseconds(100));
  }
  EXPECT_FALSE(CanLogIn(login_));
}

TEST_P(ReconcileTest, AUserDroppedByHandComesBackWithItsPassword) {
  if (is_postgresql()) {
    RunByHand({absl::StrCat("DROP OWNED BY ", login_.user)}, login_.database);
    RunByHand({absl::StrCat("DROP ROLE ", login_.user)});
  } else {
    RunByHand({absl::StrCat("DROP USER ", login_.user, "@'%'")});
  }
  ASSERT_FALSE(CanLogIn(login_));
  const std::string output = eds_->MustRun(Reconcile());
  EXPECT_THAT(output, HasSubstr("MISSING"));
  EXPECT_THAT(output, HasSubstr("MENDED"));
  EXPECT_TRUE(CanInsert());
}

TEST_P(ReconcileTest, APrivilegeRevokedByHandComesBack) {
  RunByHand({absl::Substitute(is_postgresql() ? "REVOKE CONNECT ON DATABASE $0 FROM $1"
                                              : "REVOKE INSERT ON $0.* FROM $1@'%'",
                              login_.database, login_.user)});
  ASSERT_FALSE(CanInsert());
  EXPECT_THAT(eds_->MustRun(Reconcile()), HasSubstr("LACKING"));
  EXPECT_TRUE(CanInsert());
}

TEST_P(ReconcileTest, APrivilegeTooManyIsReported) {
  RunByHand({is_postgresql() ? absl::StrCat("ALTER ROLE ", login_.user, " CREATEDB")
                             : absl::StrCat("GRANT SELECT ON mysql.* TO ", login_.user, "@'%'")});
  const Ended ended = eds_->Run(Reconcile());
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr("EXCESSIVE  REPORTED"));
  EXPECT_THAT(ended.errors, HasSubstr("1 difference is left"));
  EXPECT_TRUE(CanInsert());
}

TEST_P(ReconcileTest, ADatabaseDroppedByHandIsReportedAndNotCreatedAnew) {
  RunByHand({absl::StrCat("DROP DATABASE ", login_.database)});
  const Ended ended = eds_->Run(Reconcile());
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr(absl::StrCat("MISSING  REPORTED  ", login_.database)));
  EXPECT_FALSE(HasDatabase(login_.database));
}

TEST_P(ReconcileTest, WhatBearsOurMarkAndIsInNoRecordGoesAfterASecondLook) {
  const std::string database = Marked("d", "leakedleakedleak");
  const std::string owner = Marked("o", "leakedleakedleak");
  const std::string user = Marked("u", "strayedstrayedst");
  Leak(database, owner, user);
  const Ended first = eds_->Run(Purge());
  EXPECT_EQ(first.exit_code, 1);
  EXPECT_THAT(first.output, HasSubstr(absl::StrCat("UNKNOWN  REPORTED  ", database)));
  EXPECT_TRUE(HasDatabase(database));
  EXPECT_TRUE(HasUser(user));

  const std::string second = PurgeUntil("PURGED");
  for (const std::string& name : {database, user}) {
    EXPECT_THAT(second, HasSubstr(absl::StrCat("UNKNOWN  PURGED  ", name)));
    EXPECT_THAT(eds_->MustRun("edsctl purge list"), HasSubstr(name));
  }
  EXPECT_FALSE(HasDatabase(database));
  EXPECT_FALSE(HasUser(user));
  EXPECT_FALSE(HasUser(owner));
  EXPECT_THAT(eds_->MustRun(Reconcile()), HasSubstr("server and records agree"));
  EXPECT_TRUE(CanInsert());
}

TEST_P(ReconcileTest, AnUnknownUserOfAKnownDatabaseIsDroppedWithItsSessions) {
  const std::string user = Marked("u", "strayedstrayedst");
  Login stray = login_;
  stray.user = user;
  if (is_postgresql()) {
    const std::string owner = Quoted(absl::StrCat("o", login_.database.substr(1)));
    RunByHand({absl::Substitute("CREATE ROLE $0 LOGIN NOINHERIT PASSWORD '$1' IN ROLE $2", user,
                                stray.password.Reveal(), owner),
               absl::Substitute("GRANT CONNECT ON DATABASE $0 TO $1", login_.database, user)});
  } else {
    RunByHand(
        {absl::Substitute("CREATE USER $0@'%' IDENTIFIED BY '$1'", user, stray.password.Reveal()),
         absl::Substitute("GRANT SELECT, INSERT ON $0.* TO $1@'%'", login_.database, user)});
  }
  const auto session = Connect(stray);
  EXPECT_THAT(PurgeUntil("PURGED"), HasSubstr(user));
  EXPECT_FALSE(HasUser(user));
  EXPECT_FALSE(session->Run("SELECT 1").ok()) << "its session is alive";
  EXPECT_TRUE(CanInsert());
}

TEST_P(ReconcileTest, NothingWithoutOurExactMarkIsTouched) {
  const std::string leaked = Marked("d", "leakedleakedleak");
  const std::string stray = Marked("u", "strayedstrayedst");
  std::string other_database = Marked("d", "foreignforeignfo");
  std::string other_user = Marked("u", "foreignforeignfo");
  other_database[1] = other_user[1] = login_.database[1] == 'x' ? 'y' : 'x';
  const std::vector<std::pair<std::string, std::string>> foreign = {
      {"orders", "app"},
      {other_database, other_user},
      {Marked("d", "short"), Marked("u", "short")},
      {Marked("d", "longlonglonglong2"), Marked("u", "longlonglonglong2")},
      {Marked("d", "UPPERUPPERUPPERU"), Marked("u", "UPPERUPPERUPPERU")},
      {Marked("e", "leakedleakedleak"), Marked("e", "leakedleakedleak")}};
  for (const auto& [database, user] : foreign) CreateForeign(database, user);
  Leak(leaked, Marked("o", "leakedleakedleak"), stray);
  EXPECT_THAT(PurgeUntil("PURGED"), HasSubstr(leaked));
  EXPECT_FALSE(HasDatabase(leaked));
  for (const auto& [database, user] : foreign) {
    EXPECT_TRUE(HasDatabase(database)) << database;
    EXPECT_TRUE(HasUser(user)) << user;
    RunByHand({absl::StrCat("DROP DATABASE ", Quoted(database)),
               is_postgresql() ? absl::StrCat("DROP ROLE ", Quoted(user))
                               : absl::StrCat("DROP USER ", Quoted(user), "@'%'")});
  }
}

TEST_P(ReconcileTest, MoreThanItsShareIsRefused) {
  const std::string user = Marked("u", "strayedstrayedst");
  Leak(Marked("d", "leakedleakedleak"), Marked("o", "leakedleakedleak"), user);
  const absl::Time end = absl::Now() + kPatience;
  Ended ended;
  do {
    ended = eds_->Run(Reconcile() + " --purge");
  } while (!absl::StrContains(ended.errors, "PURGE_REFUSED") && absl::Now() < end);
  EXPECT_THAT(ended.errors, HasSubstr("PURGE_REFUSED"));
  EXPECT_TRUE(HasUser(user));
}

INSTANTIATE_TEST_SUITE_P(Engines, ReconcileTest, testing::ValuesIn(AllEngines()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace eds
