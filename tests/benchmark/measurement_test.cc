#include <atomic>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/secret.h"
#include "gtest/gtest.h"
#include "tests/benchmark/callers.h"
#include "tests/benchmark/chart.h"
#include "tests/benchmark/contest.h"
#include "tests/benchmark/report.h"
#include "tests/benchmark/scram_verifier.h"
#include "tests/benchmark/series.h"

namespace eds::benchmark {
namespace {

// Writes down what is asked of it; every `failing`-th operation fails.
class Recorder final : public Contender {
 public:
  Recorder(std::string name, std::string& log, int failing = 0)
      : name_(std::move(name)), log_(log), failing_(failing) {}

  std::string name() const override { return name_; }
  absl::Status Prepare(const RoundPlan& /*plan*/) override {
    log_ += name_;
    return absl::OkStatus();
  }
  absl::Status Run(int /*caller*/, int operation) override {
    const bool fails = failing_ > 0 && operation % failing_ == 0;
    return fails ? absl::InternalError("no") : absl::OkStatus();
  }
  absl::Status Settle() override { return absl::OkStatus(); }

 private:
  const std::string name_;
  std::string& log_;
  const int failing_;
};

TEST(SeriesTest, PercentilesAreTimesThatWereSeen) {
  Series series;
  for (int i = 100; i >= 1; --i) series.times.push_back(absl::Milliseconds(i));
  EXPECT_EQ(series.Percentile(0.5), absl::Milliseconds(50));
  EXPECT_EQ(series.Percentile(0.99), absl::Milliseconds(99));
  EXPECT_EQ(series.Percentile(1), absl::Milliseconds(100));
}

TEST(CallersTest, EveryOperationRunsOnce) {
  std::vector<std::atomic<int>> runs(1000);
  ForEachOperation({.callers = 8, .operations = 1000}, [&](int, int number) { ++runs[number]; });
  for (const auto& count : runs) EXPECT_EQ(count, 1);
}

TEST(ContestTest, ContendersTakeTurnsAfterAWarmUpThatDoesNotCount) {
  std::string log;
  Recorder a("a", log);
  Recorder b("b", log);
  const auto series = Compete("x", {&a, &b}, {.callers = 2, .operations = 5}, 2);
  ASSERT_TRUE(series.ok()) << series.status();
  EXPECT_EQ(log, "ababab");
  EXPECT_EQ((*series)[1].times.size(), 10);
  EXPECT_EQ((*series)[1].rates.size(), 2);
}

TEST(ContestTest, FailuresAreCountedAndTold) {
  std::string log;
  Recorder a("a", log, 2);
  const auto series = Compete("x", {&a}, {.callers = 1, .operations = 4}, 1);
  ASSERT_TRUE(series.ok()) << series.status();
  EXPECT_EQ((*series)[0].errors, 2);
  EXPECT_EQ((*series)[0].times.size(), 2);
  Report report;
  report.AddSeries(*series);
  EXPECT_FALSE(report.ok());
  EXPECT_NE(report.ToTable().find("2 failed: INTERNAL: no"), std::string::npos);
}

TEST(ReportTest, RatiosAreOfMedians) {
  Report report;
  report.AddSeries({{.subject = "s", .contender = "ours", .times = {absl::Milliseconds(3)}},
                    {.subject = "s", .contender = "theirs", .times = {absl::Milliseconds(6)}}});
  report.AddTimeRatio("r", "s", "ours", "theirs", 1);
  report.AddTimeRatio("missing", "s", "ours", "theirs", 4);
  EXPECT_NE(report.ToJson().find("\"r\": 0.5"), std::string::npos);
  EXPECT_EQ(report.ToJson().find("missing"), std::string::npos);
}

TEST(ChartTest, ACurveOfOnePointIsDrawnInsideThePicture) {
  const std::string svg = DrawCurves("t", "x", "y", {{.name = "c", .points = {{1, 10}}}});
  EXPECT_NE(svg.find("<circle"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
}

// The example of RFC 7677.
TEST(ScramVerifierTest, IsThatOfTheStandard) {
  const std::string salt = "\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81";
  EXPECT_EQ(ScramVerifier(Secret("pencil"), salt).Reveal(),
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4q"
            "Y=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
}

}  // namespace
}  // namespace eds::benchmark
