#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/cli/cli_runner.h"

namespace eds::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(NodeGrants, ArePrintedAsAScriptWithoutAnyController) {
  CliRunner runner;
  const CliResult result =
      runner.Run("edsctl --controller unix:/nowhere node grants postgresql --server-version 15");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out,
            "-- PostgreSQL 15.0, as a superuser; put a password in place of <password>\n"
            "-- CREATEROLE can set the password of any role that is no superuser's.\n"
            "CREATE ROLE eds LOGIN PASSWORD '<password>';\n"
            "ALTER ROLE eds CREATEDB CREATEROLE;\n"
            "GRANT pg_signal_backend TO eds;\n"
            "REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;\n"
            "GRANT CONNECT ON DATABASE postgres TO eds;\n");
}

TEST(NodeGrants, DependOnTheServersVersion) {
  CliRunner runner;
  EXPECT_THAT(runner.Run("edsctl node grants mariadb --server-version 10.4.34").out,
              HasSubstr("PROCESS, SUPER ON *.*"));
  EXPECT_THAT(runner.Run("edsctl node grants mariadb").out,
              HasSubstr("PROCESS, CONNECTION ADMIN ON *.*"));
  EXPECT_THAT(runner.Run("edsctl node grants mysql").out, StartsWith("-- MySQL 9.7, as root"));
}

TEST(NodeGrants, NameTheAccountAsAsked) {
  CliRunner runner;
  EXPECT_THAT(runner.Run("edsctl node grants mysql --user boss --host 10.0.0.5").out,
              HasSubstr("CREATE USER 'boss'@'10.0.0.5' IDENTIFIED BY '<password>';"));
}

TEST(NodeGrants, RefuseWhatEdsDoesNotWorkWith) {
  CliRunner runner;
  const CliResult result = runner.Run("edsctl node grants mysql --server-version 5.6");
  EXPECT_NE(result.code, 0);
  EXPECT_THAT(result.err, HasSubstr("EDS needs MySQL 5.7 or later, not 5.6"));
  EXPECT_THAT(result.out, Not(HasSubstr("GRANT")));
  EXPECT_THAT(runner.Run("edsctl node grants mysql --server-version new").err,
              HasSubstr("--server-version: must be a version"));
  EXPECT_THAT(runner.Run("edsctl node grants oracle").err,
              HasSubstr("must be one of mysql|mariadb|postgresql"));
}

}  // namespace
}  // namespace eds::cli
