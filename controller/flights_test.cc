#include "controller/flights.h"

#include <vector>

#include "common/error.h"
#include "common/status_matchers.h"
#include "google/protobuf/empty.pb.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

const RequestKey kRequest{.id = "r1", .method = "CreateDatabase", .fingerprint = "f"};

TEST(FlightsTest, EverybodyAboardGetsTheOneAnswer) {
  Flights flights;
  int answers = 0;
  const auto done = [&answers](const absl::Status& status,
                               const google::protobuf::Message* answer) {
    EXPECT_THAT(status, IsOk());
    EXPECT_NE(answer, nullptr);
    ++answers;
  };
  EXPECT_TRUE(*flights.Board(kRequest, done));
  EXPECT_FALSE(*flights.Board(kRequest, done));
  EXPECT_FALSE(*flights.Board(kRequest, done));
  const google::protobuf::Empty empty;
  flights.Land(kRequest, absl::OkStatus(), &empty);
  EXPECT_EQ(answers, 3);
}

TEST(FlightsTest, WhoeverComesWhenItIsFullIsToldWhenToTryAgain) {
  Flights flights;
  size_t answers = 0;
  const auto done = [&answers](const absl::Status&, const google::protobuf::Message*) {
    ++answers;
  };
  EXPECT_TRUE(*flights.Board(kRequest, done));
  for (size_t i = 1; i < Flights::kMostAboard; ++i) EXPECT_FALSE(*flights.Board(kRequest, done));
  const absl::Status refused = flights.Board(kRequest, done).status();
  EXPECT_THAT(refused, FailsWith(absl::StatusCode::kResourceExhausted, Reason::kNodeBusy));
  EXPECT_TRUE(RetryAfterOf(refused).has_value());
  flights.Land(kRequest, absl::AbortedError("x"), nullptr);
  EXPECT_EQ(answers, Flights::kMostAboard);
  EXPECT_TRUE(*flights.Board(kRequest, done));
  flights.Land(kRequest, absl::OkStatus(), nullptr);
}

TEST(FlightsTest, AfterTheLandingTheNextIsTheFirstAgain) {
  Flights flights;
  const auto ignore = [](const absl::Status&, const google::protobuf::Message*) {};
  EXPECT_TRUE(*flights.Board(kRequest, ignore));
  flights.Land(kRequest, absl::AbortedError("x"), nullptr);
  EXPECT_TRUE(*flights.Board(kRequest, ignore));
  flights.Land(kRequest, absl::OkStatus(), nullptr);
}

TEST(FlightsTest, AnotherRequestUnderTheSameIdIsTurnedAway) {
  Flights flights;
  const auto ignore = [](const absl::Status&, const google::protobuf::Message*) {};
  EXPECT_TRUE(*flights.Board(kRequest, ignore));
  RequestKey other = kRequest;
  other.fingerprint = "g";
  EXPECT_THAT(flights.Board(other, ignore),
              FailsWith(absl::StatusCode::kAlreadyExists, Reason::kRequestIdReused));
  flights.Land(kRequest, absl::OkStatus(), nullptr);
}

}  // namespace
}  // namespace eds
