#include "tests/contract/state_store_contract.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"

namespace eds {

void StateStoreContract::Open() {
  auto opened = GetParam().open(folder_->path());
  ASSERT_TRUE(opened.ok()) << opened.status();
  store_ = *std::move(opened);
}

int64_t StateStoreContract::Put(const std::string& key, const std::string& value) {
  const auto revision = store_->Commit({.writes = {{key, value}}});
  EXPECT_TRUE(revision.ok()) << revision.status();
  return revision.value_or(0);
}

int64_t StateStoreContract::Delete(const std::string& key) {
  const auto revision = store_->Commit({.deletes = {key}});
  EXPECT_TRUE(revision.ok()) << revision.status();
  return revision.value_or(0);
}

int64_t StateStoreContract::VersionOf(const std::string& key) {
  const auto entry = store_->Get(key);
  EXPECT_TRUE(entry.ok()) << entry.status();
  return entry.ok() ? entry->version : 0;
}

std::vector<std::string> StateStoreContract::KeysUnder(const std::string& prefix,
                                                       const std::string& after, size_t limit) {
  const auto page = store_->List(prefix, after, limit);
  EXPECT_TRUE(page.ok()) << page.status();
  std::vector<std::string> keys;
  for (const StoredEntry& entry : page.value_or(std::vector<StoredEntry>())) {
    keys.push_back(entry.key);
  }
  return keys;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kZero("a\0b", 3);
const std::string kLongestKey(StateStore::kMaxKeyBytes, 'k');

// What a watcher saw, as "key=value@version" and "key deleted@version".
class Sightings {
 public:
  std::function<void(const StoreEvent&)> callback() {
    return [this](const StoreEvent& event) {
      seen_.push_back(absl::StrCat(event.entry.key,
                                   event.deleted ? " deleted" : "=" + event.entry.value, "@",
                                   event.entry.version));
    };
  }
  const std::vector<std::string>& seen() const { return seen_; }

 private:
  std::vector<std::string> seen_;
};

TEST_P(StateStoreContract, GetReturnsWhatWasWritten) {
  const int64_t revision = Put("databases/1", "one");
  const auto entry = store().Get("databases/1");
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->key, "databases/1");
  EXPECT_EQ(entry->value, "one");
  EXPECT_EQ(entry->version, revision);
  EXPECT_GE(revision, 1);
}

TEST_P(StateStoreContract, GetOfAMissingKeyIsNotFound) {
  Put("ab", "");
  EXPECT_TRUE(absl::IsNotFound(store().Get("a").status()));
  EXPECT_TRUE(absl::IsNotFound(store().Get("abc").status()));
  EXPECT_TRUE(absl::IsNotFound(store().Get("").status()));
  EXPECT_TRUE(absl::IsNotFound(store().Get(kLongestKey + "k").status()));
}

TEST_P(StateStoreContract, AWriteReplacesTheValueAndRaisesTheVersion) {
  const int64_t first = Put("a", "one");
  const int64_t second = Put("a", "two");
  EXPECT_GT(second, first);
  EXPECT_EQ(store().Get("a")->value, "two");
  EXPECT_EQ(VersionOf("a"), second);
}

TEST_P(StateStoreContract, AWriteLeavesOtherKeysTheirVersions) {
  const int64_t first = Put("a", "one");
  Put("b", "two");
  EXPECT_EQ(VersionOf("a"), first);
}

TEST_P(StateStoreContract, ADeletedKeyIsGone) {
  const int64_t written = Put("a", "one");
  EXPECT_GT(Delete("a"), written);
  EXPECT_TRUE(absl::IsNotFound(store().Get("a").status()));
}

TEST_P(StateStoreContract, DeletingAMissingKeyMakesNoDifference) {
  Put("a", "one");
  const auto revision = store().Commit({.deletes = {"b", "b", "c"}});
  EXPECT_TRUE(revision.ok()) << revision.status();
  EXPECT_THAT(KeysUnder(""), ElementsAre("a"));
}

TEST_P(StateStoreContract, ValuesMayBeEmptyAndHoldAnyBytes) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  Put("empty", "");
  Put("all", all);
  EXPECT_EQ(store().Get("empty")->value, "");
  EXPECT_EQ(store().Get("all")->value, all);
}

TEST_P(StateStoreContract, KeysHoldAnyBytesAndAreOrderedByThem) {
  const std::vector<std::string> keys = {
      std::string(1, '\0'), "\x01", "A",       "a", kZero, "ab", "\x7f", "\x80",
      "\xc3\xa9",           "\xff", "\xff\xff"};
  const std::vector<std::string> backwards(keys.rbegin(), keys.rend());
  for (const std::string& key : backwards) Put(key, key);
  EXPECT_EQ(KeysUnder(""), keys);
  for (const std::string& key : keys) EXPECT_EQ(store().Get(key)->value, key);
}

TEST_P(StateStoreContract, ListFindsExactlyTheKeysUnderAPrefix) {
  for (const char* key : {"a", "ab", "b", "users/x", "users/x/1", "users/x/2", "users/xy/1"}) {
    Put(key, "");
  }
  EXPECT_THAT(KeysUnder("a"), ElementsAre("a", "ab"));
  EXPECT_THAT(KeysUnder("ab"), ElementsAre("ab"));
  EXPECT_THAT(KeysUnder("users/x/"), ElementsAre("users/x/1", "users/x/2"));
  EXPECT_THAT(KeysUnder("users/xy/"), ElementsAre("users/xy/1"));
  EXPECT_THAT(KeysUnder("c"), IsEmpty());
}

TEST_P(StateStoreContract, PrefixesMayEndInTheHighestByte) {
  for (const char* key :
       {"a\xfe", "a\xff", "a\xff\xff", "a\xff\x01", "b", "\xff", "\xff\xff\x02"}) {
    Put(key, "");
  }
  EXPECT_THAT(KeysUnder("a\xff"), ElementsAre("a\xff", "a\xff\x01", "a\xff\xff"));
  EXPECT_THAT(KeysUnder("a\xff\xff"), ElementsAre("a\xff\xff"));
  EXPECT_THAT(KeysUnder("\xff"), ElementsAre("\xff", "\xff\xff\x02"));
  EXPECT_THAT(KeysUnder("\xff\xff"), ElementsAre("\xff\xff\x02"));
}

TEST_P(StateStoreContract, TheHighestKeyOfAllIsListed) {
  const std::string highest(StateStore::kMaxKeyBytes, '\xff');
  Put(highest, "");
  EXPECT_THAT(KeysUnder(""), ElementsAre(highest));
  EXPECT_THAT(KeysUnder(highest), ElementsAre(highest));
  EXPECT_THAT(KeysUnder(highest + "\xff"), IsEmpty());
  EXPECT_THAT(KeysUnder("", highest), IsEmpty());
}

TEST_P(StateStoreContract, PagesMeetWithoutGapOrOverlap) {
  std::vector<std::string> keys;
  for (int i = 100; i < 200; ++i) keys.push_back(absl::StrCat("p/", i));
  for (const std::string& key : keys) Put(key, "");
  Put("o/9", "");
  Put("p0", "");
  std::vector<std::string> seen;
  while (true) {
    const std::vector<std::string> page = KeysUnder("p/", seen.empty() ? "" : seen.back(), 7);
    if (page.empty()) break;
    seen.insert(seen.end(), page.begin(), page.end());
  }
  EXPECT_EQ(seen, keys);
}

TEST_P(StateStoreContract, APageGoesOnAfterAKeyThatWasDeletedMeanwhile) {
  for (const char* key : {"a", "b", "c", "d"}) Put(key, "");
  Delete("b");
  EXPECT_THAT(KeysUnder("", "b"), ElementsAre("c", "d"));
}

TEST_P(StateStoreContract, ListAfterAKeyOutsideThePrefixStaysInside) {
  for (const char* key : {"a/1", "b/1", "b/2", "c/1"}) Put(key, "");
  EXPECT_THAT(KeysUnder("b/", "a/1"), ElementsAre("b/1", "b/2"));
  EXPECT_THAT(KeysUnder("b/", "c/1"), IsEmpty());
}

TEST_P(StateStoreContract, ListAfterAKeyIncludesThoseThatItBegins) {
  for (const std::string& key : {std::string("a"), std::string("a\0", 2), std::string("a0")}) {
    Put(key, "");
  }
  EXPECT_THAT(KeysUnder("a", "a"), ElementsAre(std::string("a\0", 2), "a0"));
}

TEST_P(StateStoreContract, ListOfNoneIsEmptyAndOfAnyNumberIsAll) {
  Put("a", "");
  EXPECT_THAT(KeysUnder("", "", 0), IsEmpty());
  EXPECT_THAT(KeysUnder("", "", static_cast<size_t>(-1)), ElementsAre("a"));
}

TEST_P(StateStoreContract, CountCountsTheKeysUnderAPrefix) {
  EXPECT_EQ(*store().Count(""), 0);
  for (const char* key : {"users/x/1", "users/x/2", "users/xy/1", "\xff"}) Put(key, "");
  EXPECT_EQ(*store().Count("users/x/"), 2);
  EXPECT_EQ(*store().Count("\xff"), 1);
  EXPECT_EQ(*store().Count("z"), 0);
  EXPECT_EQ(*store().Count(""), 4);
}

TEST_P(StateStoreContract, ATransactionChangesAllItsKeysAtOneRevision) {
  Put("old", "");
  const auto revision = store().Commit({.writes = {{"a", "1"}, {"b", "2"}}, .deletes = {"old"}});
  ASSERT_TRUE(revision.ok()) << revision.status();
  EXPECT_EQ(VersionOf("a"), *revision);
  EXPECT_EQ(VersionOf("b"), *revision);
  EXPECT_THAT(KeysUnder(""), ElementsAre("a", "b"));
}

TEST_P(StateStoreContract, ACommitOfNothingRaisesTheRevision) {
  const int64_t before = Put("a", "");
  EXPECT_GT(*store().Commit({}), before);
}

TEST_P(StateStoreContract, CommitHappensIfEveryPreconditionHolds) {
  const int64_t version = Put("a", "one");
  const auto revision =
      store().Commit({.preconditions = {{"a", version}, {"b", 0}}, .writes = {{"b", "two"}}});
  EXPECT_TRUE(revision.ok()) << revision.status();
  EXPECT_EQ(store().Get("b")->value, "two");
}

TEST_P(StateStoreContract, CommitDoesNothingIfOnePreconditionFails) {
  const int64_t version = Put("a", "one");
  for (const Precondition& wrong :
       {Precondition{"a", 0}, {"a", version + 1}, {"a", version - 1}, {"a", -1}, {"b", 1}}) {
    const auto revision = store().Commit(
        {.preconditions = {{"a", version}, wrong}, .writes = {{"c", "three"}}, .deletes = {"a"}});
    EXPECT_TRUE(absl::IsAborted(revision.status())) << revision.status();
  }
  EXPECT_THAT(KeysUnder(""), ElementsAre("a"));
  EXPECT_EQ(VersionOf("a"), version);
}

TEST_P(StateStoreContract, ADeletedKeyFulfilsThePreconditionOfAbsence) {
  const int64_t old = Put("a", "one");
  Delete("a");
  EXPECT_TRUE(absl::IsAborted(
      store().Commit({.preconditions = {{"a", old}}, .writes = {{"a", "two"}}}).status()));
  EXPECT_TRUE(store().Commit({.preconditions = {{"a", 0}}, .writes = {{"a", "two"}}}).ok());
  EXPECT_GT(VersionOf("a"), old);
}

TEST_P(StateStoreContract, TheLongestKeyAndValueAreTaken) {
  const std::string value(StateStore::kMaxValueBytes, '\xa5');
  Put(kLongestKey, value);
  EXPECT_EQ(store().Get(kLongestKey)->value, value);
}

TEST_P(StateStoreContract, CommitRefusesWhatBreaksARuleAndChangesNothing) {
  const std::string too_long_key = kLongestKey + "k";
  const std::string too_long_value(StateStore::kMaxValueBytes + 1, 'v');
  const Transaction wrong[] = {
      {.writes = {{"a", ""}, {"", "no key"}}},
      {.writes = {{"a", ""}, {too_long_key, ""}}},
      {.writes = {{"a", ""}, {"b", too_long_value}}},
      {.writes = {{"a", ""}, {"a", "twice"}}},
      {.writes = {{"a", ""}}, .deletes = {"a"}},
      {.writes = {{"a", ""}}, .deletes = {""}},
      {.writes = {{"a", ""}}, .deletes = {too_long_key}},
      {.preconditions = {{too_long_key, 0}}, .writes = {{"a", ""}}},
      {.preconditions = {{"", 0}}, .writes = {{"a", ""}}},
  };
  for (const Transaction& transaction : wrong) {
    const auto revision = store().Commit(transaction);
    EXPECT_TRUE(absl::IsInvalidArgument(revision.status())) << revision.status();
  }
  EXPECT_EQ(*store().Count(""), 0);
}

TEST_P(StateStoreContract, WatchersSeeTheChangesUnderTheirPrefixInOrder) {
  Put("a/before", "0");
  Sightings sightings;
  const auto watcher = store().Watch("a/", sightings.callback());
  const int64_t first = Put("a/1", "one");
  Put("b/1", "unseen");
  const int64_t second =
      store().Commit({.writes = {{"a/2", "two"}}, .deletes = {"a/1", "a/none"}}).value();
  const int64_t third = Delete("a/before");
  EXPECT_THAT(
      sightings.seen(),
      ElementsAre(absl::StrCat("a/1=one@", first), absl::StrCat("a/2=two@", second),
                  absl::StrCat("a/1 deleted@", second), absl::StrCat("a/before deleted@", third)));
}

TEST_P(StateStoreContract, WatchersDoNotSeeWhatDidNotHappen) {
  Sightings sightings;
  const auto watcher = store().Watch("", sightings.callback());
  EXPECT_FALSE(store().Commit({.preconditions = {{"a", 7}}, .writes = {{"a", ""}}}).ok());
  EXPECT_FALSE(store().Commit({.writes = {{"", ""}}}).ok());
  Delete("a");
  EXPECT_THAT(sightings.seen(), IsEmpty());
}

TEST_P(StateStoreContract, EveryWatcherSeesAChangeUntilItEnds) {
  Sightings ended, kept;
  auto ending = store().Watch("", ended.callback());
  const auto keeping = store().Watch("a", kept.callback());
  Put("a", "");
  ending.reset();
  Put("a", "");
  EXPECT_EQ(ended.seen().size(), 1u);
  EXPECT_EQ(kept.seen().size(), 2u);
}

// Adds one to the number stored under `key`, `times` times, against competitors.
void Increment(StateStore& store, const std::string& key, int times) {
  for (int done = 0; done < times;) {
    const auto entry = store.Get(key);
    ASSERT_TRUE(entry.ok()) << entry.status();
    const auto revision =
        store.Commit({.preconditions = {{key, entry->version}},
                      .writes = {{key, absl::StrCat(std::stoi(entry->value) + 1)}}});
    ASSERT_TRUE(revision.ok() || absl::IsAborted(revision.status())) << revision.status();
    if (revision.ok()) ++done;
  }
}

TEST_P(StateStoreContract, CompetingIncrementsLoseNothing) {
  constexpr int kThreads = 8;
  constexpr int kTimes = 25;
  Put("counter", "0");
  Sightings sightings;
  {
    const auto watcher = store().Watch("counter", sightings.callback());
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([this] { Increment(store(), "counter", kTimes); });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(store().Get("counter")->value, absl::StrCat(kThreads * kTimes));
  EXPECT_EQ(sightings.seen().size(), static_cast<size_t>(kThreads * kTimes));
}

TEST_P(StateStoreContract, ParallelCommitsHaveRevisionsOfTheirOwnAndWatchersSeeThemInOrder) {
  constexpr int kThreads = 8;
  constexpr int kTimes = 25;
  std::vector<int64_t> seen;
  std::vector<std::vector<int64_t>> answered(kThreads);
  {
    const auto watcher =
        store().Watch("", [&](const StoreEvent& event) { seen.push_back(event.entry.version); });
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        const std::string key = absl::StrCat("key/", i);
        for (int n = 0; n < kTimes; ++n) {
          answered[i].push_back(Put(key, absl::StrCat(n)));
          EXPECT_EQ(VersionOf(key), answered[i].back());  // Seen as soon as answered.
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  std::vector<int64_t> revisions;
  for (const auto& own : answered) revisions.insert(revisions.end(), own.begin(), own.end());
  std::sort(revisions.begin(), revisions.end());
  EXPECT_EQ(seen, revisions);
  EXPECT_EQ(std::unique(revisions.begin(), revisions.end()), revisions.end());
}

TEST_P(StateStoreContract, ReadersNeverSeeHalfATransaction) {
  constexpr int kTimes = 100;
  store().Commit({.writes = {{"a", "0"}, {"b", "0"}}}).value();
  const std::jthread writer([this] {
    for (int n = 1; n <= kTimes; ++n) {
      store().Commit({.writes = {{"a", absl::StrCat(n)}, {"b", absl::StrCat(n)}}}).value();
    }
  });
  std::string last;
  while (last != absl::StrCat(kTimes)) {
    const auto both = store().List("", "", 2);
    ASSERT_TRUE(both.ok()) << both.status();
    ASSERT_EQ((*both)[0].value, (*both)[1].value);
    last = (*both)[0].value;
  }
}

TEST_P(DurableStateStoreContract, AReopenedStoreHasEverything) {
  Put("gone", "");
  const int64_t version = Put("a", "one");
  const int64_t deleted = Delete("gone");
  Close();
  Open();
  EXPECT_THAT(KeysUnder(""), ElementsAre("a"));
  EXPECT_EQ(store().Get("a")->value, "one");
  EXPECT_EQ(VersionOf("a"), version);
  EXPECT_GT(Put("b", ""), deleted);
}

TEST_P(DurableStateStoreContract, TheRevisionRisesAcrossReopening) {
  int64_t last = 0;
  for (int i = 0; i < 3; ++i) {
    const int64_t revision = Delete("none");
    EXPECT_GT(revision, last);
    last = revision;
    Close();
    Open();
  }
}

}  // namespace
}  // namespace eds
