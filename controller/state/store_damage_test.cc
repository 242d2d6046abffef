// What becomes of a store whose files were damaged, or are of an older format.

#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "controller/state/sqlite_store.h"
#include "gmock/gmock.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {
namespace {

using testing::HasSubstr;

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void Write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

absl::Status Put(StateStore& store, const std::string& key, const std::string& value) {
  return store.Commit({.writes = {{key, value}}}).status();
}

class StoreDamageTest : public testing::Test {
 protected:
  std::unique_ptr<StateStore> Open() { return OpenAt(path_); }
  static std::unique_ptr<StateStore> OpenAt(const std::string& path) {
    auto opened = OpenSqliteStore(path);
    EXPECT_THAT(opened, IsOk());
    return opened.ok() ? *std::move(opened) : nullptr;
  }

  // Runs `sql` on the file behind the store's back.
  void Execute(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
    sqlite3_close(database);
  }

  void ExpectRefused(const std::string& words) {
    const absl::Status status = OpenSqliteStore(path_).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_TRUE(HasReason(status, Reason::kStoreCorrupt)) << status;
    const std::string message(status.message());
    EXPECT_THAT(message, HasSubstr(path_));
    EXPECT_THAT(message, HasSubstr(words));
    EXPECT_THAT(message, HasSubstr(absl::StrCat("edsctl store check --store ", path_, "`")));
    EXPECT_THAT(message,
                HasSubstr(absl::StrCat("edsctl store restore --store ", path_, " BACKUP`")));
    EXPECT_THAT(message, testing::Not(HasSubstr("\n")));
  }

  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  const std::string path_ = folder_->File("state.db");
};

TEST_F(StoreDamageTest, AChangedKeyVersionValueOrChecksumIsFoundAtTheStart) {
  ASSERT_THAT(Put(*Open(), "databases/a", "one"), IsOk());
  for (const char* change : {"value = x'6f6e66'", "version = version + 1",
                             "checksum = checksum + 1", "value = 'one '"}) {
    Execute(
        absl::StrCat("CREATE TABLE kept AS SELECT * FROM entries; UPDATE entries SET ", change));
    ExpectRefused("the record databases/a does not fit its checksum");
    Execute("DELETE FROM entries; INSERT INTO entries SELECT * FROM kept; DROP TABLE kept");
    ASSERT_NE(Open(), nullptr);
  }
  Execute("UPDATE entries SET key = CAST('databases/b' AS BLOB)");
  ExpectRefused("the record databases/b does not fit its checksum");
}

TEST_F(StoreDamageTest, ARecordThatWasLostOrIsAnOlderOneIsFoundAtTheStart) {
  {
    const auto store = Open();
    ASSERT_THAT(Put(*store, "a", "one"), IsOk());
    ASSERT_THAT(Put(*store, "b", "one"), IsOk());
  }
  Execute("CREATE TABLE old AS SELECT * FROM entries WHERE key = CAST('a' AS BLOB)");
  ASSERT_THAT(Put(*Open(), "a", "two"), IsOk());
  Execute(
      "UPDATE entries SET (version, checksum, value) = (SELECT version, checksum, value FROM old)"
      " WHERE key = CAST('a' AS BLOB)");
  ExpectRefused("an older one of it");
  Execute("DELETE FROM entries WHERE key = CAST('a' AS BLOB)");
  ExpectRefused("a record is missing");
}

TEST_F(StoreDamageTest, DamageUnderARunningStoreIsAnsweredWithTheKeyAndHoldsUpNoOther) {
  const auto store = Open();
  ASSERT_THAT(Put(*store, "databases/a", "one"), IsOk());
  ASSERT_THAT(Put(*store, "databases/b", "two"), IsOk());
  Execute("UPDATE entries SET value = x'00' WHERE key = CAST('databases/a' AS BLOB)");
  for (const absl::Status& status :
       {store->Get("databases/a").status(), store->List("databases/", "", 10).status(),
        Put(*store, "databases/a", "three"),
        store->Commit({.preconditions = {{"databases/a", 1}}}).status(),
        store->Commit({.deletes = {"databases/a"}}).status()}) {
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_TRUE(HasReason(status, Reason::kStoreCorrupt)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("databases/a"));
  }
  EXPECT_EQ(store->Get("databases/b")->value, "two");
  EXPECT_THAT(Put(*store, "databases/b", "three"), IsOk());
}

TEST_F(StoreDamageTest, TruncationIsToldInBytes) {
  ASSERT_THAT(Put(*Open(), "a", std::string(100'000, 'v')), IsOk());
  const auto size = std::filesystem::file_size(path_);
  for (const uintmax_t left : {size - 1, size / 2, uintmax_t{99}, uintmax_t{1}}) {
    std::filesystem::resize_file(path_, left);
    ExpectRefused(absl::StrCat("is truncated: it has ", left, " of "));
  }
}

// As when a copy is put back and the log of another one is left beside it.
TEST_F(StoreDamageTest, ALogOfAnotherTimeIsFound) {
  std::string log;
  {
    const auto store = Open();
    for (int n = 0; n < 50; ++n) {
      ASSERT_THAT(Put(*store, absl::StrCat("a", n), std::string(1000, 'a')), IsOk());
    }
  }
  {
    const auto store = Open();
    ASSERT_THAT(Put(*store, "a10", std::string(1000, 'b')), IsOk());
    log = Read(path_ + "-wal");
    ASSERT_THAT(Put(*store, "a40", std::string(1000, 'c')), IsOk());
  }
  Write(path_ + "-wal", log);
  ExpectRefused("the record a40 contradicts the store's revision");
}

// As it is after a crash: commits are in the log alone. Whatever is cut off, what
// remains is the state after some commit, and the log is of use again.
TEST_F(StoreDamageTest, ATruncatedLogLosesNothingBeforeTheCut) {
  constexpr int kCommits = 20;
  std::string file;
  std::string log;
  std::map<int, size_t> length_after;  // Of the log, after each commit.
  {
    const auto store = Open();
    for (int n = 1; n <= kCommits; ++n) {
      ASSERT_THAT(Put(*store, absl::StrCat("key", n % 7), absl::StrCat(n)), IsOk());
      length_after[n] = Read(path_ + "-wal").size();
    }
    file = Read(path_);
    log = Read(path_ + "-wal");
  }
  const std::string copy = folder_->File("copy.db");
  for (size_t length = 0; length <= log.size(); length += 977) {
    Write(copy, file);
    Write(copy + "-wal", log.substr(0, length));
    const auto store = OpenSqliteStore(copy);
    if (length < length_after[1]) continue;  // Not even the tables are sure to be there.
    ASSERT_THAT(store, IsOk()) << length;
    int last = 0;
    const std::vector<StoredEntry> entries = (*store)->List("", "", 100).value();
    for (const StoredEntry& entry : entries) {
      last = std::max(last, std::stoi(entry.value));
    }
    EXPECT_LE(length_after[last], length);
    EXPECT_TRUE(last == kCommits || length_after[last + 1] > length) << last << " " << length;
    EXPECT_THAT(Put(**store, "more", "0"), IsOk());
  }
}

TEST_F(StoreDamageTest, ALogOfGarbageIsNoLog) {
  ASSERT_THAT(Put(*Open(), "a", "one"), IsOk());
  Write(path_ + "-wal", std::string(100'000, 'x'));
  const auto store = Open();
  EXPECT_EQ(store->Get("a")->value, "one");
  EXPECT_THAT(Put(*store, "b", "two"), IsOk());
}

class FormatOneTest : public StoreDamageTest {
 protected:
  void SetUp() override {
    Execute(
        "PRAGMA journal_mode = WAL;"
        "CREATE TABLE entries (key BLOB NOT NULL PRIMARY KEY, version INTEGER NOT NULL, "
        "value BLOB NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE store (revision INTEGER NOT NULL);"
        "INSERT INTO store (revision) VALUES (7);"
        "INSERT INTO entries VALUES (CAST('a' AS BLOB), 3, CAST('one' AS BLOB));"
        "INSERT INTO entries VALUES (CAST('b' AS BLOB), 7, x'');"
        "PRAGMA application_id = 0x45445331;"
        "PRAGMA user_version = 1;");
  }
};

TEST_F(FormatOneTest, IsBroughtToTheFormatOfTodayWithAllThatIsInIt) {
  for (int start = 0; start < 2; ++start) {
    const auto store = Open();
    const auto entries = store->List("", "", 10).value();
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].key, "a");
    EXPECT_EQ(entries[0].value, "one");
    EXPECT_EQ(entries[0].version, 3);
    EXPECT_EQ(entries[1].value, "");
    EXPECT_EQ(entries[1].version, 7);
  }
  EXPECT_EQ(*Open()->Commit({.writes = {{"c", ""}}}), 8);
  Execute("UPDATE entries SET value = x'00' WHERE key = CAST('a' AS BLOB)");
  ExpectRefused("the record a does not fit its checksum");
}

TEST_F(FormatOneTest, WhatContradictsItsRevisionIsRefusedAndLeftAsItIs) {
  Execute("UPDATE store SET revision = 6");
  for (int start = 0; start < 2; ++start) ExpectRefused("contradicts the store's revision");
  Execute("UPDATE store SET revision = 7");
  EXPECT_EQ(Open()->Get("b")->version, 7);
}

}  // namespace
}  // namespace eds
