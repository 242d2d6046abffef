#include "common/resource_name.h"

#include <string>

#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(ResourceNameTest, FormattedNamesParse) {
  EXPECT_EQ(*ParseNodeName("name", FormatNodeName("mysql_node")), "mysql_node");
  EXPECT_EQ(*ParseConfigName("name", FormatConfigName("mysql_node")), "mysql_node");
  EXPECT_EQ(*ParseDatabaseName("name", FormatDatabaseName("abc234")), "abc234");
  const UserName user = *ParseUserName("name", FormatUserName("abc234", "xyz567"));
  EXPECT_EQ(user.database, "abc234");
  EXPECT_EQ(user.user, "xyz567");
}

TEST(ResourceNameTest, RefusesOtherFormsAndNamesTheField) {
  for (const std::string& name :
       {std::string(), std::string("mysql_node"), std::string("nodes/"), std::string("nodes/A"),
        std::string("nodes/a/b"), std::string("nodes/a\0b", 9), std::string("nodes/\xc3\xa9"),
        std::string("/nodes/a"), std::string("nodes/../a"), "nodes/" + std::string(64, 'a')}) {
    const absl::Status status = ParseNodeName("node", name).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_EQ(status.message().substr(0, 5), "node:");
  }
  EXPECT_FALSE(ParseDatabaseName("name", "databases/a'b").ok());
  EXPECT_FALSE(ParseDatabaseName("name", "databases/a_b").ok());
  EXPECT_FALSE(ParseUserName("name", "databases/a/users/").ok());
  EXPECT_FALSE(ParseUserName("name", "databases/a/users/b/c").ok());
  EXPECT_FALSE(ParseConfigName("name", "nodes/a/configs").ok());
}

}  // namespace
}  // namespace eds
