// Binaries that are deployed hold nothing that reacts to a failpoint.

#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

// Of the reaction, what a binary that holds it cannot be without.
bool HoldsTheReaction(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  EXPECT_GT(content.str().size(), 1000) << path;
  return content.str().find("EDS_FAILPOINTS") != std::string::npos;
}

TEST(ProductionBinariesTest, HoldNoReactionToFailpoints) {
  for (const char* name : {"controller", "mysql_node", "postgresql_node"}) {
    const std::string path = absl::StrCat(name, "/", name);
    EXPECT_FALSE(HoldsTheReaction(path)) << path;
    EXPECT_TRUE(HoldsTheReaction(path + "_with_failpoints")) << path;
  }
}

}  // namespace
}  // namespace eds
