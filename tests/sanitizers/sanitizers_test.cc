// What --config=asan and --config=tsan notice, in a test and in the processes that it
// starts; and that what they are told of gRPC hides no race of ours.

#include <string>

#include "absl/strings/string_view.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fixtures/child_process.h"

namespace eds {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Runs a test that passes, whatever becomes of the program that it starts.
[[maybe_unused]] Ended RunATestThatStarts(const std::string& program) {
  const auto ended = RunToEnd({.argv = {"tools/lib/run_sanitized", "/bin/sh", "-c",
                                        "tests/sanitizers/" + program + "; exit 0"}});
  EXPECT_THAT(ended, IsOk());
  return ended.value_or(Ended{.exit_code = -1, .output = "", .errors = ""});
}

TEST(SanitizersTest, ATestKeepsItsOwnExitCode) {
  const auto ended =
      RunToEnd({.argv = {"tools/lib/run_sanitized", "tests/sanitizers/faulty", "exit_3"}});
  ASSERT_THAT(ended, IsOk());
  EXPECT_EQ(ended->exit_code, 3) << ended->output;
  EXPECT_EQ(ended->output, "");
}

#if defined(__SANITIZE_ADDRESS__)

TEST(SanitizersTest, UseOfFreedMemoryInAChildFailsTheTest) {
  const Ended ended = RunATestThatStarts("faulty use_after_free");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr("SUMMARY: AddressSanitizer: heap-use-after-free"));
}

TEST(SanitizersTest, ALeakInAChildFailsTheTest) {
  const Ended ended = RunATestThatStarts("faulty leak");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr("4 byte(s) leaked in 1 allocation(s)"));
}

TEST(SanitizersTest, UndefinedBehaviourInAChildThatIsKilledLaterFailsTheTest) {
  const Ended ended = RunATestThatStarts("faulty undefined_and_killed");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr("SUMMARY: UndefinedBehaviorSanitizer: undefined-behavior"));
}

#elif defined(__SANITIZE_THREAD__)

TEST(SanitizersTest, TwoCallsThatWriteTheSameAreReported) {
  const Ended ended = RunATestThatStarts("racy_service unguarded");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr("SUMMARY: ThreadSanitizer: data race tests/sanitizers/"));
}

TEST(SanitizersTest, WhatACallWritesAfterItsAnswerIsReported) {
  const Ended ended = RunATestThatStarts("racy_service after_finish");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.output, HasSubstr("SUMMARY: ThreadSanitizer: data race tests/sanitizers/"));
}

TEST(SanitizersTest, CallsThatTakeTurnsAreNotReported) {
  const Ended ended = RunATestThatStarts("racy_service guarded");
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.output, Not(HasSubstr("ThreadSanitizer")));
}

#endif

}  // namespace
}  // namespace eds
