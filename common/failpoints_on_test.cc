#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "common/failpoint.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

class FailpointTest : public testing::Test {
 protected:
  FailpointTest() { setenv("EDS_FAILPOINTS", path_.c_str(), 1); }
  ~FailpointTest() override {
    unlink(path_.c_str());
    unlink((path_ + ".reached").c_str());
  }

  void Arm(const std::string& text) { std::ofstream(path_) << text; }

  std::string Reached() const {
    std::ostringstream names;
    names << std::ifstream(path_ + ".reached").rdbuf();
    return names.str();
  }

  const std::string path_ = testing::TempDir() + "failpoints";
};

TEST_F(FailpointTest, WithoutAFileNothingHappens) {
  Failpoint("first");
  EXPECT_EQ(Reached(), "");
}

TEST_F(FailpointTest, TheProcessIsKilledWhenItsTimeHasCome) {
  Arm("3 kill");
  const auto pass = [] {
    for (const char* name : {"first", "second", "third", "fourth"}) Failpoint(name);
  };
  EXPECT_EXIT(pass(), testing::KilledBySignal(SIGKILL), "");
  EXPECT_EQ(Reached(), "third\n");
}

TEST_F(FailpointTest, AfterThatNothingHappensAnyMore) {
  Arm("1 kill");
  EXPECT_EXIT(Failpoint("first"), testing::KilledBySignal(SIGKILL), "");
  Failpoint("second");
  EXPECT_EQ(Reached(), "first\n");
}

TEST_F(FailpointTest, TheProcessIsStoppedAndGoesOn) {
  Arm("1 stop");
  const pid_t child = fork();
  if (child == 0) {
    Failpoint("first");
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, WUNTRACED), child);
  EXPECT_TRUE(WIFSTOPPED(status));
  kill(child, SIGCONT);
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
}

}  // namespace
}  // namespace eds
