// The store's disk is full, its files are taken away, or two controllers want them:
// calls say so, nothing that was answered is lost, and nothing has to be restarted.

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status_matchers.h"
#include "controller/state/sqlite_store.h"
#include "gmock/gmock.h"
#include "tests/fault/lone_controller.h"
#include "tests/fixtures/small_disk.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr size_t kDiskBytes = 4 << 20;

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

class StoreFaultsTest : public testing::Test {
 protected:
  // A value that takes some room.
  static std::string Value(int number) {
    return absl::StrCat("h", number, ".", std::string(60, 'x'), ".", std::string(60, 'y'));
  }
  void Start() {
    controller_.reset();  // With its channel, so that no connection of it is used again.
    auto controller = LoneController::Start(files_);
    ASSERT_THAT(controller, IsOk()) << Read(files_.log);
    controller_ = *std::move(controller);
  }
  void SetAndGet(const std::string& value) {
    EXPECT_THAT(controller_->Set(value), IsOk());
    ExpectValue(value);
  }
  void ExpectValue(const std::string& value) {
    const auto got = controller_->Get();
    ASSERT_THAT(got, IsOk()) << Read(files_.log);
    EXPECT_EQ(*got, value);
  }
  void ExpectUnavailable(const std::string& words = "") {
    const absl::Status status = controller_->Set("refused");
    EXPECT_THAT(status, FailsWith(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable));
    EXPECT_THAT(std::string(status.message()), HasSubstr(words));
  }
  void KillAndStart() {
    EXPECT_EQ(controller_->End(SIGKILL), 128 + SIGKILL);
    Start();
  }
  // What a controller that must not start says, in one line.
  std::string RefusalOfAnother(LoneController::Files files) {
    files.socket += "2";
    const auto ended = RunToEnd({.argv = LoneController::CommandLine(files)});
    EXPECT_THAT(ended, IsOk());
    EXPECT_EQ(ended->exit_code, 1);
    EXPECT_EQ(ended->output, "");
    EXPECT_EQ(std::count(ended->errors.begin(), ended->errors.end(), '\n'), 1) << ended->errors;
    EXPECT_TRUE(absl::StartsWith(ended->errors, "controller: ")) << ended->errors;
    return ended->errors;
  }

  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  LoneController::Files files_ = {.socket = folder_->File("s"),
                                  .store = folder_->File("state.db"),
                                  .key = folder_->File("key"),
                                  .log = folder_->File("log")};
  std::unique_ptr<LoneController> controller_;
};

class SmallDiskTest : public StoreFaultsTest {
 protected:
  void SetUp() override {
    const std::string mount_point = folder_->File("disk");
    fs::create_directory(mount_point);
    auto disk = SmallDisk::Mount(mount_point, kDiskBytes);
    if (absl::IsPermissionDenied(disk.status()) && geteuid() != 0) {
      GTEST_SKIP() << disk.status().message();
    }
    ASSERT_THAT(disk, IsOk());
    disk_ = *std::move(disk);
  }
  void TearDown() override {
    controller_.reset();
    disk_.reset();
  }

  std::unique_ptr<SmallDisk> disk_;
};

TEST_F(SmallDiskTest, AFullDiskOfTheStoreLosesNothingAndNeedsNoRestart) {
  files_.store = disk_->File("state.db");
  Start();
  int last = 0;
  for (int round = 0; round < 3; ++round) {
    for (int n = 0; n < 20; ++n) SetAndGet(Value(++last));
    ASSERT_THAT(disk_->Fill(), IsOk());
    // The log's last page may have room for one more.
    absl::Status full;
    for (int n = 0; n < 10 && full.ok(); ++n) {
      full = controller_->Set(Value(last + 1));
      if (full.ok()) ++last;
    }
    EXPECT_THAT(full, FailsWith(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable));
    EXPECT_THAT(std::string(full.message()), HasSubstr("make room on its disk"));
    ExpectUnavailable();
    ExpectValue(Value(last));
    ASSERT_THAT(disk_->MakeRoom(), IsOk());
    SetAndGet(Value(++last));
  }
  KillAndStart();
  ExpectValue(Value(last));
}

TEST_F(SmallDiskTest, AControllerThatStartsOnAFullDiskLosesNothing) {
  files_.store = disk_->File("state.db");
  Start();
  SetAndGet(Value(1));
  EXPECT_EQ(controller_->End(SIGKILL), 128 + SIGKILL);
  ASSERT_THAT(disk_->Fill(), IsOk());
  controller_.reset();
  auto started = LoneController::Start(files_);
  if (started.ok()) {
    controller_ = *std::move(started);
    ExpectValue(Value(1));
    EXPECT_EQ(controller_->End(SIGKILL), 128 + SIGKILL);
  }
  ASSERT_THAT(disk_->MakeRoom(), IsOk());
  Start();
  ExpectValue(Value(1));
  SetAndGet(Value(2));
}

TEST_F(SmallDiskTest, AFullDiskOfTheLogStopsNothing) {
  files_.log = disk_->File("log");
  Start();
  SetAndGet(Value(0));
  ASSERT_THAT(disk_->Fill(), IsOk());
  const auto full_size = fs::file_size(files_.log);
  for (int n = 1; n <= 200; ++n) SetAndGet(Value(n));
  EXPECT_TRUE(controller_->running());
  ASSERT_THAT(disk_->MakeRoom(), IsOk());
  SetAndGet(Value(201));
  const std::string log = Read(files_.log);
  EXPECT_GT(log.size(), full_size);
  EXPECT_THAT(log.substr(log.size() - 500), HasSubstr("SetConfig"));
  EXPECT_EQ(controller_->End(SIGTERM), 0);
}

// A commit that is written where nobody would find it must not be answered with OK.
TEST_F(StoreFaultsTest, FilesThatAreMovedAwayStopCommitsUntilTheyAreBack) {
  Start();
  int value = 0;
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    SetAndGet(Value(++value));
    const std::string file = files_.store + suffix;
    fs::rename(file, folder_->File("elsewhere"));
    ExpectUnavailable(file + " was moved, removed or replaced");
    ExpectValue(Value(value));
    std::ofstream(file) << "another";
    ExpectUnavailable(file + " was moved, removed or replaced");
    fs::rename(folder_->File("elsewhere"), file);
    SetAndGet(Value(++value));
  }
  KillAndStart();
  ExpectValue(Value(value));
}

TEST_F(StoreFaultsTest, AStoreThatWasReplacedIsUsedAfterARestart) {
  Start();
  SetAndGet(Value(1));
  EXPECT_EQ(controller_->End(SIGTERM), 0);
  const std::string older = Read(files_.store);
  Start();
  SetAndGet(Value(2));
  std::ofstream(folder_->File("older"), std::ios::binary) << older;
  fs::rename(folder_->File("older"), files_.store);
  fs::remove(files_.store + "-wal");
  fs::remove(files_.store + "-shm");
  ExpectUnavailable("restart the controller");
  KillAndStart();
  ExpectValue(Value(1));
}

TEST_F(StoreFaultsTest, ASecondControllerOnTheSameFileIsRefusedInOneLine) {
  Start();
  SetAndGet(Value(1));
  fs::create_symlink(files_.store, folder_->File("alias.db"));
  for (const std::string& name : {files_.store, folder_->File("alias.db")}) {
    LoneController::Files second = files_;
    second.store = name;
    EXPECT_THAT(RefusalOfAnother(second),
                HasSubstr(absl::StrCat(files_.store, " is in use by another controller")));
  }
  SetAndGet(Value(2));
}

TEST_F(StoreFaultsTest, ADamagedStoreIsRefusedInOneLineThatSaysWhatToDo) {
  Start();
  SetAndGet(Value(1));
  EXPECT_EQ(controller_->End(SIGTERM), 0);
  const std::string sound = Read(files_.store);
  std::string damaged = sound;
  ASSERT_THAT(damaged, HasSubstr("xxxx"));
  damaged[damaged.find("xxxx")] = 'z';
  std::ofstream(files_.store, std::ios::binary) << damaged;
  const std::string refusal = RefusalOfAnother(files_);
  EXPECT_THAT(refusal, HasSubstr(files_.store));
  EXPECT_THAT(refusal, HasSubstr("the record configs/mysql_node does not fit its checksum"));
  EXPECT_THAT(refusal, HasSubstr("edsctl store check --store"));
  EXPECT_THAT(refusal, HasSubstr("edsctl store restore --store"));
  std::ofstream(files_.store, std::ios::binary | std::ios::trunc)
      << sound.substr(0, sound.size() / 2);
  EXPECT_THAT(RefusalOfAnother(files_), HasSubstr("is truncated"));
}

// Runs `body` in a child that is no root, whom no file denies anything; an empty answer
// is what it should give.
std::string InChildWithoutPrivileges(const std::string& folder,
                                     const std::function<std::string()>& body) {
  int report[2];
  EXPECT_EQ(pipe(report), 0);
  const pid_t child = fork();
  if (child == 0) {
    std::string answer;
    if (geteuid() == 0) {
      const passwd* const nobody = getpwnam("nobody");
      if (nobody == nullptr || chown(folder.c_str(), nobody->pw_uid, nobody->pw_gid) != 0 ||
          setgroups(0, nullptr) != 0 || setgid(nobody->pw_gid) != 0 ||
          setuid(nobody->pw_uid) != 0) {
        answer = "cannot become another user";
      }
    }
    if (answer.empty()) answer = body();
    _exit(write(report[1], answer.data(), answer.size()) == static_cast<ssize_t>(answer.size())
              ? 0
              : 1);
  }
  close(report[1]);
  std::string answer(4096, '\0');
  const ssize_t size = read(report[0], answer.data(), answer.size());
  answer.resize(static_cast<size_t>(std::max<ssize_t>(size, 0)));
  close(report[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? answer : "the child failed";
}

TEST_F(StoreFaultsTest, AStoreThatMayNotBeReadIsRefusedAndLosesNothing) {
  const std::string path = files_.store;
  const std::string answer = InChildWithoutPrivileges(folder_->path(), [&path]() -> std::string {
    {
      const auto store = OpenSqliteStore(path);
      if (!store.ok()) return store.status().ToString();
      chmod(path.c_str(), 0);
      const auto committed = (*store)->Commit({.writes = {{"key", "value"}}});
      if (!committed.ok()) return committed.status().ToString();
      if ((*store)->Get("key")->value != "value") return "another value";
    }
    const auto refused = OpenSqliteStore(path);
    if (!absl::IsUnavailable(refused.status()) ||
        !absl::StrContains(refused.status().message(), "Permission denied")) {
      return refused.status().ToString();
    }
    chmod(path.c_str(), 0600);
    const auto store = OpenSqliteStore(path);
    if (!store.ok()) return store.status().ToString();
    return (*store)->Get("key")->value == "value" ? "" : "another value";
  });
  EXPECT_EQ(answer, "");
}

}  // namespace
}  // namespace eds
