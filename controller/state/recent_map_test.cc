#include "controller/state/recent_map.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(RecentMapTest, FindsWhatWasPut) {
  RecentMap<int> map(10'000);
  map.Put("a", 1, 0);
  map.Put("a", 2, 0);
  ASSERT_NE(map.Find("a"), nullptr);
  EXPECT_EQ(*map.Find("a"), 2);
  EXPECT_EQ(map.Find("b"), nullptr);
  map.Erase("a");
  EXPECT_EQ(map.Find("a"), nullptr);
}

TEST(RecentMapTest, ForgetsWhatDoesNotFitAndNobodyLooksFor) {
  RecentMap<int> map(100'000);
  map.Put("asked for", 1, 0);
  map.Put("forgotten", 2, 0);
  for (int i = 0; i < 10'000; ++i) {
    map.Put(absl::StrCat("key ", i), i, 20);
    ASSERT_NE(map.Find("asked for"), nullptr);
  }
  EXPECT_EQ(*map.Find("asked for"), 1);
  EXPECT_EQ(map.Find("forgotten"), nullptr);
  int kept = 0;
  for (int i = 0; i < 10'000; ++i) kept += map.Find(absl::StrCat("key ", i)) != nullptr ? 1 : 0;
  EXPECT_GT(kept, 100);
  EXPECT_LT(kept, 1000);
}

TEST(RecentMapTest, ErasesWhatIsOldToo) {
  RecentMap<int> map(10'000);
  map.Put("a", 1, 0);
  for (int i = 0; i < 30; ++i) map.Put(absl::StrCat("key ", i), i, 100);
  map.Erase("a");
  EXPECT_EQ(map.Find("a"), nullptr);
}

}  // namespace
}  // namespace eds
