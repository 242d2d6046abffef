#include "common/failpoint.h"

#include <cstdlib>
#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(FailpointTest, DoesNothingInABinaryThatDoesNotLinkTheReaction) {
  const std::string path = testing::TempDir() + "failpoints";
  std::ofstream(path) << "1 kill";
  setenv("EDS_FAILPOINTS", path.c_str(), 1);
  Failpoint("first");
}

}  // namespace
}  // namespace eds
