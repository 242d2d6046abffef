#include <fstream>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tools/cli/cli_runner.h"

namespace eds::cli {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class EdsctlTest : public testing::Test {
 protected:
  CliResult Run(const std::string& line, const std::string& input = "") {
    return runner_.Run(line, input);
  }
  // Of a command that is to succeed.
  std::string Out(const std::string& line, const std::string& input = "") {
    const CliResult result = Run(line, input);
    EXPECT_EQ(result.code, 0) << line << ": " << result.err;
    return result.out;
  }
  // Of a command that is to fail with `code`.
  std::string Error(const std::string& line, int code) {
    const CliResult result = Run(line);
    EXPECT_EQ(result.code, code) << line;
    EXPECT_EQ(result.out, "") << line;
    return result.err;
  }
  std::string Stored(const std::string& node, const std::string& key) {
    return runner_.controller().WithState([&](FakeState& state) -> std::string {
      for (const auto& entry : state.configs["nodes/" + node + "/config"].entries()) {
        if (entry.key() == key) return entry.value();
      }
      return "(not set)";
    });
  }

  CliRunner runner_;
};

TEST_F(EdsctlTest, ConfigSetTellsWhatIsMissingAndThenWhatWasApplied) {
  EXPECT_EQ(Out("edsctl config set mysql_node mysql/host 127.0.0.1"),
            "mysql_node: revision 1 not applied yet: mysql/user is not set\n");
  EXPECT_EQ(Out("edsctl config set mysql_node mysql/user=root mysql/pass=Hidden mysql/port=3307"),
            "mysql_node: applied revision 2 (MariaDB 10.11.14 at 127.0.0.1:3307)\n");
}

TEST_F(EdsctlTest, ConfigSetSaysThatTheNodeIsNotRunning) {
  runner_.controller().WithState([](FakeState& state) {
    state.nodes["nodes/mysql_node"].set_state(v1::Node::STATE_DISCONNECTED);
  });
  EXPECT_EQ(Out("edsctl config set mysql_node mysql/host h"),
            "mysql_node: saved; the node is not running\n");
}

TEST_F(EdsctlTest, ConfigSetTakesANodeThatIsNotKnownYetAsNotRunning) {
  runner_.controller().FailNext("GetNode", NodeNotFound("nodes/mysql_node"));
  EXPECT_EQ(Out("edsctl config set mysql_node mysql/host h"),
            "mysql_node: saved; the node is not running\n");
}

TEST_F(EdsctlTest, ConfigSetStopsWaitingForANodeThatTakesLong) {
  runner_.controller().WithState([](FakeState& state) {
    // Rejected by nobody, applied by nobody.
    state.nodes["nodes/slow"] = state.nodes["nodes/mysql_node"];
    state.nodes["nodes/slow"].set_name("nodes/slow");
    state.ignores_config.insert("nodes/slow");
  });
  EXPECT_EQ(Out("edsctl config set slow mysql/host h"),
            "slow: revision 1 not applied yet: the node is still trying it\n");
  absl::Duration waited;
  for (const absl::Duration sleep : runner_.sleeps()) waited += sleep;
  EXPECT_LE(waited, absl::Seconds(5));
  EXPECT_GT(waited, absl::Seconds(4));
}

TEST_F(EdsctlTest, ConfigSetReadsSecretsFromStandardInput) {
  Out("edsctl config set mysql_node mysql/pass=-", "Hidden\r\n");
  EXPECT_EQ(Stored("mysql_node", "mysql/pass"), "Hidden");
  Out("edsctl config set mysql_node mysql/pass -", "Other");
  EXPECT_EQ(Stored("mysql_node", "mysql/pass"), "Other");
  Out("edsctl config set mysql_node --from-file mysql/pass=- mysql/user=root", "Third\n");
  EXPECT_EQ(Stored("mysql_node", "mysql/pass"), "Third");
}

TEST_F(EdsctlTest, ConfigSetReadsSecretsFromAFile) {
  const std::string path = testing::TempDir() + "/password";
  std::ofstream(path) << "Hidden\n";
  Out("edsctl config set mysql_node --from-file mysql/pass=" + path);
  EXPECT_EQ(Stored("mysql_node", "mysql/pass"), "Hidden");
  EXPECT_EQ(Error("edsctl config set mysql_node --from-file mysql/pass=/no/such", 1),
            "edsctl: mysql/pass: cannot read /no/such: No such file or directory\n");
  EXPECT_EQ(Error("edsctl config set mysql_node --from-file mysql/pass=/", 1),
            "edsctl: mysql/pass: its value cannot be read\n");
}

TEST_F(EdsctlTest, ConfigSetTakesAnyValueAsItIs) {
  for (const std::string& value :
       std::vector<std::string>{"[a,b]", "{}", "a=b", "get", "'\"\\", "%", ""}) {
    runner_.RunWords({"edsctl", "config", "set", "mysql_node", "mysql/pass", value});
    EXPECT_EQ(Stored("mysql_node", "mysql/pass"), value);
    runner_.RunWords({"edsctl", "config", "set", "mysql_node", "mysql/user=" + value});
    EXPECT_EQ(Stored("mysql_node", "mysql/user"), value);
  }
  Out("edsctl config set mysql_node mysql/pass -- -secret");
  EXPECT_EQ(Stored("mysql_node", "mysql/pass"), "-secret");
}

TEST_F(EdsctlTest, ConfigSetNeverRepeatsAValueInAnError) {
  for (const char* line :
       {"edsctl config set mysql_node mysql/pass -Hidden",
        "edsctl config set mysql_node a=1 Hidden", "edsctl config set mysql_node a=Hidden a=Hidden",
        "edsctl config set mysql_node --Hidden", "edsctl config set mysql_node a b Hidden",
        "kato config set mysql_node mysql/pass -Hidden"}) {
    EXPECT_THAT(Error(line, 2), Not(HasSubstr("Hidden"))) << line;
  }
}

TEST_F(EdsctlTest, ConfigErrorsNameTheKey) {
  EXPECT_EQ(Error("edsctl config set mysql_node mysql/host=h mysql/port=0", 1),
            "edsctl: mysql/port: must be 1 to 65535 [INVALID_FIELD]\n");
  EXPECT_EQ(Error("edsctl config get nowhere", 1),
            "edsctl: there is no node nodes/nowhere/config [NODE_NOT_FOUND]\n");
}

TEST_F(EdsctlTest, ConfigGetMasksSecrets) {
  Out("edsctl config set mysql_node mysql/host=127.0.0.1 mysql/pass=Hidden");
  EXPECT_EQ(Out("edsctl config get mysql_node"),
            "KEY         VALUE\n"
            "mysql/host  127.0.0.1\n"
            "mysql/pass  ********\n");
  EXPECT_EQ(Out("edsctl config get mysql_node mysql/host"), "127.0.0.1\n");
  EXPECT_EQ(Out("edsctl config get nodes/mysql_node mysql/pass"), "********\n");
  EXPECT_EQ(Error("edsctl config get mysql_node mysql/port", 1), "edsctl: mysql/port is not set\n");
  const Json json = Json::parse(Out("edsctl config get mysql_node -o json"));
  EXPECT_EQ(json["name"], "nodes/mysql_node/config");
  EXPECT_EQ(json["revision"], "1");
  EXPECT_EQ(json["entries"][0]["value"], "127.0.0.1");
  EXPECT_EQ(json["entries"][1]["value"], "********");
}

TEST_F(EdsctlTest, ConfigUnsetAndListShowTheRest) {
  Out("edsctl config set mysql_node mysql/host=127.0.0.1 mysql/port=3307");
  EXPECT_EQ(Out("edsctl config unset mysql_node mysql/port mysql/pool_size"),
            "mysql_node: revision 2 not applied yet: mysql/user is not set\n");
  EXPECT_EQ(Out("edsctl config list"),
            "NODE        REVISION  KEY         VALUE\n"
            "mysql_node  2         mysql/host  127.0.0.1\n");
}

TEST_F(EdsctlTest, ConfigSetAsJsonPrintsTheConfigurationAndTellsTheOutcomeBeside) {
  const CliResult result = Run("edsctl -o json config set mysql_node mysql/host h");
  EXPECT_EQ(Json::parse(result.out)["revision"], "1");
  EXPECT_EQ(result.err, "mysql_node: revision 1 not applied yet: mysql/user is not set\n");
}

TEST_F(EdsctlTest, DatabasesAreCreatedListedRenamedAndDeleted) {
  EXPECT_THAT(Out("edsctl database create --kind mysql"),
              HasSubstr("mysql-24901  mysql  mysql_node  READY  0      127.0.0.1:3306"));
  EXPECT_THAT(Out("edsctl database create --kind postgresql --name orders"), HasSubstr("orders"));
  EXPECT_EQ(Json::parse(Out("edsctl database get orders -o json"))["name"], "databases/d24902");
  EXPECT_THAT(Out("edsctl database get databases/d24902"), HasSubstr("orders"));
  EXPECT_THAT(Out("edsctl database rename orders invoices"), HasSubstr("invoices"));
  EXPECT_EQ(Out("edsctl database delete invoices"),
            "invoices: deleted; until 2027-01-22T08:00:00Z this brings it back: edsctl database "
            "undelete databases/d24902\n");
  EXPECT_EQ(Error("edsctl database get invoices", 1),
            "edsctl: no database is called invoices [DATABASE_NOT_FOUND]\n");
}

TEST_F(EdsctlTest, DeletedDatabasesAreListedBroughtBackAndPurged) {
  Out("edsctl database create --kind mysql --name orders");
  Out("edsctl database delete orders");
  EXPECT_THAT(Out("edsctl database list"), Not(HasSubstr("orders")));
  EXPECT_THAT(Out("edsctl database list --deleted"), HasSubstr("DELETED"));
  EXPECT_THAT(Out("edsctl database undelete orders"), HasSubstr("READY"));
  EXPECT_EQ(Error("edsctl database undelete orders", 1),
            "edsctl: no deleted database was called orders [DATABASE_NOT_FOUND]\n");
  Out("edsctl database delete orders");
  Out("edsctl database create --kind mysql --name orders");
  Out("edsctl database delete orders");
  EXPECT_THAT(Error("edsctl database undelete orders", 1),
              HasSubstr("2 deleted databases were called orders: databases/d24901, "));
  EXPECT_THAT(Out("edsctl database undelete databases/d24901 --name old"), HasSubstr("old"));
  EXPECT_EQ(Out("edsctl database delete orders --purge-now"), "orders: purged\n");
  EXPECT_THAT(Out("edsctl database list --deleted"), Not(HasSubstr("orders")));
}

TEST_F(EdsctlTest, DatabasesAreProtected) {
  Out("edsctl database create --kind mysql --name orders --protect");
  EXPECT_EQ(Json::parse(Out("edsctl database get orders -o json"))["deletionProtection"], true);
  EXPECT_EQ(Out("edsctl database unprotect orders"), "orders: not protected\n");
  EXPECT_EQ(Out("edsctl database protect orders"), "orders: protected\n");
}

TEST_F(EdsctlTest, ADatabaseIsAdoptedFromItsOwnerAlone) {
  EXPECT_THAT(Error("edsctl database adopt mysql_node shop", 2), HasSubstr("--owner"));
  EXPECT_EQ(Error("edsctl database adopt mysql_node shop --owner boss", 1),
            "edsctl: shop belongs to clerk [OWNER_MISMATCH]\n");
  EXPECT_THAT(Out("edsctl database adopt mysql_node shop --owner clerk"), HasSubstr("shop"));
}

TEST_F(EdsctlTest, DatabaseCreateNeedsAKindOrANode) {
  EXPECT_THAT(Error("edsctl database create", 2), HasSubstr("--kind"));
  EXPECT_THAT(Out("edsctl database create --node mysql_node"), HasSubstr("mysql-24901"));
}

TEST_F(EdsctlTest, DatabaseListGoesThroughEveryPage) {
  for (int i = 0; i < 5; ++i) Out("edsctl database create --kind mysql");
  Out("edsctl database create --kind postgresql");
  EXPECT_EQ(Json::parse(Out("edsctl database list -o json"))["databases"].size(), 6u);
  EXPECT_EQ(Json::parse(Out("edsctl database list --limit 3 -o json"))["databases"].size(), 3u);
  const Json filtered = Json::parse(Out("edsctl database list --kind postgresql -o json"));
  ASSERT_EQ(filtered["databases"].size(), 1u);
  EXPECT_EQ(filtered.size(), 1u);  // No page token.
  EXPECT_EQ(filtered["databases"][0]["displayName"], "postgresql-24906");
  EXPECT_THAT(Out("edsctl database list --node mysql_node"), Not(HasSubstr("postgresql")));
}

TEST_F(EdsctlTest, DatabaseNamesMayBeWordsOfTheCommandLine) {
  Out("edsctl database create --kind mysql --name get");
  EXPECT_EQ(Json::parse(Out("edsctl database get get -o json"))["displayName"], "get");
  EXPECT_THAT(Out("edsctl user list get"), StartsWith("ID "));
}

TEST_F(EdsctlTest, ErrorsAreOneLineWithTheReason) {
  Out("edsctl database create --kind mysql --name orders");
  EXPECT_EQ(Error("edsctl database create --kind mysql --name orders", 1),
            "edsctl: a database is called orders already [DISPLAY_NAME_TAKEN]\n");
  Out("edsctl user create orders");
  EXPECT_EQ(Error("edsctl database delete orders", 1),
            "edsctl: the database has users; delete them, or use force "
            "(databases/d24901/users/u1 exists) [DATABASE_HAS_USERS]\n");
  EXPECT_EQ(Out("edsctl database delete orders --force --purge-now"), "orders: purged\n");
}

TEST_F(EdsctlTest, UsersAreFoundByIdByLoginAndByResourceName) {
  Out("edsctl database create --kind mysql");
  for (int i = 0; i < 3; ++i) Out("edsctl user create mysql-24901");
  EXPECT_EQ(Json::parse(Out("edsctl user list mysql-24901 -o json"))["users"].size(), 3u);
  for (const char* line :
       {"edsctl user get mysql-24901 u3 -o json", "edsctl user get mysql-24901 login3 -o json",
        "edsctl user get databases/d24901 login3 -o json",
        "edsctl user get databases/d24901/users/u3 -o json"}) {
    EXPECT_EQ(Json::parse(Out(line))["serverName"], "login3") << line;
  }
  EXPECT_EQ(Error("edsctl user get mysql-24901 nobody", 1),
            "edsctl: mysql-24901 has no user nobody [USER_NOT_FOUND]\n");
  EXPECT_EQ(Out("edsctl user delete mysql-24901 u3"), "databases/d24901/users/u3: deleted\n");
  EXPECT_THAT(Error("edsctl user get mysql-24901", 2), HasSubstr("DATABASE USER"));
}

TEST_F(EdsctlTest, CredentialsAreMaskedUnlessRevealed) {
  Out("edsctl database create --kind mysql");
  for (const char* line :
       {"edsctl user create mysql-24901", "edsctl user credentials mysql-24901 u1",
        "edsctl user rotate mysql-24901 u1"}) {
    for (const char* format : {"", " -o json", " -o yaml"}) {
      const std::string masked = Out(std::string(line) + format);
      EXPECT_THAT(masked, HasSubstr("********")) << line << format;
      EXPECT_THAT(masked, Not(HasSubstr("Hidden"))) << line << format;
      EXPECT_THAT(Out(std::string(line) + format + " --reveal"), HasSubstr("Hidden"));
    }
  }
}

TEST_F(EdsctlTest, WhatANodeKeepsReadyIsShownApart) {
  runner_.controller().WithState([](FakeState& state) {
    v1::Node& node = state.nodes["nodes/mysql_node"];
    node.set_database_count(7);
    node.set_ready_database_count(3);
    node.set_ready_user_count(5);
  });
  const std::string shown = Out("edsctl node get mysql_node");
  EXPECT_THAT(shown, HasSubstr("DATABASES  READY DATABASES  READY USERS"));
  EXPECT_THAT(shown, testing::ContainsRegex(" 7 +3 +5 "));
}

TEST_F(EdsctlTest, NodesAreListedCordonedAndUncordoned) {
  EXPECT_THAT(Out("edsctl node list"), HasSubstr("postgresql_node  postgresql  UNCONFIGURED  no"));
  EXPECT_THAT(Out("edsctl node list --kind mysql"), Not(HasSubstr("postgresql")));
  EXPECT_EQ(Out("edsctl node cordon mysql_node"), "mysql_node: cordoned\n");
  EXPECT_EQ(Json::parse(Out("edsctl node get mysql_node -o json"))["cordoned"], true);
  EXPECT_EQ(Out("edsctl node uncordon mysql_node"), "mysql_node: uncordoned\n");
  EXPECT_THAT(Out("edsctl node get mysql_node -o yaml"), HasSubstr("name: nodes/mysql_node\n"));
}

TEST_F(EdsctlTest, NodeRestartFailsWithTheReasonIfTheNodeIsNotReady) {
  Out("edsctl config set mysql_node mysql/host h");
  const CliResult result = Run("edsctl node restart mysql_node");
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.out, "mysql_node: UNCONFIGURED\n");
  EXPECT_EQ(result.err, "edsctl: mysql_node did not come back READY: mysql/user is not set\n");
}

TEST_F(EdsctlTest, NodeRestartIsNotRepeated) {
  runner_.controller().FailNext(
      "RestartNode", WithRetryAfter(MakeError(absl::StatusCode::kUnavailable,
                                              Reason::kNodeNotConnected, "start the agent"),
                                    absl::Seconds(1)));
  EXPECT_EQ(Error("edsctl node restart mysql_node", 1),
            "edsctl: start the agent; try again in 1 s [NODE_NOT_CONNECTED]\n");
}

TEST_F(EdsctlTest, NodeDiagnoseFailsIfThereAreErrors) {
  runner_.controller().WithState([](FakeState& state) {
    v1::Finding finding;
    finding.set_severity(v1::Finding::SEVERITY_ERROR);
    finding.set_check("privileges");
    finding.set_detail("CREATE USER is missing");
    finding.set_remedy("GRANT CREATE USER");
    state.findings = {finding};
  });
  const CliResult result = Run("edsctl node diagnose mysql_node");
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.out,
            "SEVERITY  CHECK       FINDING                 REMEDY\n"
            "ERROR     privileges  CREATE USER is missing  GRANT CREATE USER\n");
  EXPECT_EQ(result.err, "edsctl: mysql_node cannot do its work: 1 error found\n");
}

TEST_F(EdsctlTest, ControlCharactersFromTheControllerDoNotReachTheTerminal) {
  runner_.controller().WithState([](FakeState& state) {
    state.nodes["nodes/mysql_node"].set_condition("\x1b]0;owned\x07\n\x7f");
  });
  for (const char* line : {"edsctl node list", "edsctl node list -o json",
                           "edsctl node list -o yaml", "edsctl node restart mysql_node"}) {
    const CliResult result = Run(line);
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("\x1b"))) << line;
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("\x7f"))) << line;
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("\x07"))) << line;
  }
}

}  // namespace
}  // namespace eds::cli
