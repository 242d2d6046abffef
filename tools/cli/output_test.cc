#include "tools/cli/output.h"

#include "eds/v1/database.pb.h"
#include "eds/v1/user.pb.h"
#include "gtest/gtest.h"

namespace eds::cli {
namespace {

TEST(FormatTable, AlignsColumnsByCharacters) {
  const Table table{.header = {"NAME", "STATE", "CONDITION"},
                    .rows = {{"größe", "READY", ""}, {"a", "DELETING", "the server is down"}}};
  EXPECT_EQ(FormatTable(table),
            "NAME   STATE     CONDITION\n"
            "größe  READY     -\n"
            "a      DELETING  the server is down\n");
}

TEST(FormatTable, WritesTheHeaderOfAnEmptyTable) {
  EXPECT_EQ(FormatTable({.header = {"NAME", "KIND"}, .rows = {}}), "NAME  KIND\n");
}

TEST(FormatTable, KeepsARowInOneLine) {
  const Table table{.header = {"A"}, .rows = {{"x\n\x1b[2Jy"}}};
  EXPECT_EQ(FormatTable(table), "A\nx\\u000a\\u001b[2Jy\n");
}

TEST(ToJson, WritesNamesAsInTheApiAndZeroes) {
  v1::Database database;
  database.set_name("databases/d1");
  database.set_kind(v1::KIND_MYSQL);
  database.set_display_name("mysql-24901");
  const Json json = ToJson(database, false);
  EXPECT_EQ(json["displayName"], "mysql-24901");
  EXPECT_EQ(json["kind"], "KIND_MYSQL");
  EXPECT_EQ(json["port"], 0);
  EXPECT_EQ(json["userCount"], "0");
  EXPECT_EQ(json.begin().key(), "name");
}

TEST(ToJson, RevealsSecretsOnlyIfAsked) {
  v1::Credentials credentials;
  credentials.set_password("Hidden1");
  EXPECT_EQ(ToJson(credentials, false)["password"], "********");
  EXPECT_EQ(ToJson(credentials, true)["password"], "Hidden1");
}

TEST(FormatJson, IsSafeForATerminalAndStillJson) {
  const Json value = {{"a", "\x1b\x7f\u202E"}};
  const std::string text = FormatJson(value);
  EXPECT_EQ(text, "{\n  \"a\": \"\\u001b\\u007f\\u202e\"\n}\n");
  EXPECT_EQ(Json::parse(text), value);
  EXPECT_EQ(FormatJsonLine(value), "{\"a\":\"\\u001b\\u007f\\u202e\"}\n");
}

}  // namespace
}  // namespace eds::cli
