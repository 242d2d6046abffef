#include "controller/state/sqlite_store.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "gmock/gmock.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {
namespace {

using testing::HasSubstr;

class SqliteStoreTest : public testing::Test {
 protected:
  std::unique_ptr<StateStore> Open() {
    auto opened = OpenSqliteStore(path_);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *std::move(opened) : nullptr;
  }

  // Runs `sql` on the file behind the store's back.
  void Execute(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }

  void ExpectCorrupt() {
    const absl::Status status = OpenSqliteStore(path_).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_TRUE(HasReason(status, Reason::kStoreCorrupt)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
  }

  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  const std::string path_ = folder_->File("state.db");
};

absl::Status Put(StateStore& store, const std::string& key, const std::string& value = "") {
  return store.Commit({.writes = {{key, value}}}).status();
}

mode_t ModeOf(const std::string& path) {
  struct stat status = {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777;
}

// Stops this process from writing files longer than `bytes`, while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_ = {};
  sighandler_t handler_;
};

TEST_F(SqliteStoreTest, ItsFilesAreForTheOwnerAlone) {
  const auto store = Open();
  ASSERT_TRUE(Put(*store, "a").ok());
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    EXPECT_EQ(ModeOf(path_ + suffix), 0600u) << suffix;
  }
}

TEST_F(SqliteStoreTest, AFileThatOthersCouldReadIsClosedToThem) {
  Open();
  std::filesystem::permissions(path_, std::filesystem::perms(0644));
  Open();
  EXPECT_EQ(ModeOf(path_), 0600u);
}

TEST_F(SqliteStoreTest, ASecondOpenIsRefusedByAnyNameUntilTheFirstIsClosed) {
  auto store = Open();
  std::filesystem::create_symlink(path_, folder_->File("alias.db"));
  for (const std::string& name : {path_, folder_->File("alias.db"), folder_->File("./state.db")}) {
    const absl::Status second = OpenSqliteStore(name).status();
    EXPECT_TRUE(absl::IsUnavailable(second)) << second;
    EXPECT_THAT(std::string(second.message()), HasSubstr(path_ + " is in use"));
  }
  EXPECT_TRUE(Put(*store, "a").ok());
  store.reset();
  Open();
}

TEST_F(SqliteStoreTest, AMissingFolderIsNamed) {
  const absl::Status status = OpenSqliteStore(folder_->File("none/state.db")).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("none/state.db"));
}

// In a child: commits until it is killed, and tells how far it came.
[[noreturn]] void CommitUntilKilled(const std::string& path, int report) {
  auto store = OpenSqliteStore(path);
  if (!store.ok()) _exit(1);
  for (int n = 0;; ++n) {
    if (!Put(**store, absl::StrCat(n), std::string(1000, 'v')).ok()) _exit(2);
    if (write(report, &n, sizeof(n)) != sizeof(n)) _exit(3);
  }
}

TEST_F(SqliteStoreTest, AnsweredCommitsSurviveKill9AndTheLockDoesNot) {
  int report[2];
  ASSERT_EQ(pipe(report), 0);
  const pid_t child = fork();
  if (child == 0) CommitUntilKilled(path_, report[1]);
  close(report[1]);
  int last = -1;
  while (last < 300 && read(report[0], &last, sizeof(last)) == sizeof(last)) {
  }
  const absl::Status second = OpenSqliteStore(path_).status();
  EXPECT_TRUE(absl::IsUnavailable(second)) << second;
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  while (read(report[0], &last, sizeof(last)) == sizeof(last)) {
  }
  close(report[0]);
  const auto store = Open();
  ASSERT_GE(last, 300);
  EXPECT_TRUE(store->Get(absl::StrCat(last)).ok());
  // One more may have happened without being told.
  EXPECT_THAT(*store->Count(""), testing::AnyOf(last + 1, last + 2));
}

TEST_F(SqliteStoreTest, AFullDiskFailsTheCommitAndNothingElse) {
  const auto store = Open();
  ASSERT_TRUE(Put(*store, "a", "kept").ok());
  int seen = 0;
  const auto watcher = store->Watch("", [&](const StoreEvent&) { ++seen; });
  {
    const FileSizeLimit limit(std::filesystem::file_size(path_ + "-wal") + 10'000);
    const absl::Status failed = Put(*store, "b", std::string(100'000, 'v'));
    EXPECT_TRUE(absl::IsUnavailable(failed)) << failed;
    EXPECT_TRUE(HasReason(failed, Reason::kStoreUnavailable)) << failed;
    EXPECT_EQ(store->Get("a")->value, "kept");
  }
  EXPECT_TRUE(absl::IsNotFound(store->Get("b").status()));
  EXPECT_EQ(seen, 0);
  EXPECT_TRUE(Put(*store, "c", std::string(100'000, 'v')).ok());
  EXPECT_EQ(*store->Count(""), 2);
}

TEST_F(SqliteStoreTest, AFileOfAnotherKindIsRefusedAndLeftAsItIs) {
  const std::string text(10'000, 'x');
  std::ofstream(path_) << text;
  ExpectCorrupt();
  std::ifstream file(path_);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text);
}

TEST_F(SqliteStoreTest, AnotherProgramsDatabaseIsRefused) {
  Execute("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
  ExpectCorrupt();
  Execute("SELECT a FROM theirs");
}

TEST_F(SqliteStoreTest, AFileOfANewerFormatIsRefused) {
  Open();
  Execute("PRAGMA user_version = 3");
  const absl::Status status = OpenSqliteStore(path_).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("newer controller"));
}

TEST_F(SqliteStoreTest, ATruncatedFileIsRefused) {
  {
    const auto store = Open();
    for (int n = 0; n < 100; ++n) {
      ASSERT_TRUE(Put(*store, absl::StrCat(n), std::string(1000, 'v')).ok());
    }
  }
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
  ExpectCorrupt();
}

TEST_F(SqliteStoreTest, AFileWhoseRevisionWasLostIsRefused) {
  ASSERT_TRUE(Put(*Open(), "a").ok());
  Execute("UPDATE store SET revision = 0");
  ExpectCorrupt();
  Execute("DELETE FROM store");
  ExpectCorrupt();
}

TEST_F(SqliteStoreTest, AnEmptyFileBecomesAStore) {
  std::ofstream(path_).close();
  EXPECT_TRUE(Put(*Open(), "a").ok());
  EXPECT_EQ(*Open()->Count(""), 1);
}

}  // namespace
}  // namespace eds
