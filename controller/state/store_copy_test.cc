#include "controller/state/store_copy.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "controller/state/sqlite_store.h"
#include "controller/state/store_snapshot.h"
#include "tests/fixtures/temporary_folder.h"

namespace {

// How many changes of files this process makes before it dies; negative: it does not.
int g_changes_left = -1;

void DieIfDue() {
  if (g_changes_left >= 0 && g_changes_left-- == 0) _exit(0);
}

}  // namespace

// In place of the C library's, for us and for SQLite.
extern "C" {
int rename(const char* from, const char* to) noexcept {
  DieIfDue();
  return static_cast<int>(syscall(SYS_rename, from, to));
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  DieIfDue();
  return static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}
int unlink(const char* path) noexcept {
  DieIfDue();
  return static_cast<int>(syscall(SYS_unlink, path));
}
int fsync(int file) {
  DieIfDue();
  return static_cast<int>(syscall(SYS_fsync, file));
}
}

namespace eds {
namespace {

using testing::HasSubstr;

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

class StoreCopyTest : public testing::Test {
 protected:
  static std::unique_ptr<StateStore> Open(const std::string& path) {
    auto opened = OpenSqliteStore(path);
    EXPECT_THAT(opened, IsOk());
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  static void Put(StateStore& store, const std::string& key, const std::string& value) {
    EXPECT_THAT(store.Commit({.writes = {{key, value}}}), IsOk());
  }
  static void MakeStore(const std::string& path, const std::string& value) {
    Put(*Open(path), "key", value);
  }
  // Of the only record.
  static std::string ValueIn(const std::string& path) {
    const auto store = Open(path);
    return store == nullptr ? "" : store->Get("key")->value;
  }
  // With a log that holds `value`, as a crash leaves it.
  void MakeCrashedStore(const std::string& path, const std::string& value) {
    const std::string running = path + ".running";
    const auto store = Open(running);
    Put(*store, "key", value);
    std::filesystem::copy_file(running, path);
    std::filesystem::copy_file(running + "-wal", path + "-wal");
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_->path())) {
      const std::string name = entry.path().filename();
      // SQLite's own, which it may leave empty.
      if (!absl::EndsWith(name, "-wal") && !absl::EndsWith(name, "-shm")) names.push_back(name);
    }
    return names;
  }

  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  const std::string store_ = folder_->File("state.db");
  const std::string backup_ = folder_->File("backup");
};

TEST_F(StoreCopyTest, ABackupIsOneSoundFileForItsOwnerAlone) {
  MakeStore(store_, "one");
  ASSERT_THAT(BackUpStore(store_, backup_, DraftFile::IfThere::kFail), IsOk());
  struct stat status = {};
  ASSERT_EQ(stat(backup_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_THAT(Names(), testing::UnorderedElementsAre("state.db", "state.db.lock", "backup"));
  const auto snapshot = StoreSnapshot::Open(backup_);
  ASSERT_THAT(snapshot, IsOk());
  EXPECT_EQ((*snapshot)->FindDamage(10).size(), 0u);
  EXPECT_EQ((*snapshot)->Get("key")->value, "one");
  EXPECT_EQ((*snapshot)->Get("key")->version, 1);
}

// Each commit changes two records together.
TEST_F(StoreCopyTest, ABackupOfARunningStoreIsOfOneMomentAndHoldsUpNoCommit) {
  const auto store = Open(store_);
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int n = 0; !stop; ++n) {
      const std::string value = absl::StrCat(n, std::string(3000, 'v'));
      EXPECT_THAT(
          store->Commit({.writes = {{"a", value}, {absl::StrCat("b", n), value}, {"c", value}}}),
          IsOk());
    }
  });
  for (int n = 0; n < 5; ++n) {
    EXPECT_THAT(BackUpStore(store_, backup_, DraftFile::IfThere::kReplace), IsOk());
    const auto snapshot = StoreSnapshot::Open(backup_);
    EXPECT_THAT(snapshot, IsOk());
    if (!snapshot.ok()) continue;
    EXPECT_EQ((*snapshot)->FindDamage(10).size(), 0u);
    const auto first = (*snapshot)->Get("a");
    if (first.ok()) {
      EXPECT_EQ(first->value, (*snapshot)->Get("c")->value);
    }
  }
  stop = true;
  writer.join();
}

TEST_F(StoreCopyTest, NothingIsOverwrittenUnlessToldTo) {
  MakeStore(store_, "one");
  std::ofstream(backup_) << "precious";
  const absl::Status refused = BackUpStore(store_, backup_, DraftFile::IfThere::kFail);
  EXPECT_TRUE(absl::IsAlreadyExists(refused)) << refused;
  EXPECT_EQ(Read(backup_), "precious");
  EXPECT_THAT(BackUpStore(store_, backup_, DraftFile::IfThere::kReplace), IsOk());
  EXPECT_THAT(StoreSnapshot::Open(backup_), IsOk());
}

TEST_F(StoreCopyTest, AStoreIsNeverTheDestination) {
  MakeStore(store_, "one");
  const std::string other = folder_->File("other.db");
  MakeStore(other, "two");
  for (const std::string& to : {store_, other}) {
    const absl::Status refused = BackUpStore(store_, to, DraftFile::IfThere::kReplace);
    EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  }
  EXPECT_EQ(ValueIn(other), "two");
}

TEST_F(StoreCopyTest, ADamagedStoreIsNotCopiedAndLeavesNothingBehind) {
  MakeStore(store_, std::string(100, 'v'));
  std::string content = Read(store_);
  content[content.find("vvvv")] = 'w';
  std::ofstream(store_, std::ios::binary) << content;
  const absl::Status status = BackUpStore(store_, backup_, DraftFile::IfThere::kFail);
  EXPECT_THAT(status, FailsWith(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(absl::StrCat("edsctl store check --store ", store_)));
  EXPECT_THAT(Names(), testing::UnorderedElementsAre("state.db", "state.db.lock"));
}

TEST_F(StoreCopyTest, AMissingStoreIsNamed) {
  const absl::Status status = BackUpStore(store_, backup_, DraftFile::IfThere::kFail);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(absl::StrCat("cannot open ", store_, ": No such file")));
}

TEST_F(StoreCopyTest, ARestoreKeepsWhatWasThereWithItsLog) {
  MakeStore(backup_, "backup");
  MakeCrashedStore(store_, "old");
  const auto aside = RestoreStore(store_, backup_);
  ASSERT_THAT(aside, IsOk());
  EXPECT_EQ(ValueIn(store_), "backup");
  EXPECT_TRUE(absl::StartsWith(*aside, store_ + ".before-restore-"));
  EXPECT_EQ(ValueIn(*aside), "old");
  EXPECT_EQ(ValueIn(backup_), "backup");
}

TEST_F(StoreCopyTest, ARestoreNeedsNothingToBeThere) {
  MakeStore(backup_, "backup");
  const auto aside = RestoreStore(store_, backup_);
  ASSERT_THAT(aside, IsOk());
  EXPECT_EQ(*aside, "");
  EXPECT_EQ(ValueIn(store_), "backup");
}

TEST_F(StoreCopyTest, ADamagedStoreCanBeReplaced) {
  MakeStore(backup_, "backup");
  std::ofstream(store_) << std::string(10'000, 'x');
  std::ofstream(store_ + "-wal") << std::string(10'000, 'y');
  const auto aside = RestoreStore(store_, backup_);
  ASSERT_THAT(aside, IsOk());
  EXPECT_EQ(ValueIn(store_), "backup");
  EXPECT_EQ(Read(*aside), std::string(10'000, 'x'));
  EXPECT_EQ(Read(*aside + "-wal"), std::string(10'000, 'y'));
}

TEST_F(StoreCopyTest, AStoreInUseIsNotReplaced) {
  MakeStore(backup_, "backup");
  const auto store = Open(store_);
  Put(*store, "key", "old");
  const absl::Status refused = RestoreStore(store_, backup_).status();
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("is in use"));
  EXPECT_EQ(store->Get("key")->value, "old");
}

TEST_F(StoreCopyTest, ABackupThatIsNoStoreChangesNothing) {
  MakeStore(store_, "old");
  std::ofstream(backup_) << "something else";
  EXPECT_THAT(RestoreStore(store_, backup_).status(), HasCode(absl::StatusCode::kDataLoss));
  EXPECT_EQ(ValueIn(store_), "old");
  EXPECT_THAT(Names(), testing::UnorderedElementsAre("state.db", "state.db.lock", "backup"));
}

// Restores in a child that dies before its change number `change` of a file; false if
// it came to the end.
bool DiesRestoring(const std::string& store, const std::string& backup, int change) {
  const pid_t child = fork();
  if (child == 0) {
    g_changes_left = change;
    const bool restored = RestoreStore(store, backup).ok();
    _exit(restored ? 1 : 2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) < 2);
  return WEXITSTATUS(status) == 0;
}

TEST_F(StoreCopyTest, ACrashAtAnyPointOfARestoreLeavesTheOldOrTheNewStore) {
  MakeStore(backup_, "backup");
  int change = 0;
  int old = 0;
  for (bool died = true; died; ++change) {
    const std::string store = folder_->File(absl::StrCat("store", change));
    MakeCrashedStore(store, "old");
    died = DiesRestoring(store, backup_, change);
    const std::string value = ValueIn(store);
    EXPECT_THAT(value, testing::AnyOf("old", "backup")) << change;
    // Once it is the new one, it is so after every later crash as well.
    EXPECT_TRUE(value == "backup" || old == change) << change;
    if (value == "old") ++old;
    EXPECT_TRUE(died || value == "backup");
    EXPECT_THAT(RestoreStore(store, backup_), IsOk()) << change;
    EXPECT_EQ(ValueIn(store), "backup");
  }
  EXPECT_GT(old, 2);
  EXPECT_GT(change - old, 5);
}

TEST_F(StoreCopyTest, ASnapshotStaysAsItIsAndChangesNothing) {
  const auto store = Open(store_);
  Put(*store, "key", "one");
  const auto snapshot = StoreSnapshot::Open(store_);
  ASSERT_THAT(snapshot, IsOk());
  Put(*store, "key", "two");
  EXPECT_EQ((*snapshot)->Get("key")->value, "one");
  EXPECT_EQ((*snapshot)->List("", "", 10)->size(), 1u);
  EXPECT_EQ(*(*snapshot)->Count("key"), 1);
  EXPECT_EQ(*(*snapshot)->Revision(), 1);
  EXPECT_THAT((*snapshot)->Get("none"), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT((*snapshot)->Commit({.deletes = {"key"}}),
              HasCode(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace eds
