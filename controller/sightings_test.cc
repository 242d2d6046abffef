#include "controller/sightings.h"

#include "gtest/gtest.h"

namespace eds {
namespace {

using FirstSeen = std::map<std::string, absl::Duration>;

constexpr absl::Duration kStart = absl::Hours(1);

TEST(Sightings, RemembersSinceWhenANameIsUnknown) {
  Sightings sightings;
  sightings.Remember("a", "server", {"x"}, kStart);
  sightings.Remember("a", "server", {"x", "y"}, kStart + absl::Minutes(1));
  EXPECT_EQ(sightings.Of("a"), (FirstSeen{{"x", kStart}, {"y", kStart + absl::Minutes(1)}}));
  EXPECT_EQ(sightings.Of("b"), FirstSeen());
}

TEST(Sightings, WhatWasNotSeenBetweenIsSeenForTheFirstTime) {
  Sightings sightings;
  sightings.Remember("a", "server", {"x"}, kStart);
  sightings.Remember("a", "server", {}, kStart + absl::Minutes(1));
  sightings.Remember("a", "server", {"x"}, kStart + absl::Minutes(2));
  EXPECT_EQ(sightings.Of("a"), (FirstSeen{{"x", kStart + absl::Minutes(2)}}));
}

TEST(Sightings, AnotherServerBeginsAnew) {
  Sightings sightings;
  sightings.Remember("a", "server", {"x"}, kStart);
  sightings.Remember("a", "other", {"x"}, kStart + absl::Minutes(2));
  EXPECT_EQ(sightings.Of("a"), (FirstSeen{{"x", kStart + absl::Minutes(2)}}));
}

}  // namespace
}  // namespace eds
