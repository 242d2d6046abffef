// Damage of many kinds, at many places, each drawn from its seed: the store is refused,
// or every record in it is what was written.

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "controller/state/sqlite_store.h"
#include "gmock/gmock.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {
namespace {

using Records = std::map<std::string, std::string>;
namespace fs = std::filesystem;

constexpr size_t kPage = 4096;
constexpr int kSeeds = 400;

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void Write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

class Damage {
 public:
  explicit Damage(int seed) : random_(static_cast<unsigned>(seed)) {}

  // Of one kind, at one place. Answers what was done.
  std::string Do(std::string& content) {
    const size_t at = Below(content.size());
    const size_t length = std::min(1 + Below(600), content.size() - at);
    switch (Below(5)) {
      case 0:
        content[at] = static_cast<char>(content[at] ^ 1 << Below(8));
        return absl::StrCat("one bit at ", at);
      case 1:
        content.replace(at, length, length, '\0');
        return absl::StrCat(length, " zeros at ", at);
      case 2:
        for (size_t i = 0; i < length; ++i) content[at + i] = static_cast<char>(Below(256));
        return absl::StrCat(length, " bytes of garbage at ", at);
      case 3: {
        const size_t pages = content.size() / kPage;
        const size_t from = Below(pages);
        const size_t to = Below(pages);
        content.replace(to * kPage, kPage, content.substr(from * kPage, kPage));
        return absl::StrCat("page ", from, " at the place of page ", to);
      }
      default:
        content.resize(at);
        return absl::StrCat("cut off at ", at);
    }
  }

 private:
  size_t Below(size_t limit) { return random_() % limit; }

  std::mt19937 random_;
};

class StoreCorruptionTest : public testing::Test {
 protected:
  static absl::StatusOr<Records> ReadAll(const std::string& path) {
    auto store = OpenSqliteStore(path);
    if (!store.ok()) return store.status();
    const auto entries = (*store)->List("", "", 100'000);
    if (!entries.ok()) return entries.status();
    Records records;
    for (const StoredEntry& entry : *entries) {
      records[entry.key] = entry.value;
      const auto one = (*store)->Get(entry.key);
      EXPECT_TRUE(one.ok() && one->value == entry.value) << entry.key;
    }
    return records;
  }
  void Remove(const std::string& path) {
    for (const char* suffix : {"", "-wal", "-shm", ".lock"}) fs::remove(path + suffix);
  }

  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  const std::string path_ = folder_->File("state.db");
  const std::string copy_ = folder_->File("copy.db");
};

TEST_F(StoreCorruptionTest, ADamagedFileIsRefusedOrHoldsWhatWasWritten) {
  Records written;
  {
    auto store = OpenSqliteStore(path_);
    ASSERT_THAT(store, IsOk());
    for (int n = 0; n < 300; ++n) {
      const std::string key = absl::StrCat("databases/", n * 7919 % 1000);
      written[key] =
          std::string(static_cast<size_t>(n * 31 % 700), static_cast<char>('a' + n % 26));
      if (n % 50 == 0) written[key] = std::string(20'000, 'L');  // Over several pages.
      ASSERT_THAT((*store)->Commit({.writes = {{key, written[key]}}}), IsOk());
    }
    // Leaves free pages.
    for (int n = 0; n < 60; ++n) {
      const std::string key = absl::StrCat("databases/", n * 7919 % 1000);
      written.erase(key);
      ASSERT_THAT((*store)->Commit({.deletes = {key}}), IsOk());
    }
  }
  const std::string sound = Read(path_);
  int refused = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    std::string content = sound;
    const std::string done = Damage(seed).Do(content);
    Write(copy_, content);
    const absl::StatusOr<Records> read = ReadAll(copy_);
    Remove(copy_);
    if (read.ok()) {
      EXPECT_TRUE(*read == written) << "seed " << seed << ": " << done;
      continue;
    }
    ++refused;
    EXPECT_FALSE(absl::IsNotFound(read.status())) << "seed " << seed << ": " << done;
  }
  EXPECT_GT(refused, kSeeds / 2);
  RecordProperty("refused", refused);
}

// As SQLite documents it: from the first frame on that is damaged, the log counts for
// nothing. What is left is the state after one of the commits.
TEST_F(StoreCorruptionTest, ADamagedLogLeavesTheStateAfterACommit) {
  std::vector<Records> states = {{}};
  std::string file;
  std::string log;
  {
    auto store = OpenSqliteStore(path_);
    ASSERT_THAT(store, IsOk());
    for (int n = 0; n < 60; ++n) {
      states.push_back(states.back());
      const std::string key = absl::StrCat("databases/", n % 17);
      states.back()[key] =
          std::string(static_cast<size_t>(n * 37 % 900), static_cast<char>('a' + n % 26));
      ASSERT_THAT((*store)->Commit({.writes = {{key, states.back()[key]}}}), IsOk());
    }
    file = Read(path_);
    log = Read(path_ + "-wal");
  }
  int read_well = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    std::string content = log;
    const std::string done = Damage(seed).Do(content);
    Write(copy_, file);
    Write(copy_ + "-wal", content);
    const absl::StatusOr<Records> read = ReadAll(copy_);
    Remove(copy_);
    if (!read.ok()) continue;
    ++read_well;
    EXPECT_THAT(states, testing::Contains(*read)) << "seed " << seed << ": " << done;
  }
  EXPECT_GT(read_well, kSeeds / 2);
}

}  // namespace
}  // namespace eds
