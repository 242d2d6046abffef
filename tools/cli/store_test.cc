#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/random.h"
#include "common/status_matchers.h"
#include "controller/installation.h"
#include "controller/state/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fixtures/temporary_folder.h"
#include "tools/cli/cli_runner.h"

namespace eds::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class StoreTest : public testing::Test {
 protected:
  std::unique_ptr<StateStore> OpenStore() {
    auto store = OpenSqliteStore(store_);
    EXPECT_THAT(store, IsOk());
    return store.ok() ? *std::move(store) : nullptr;
  }
  // A store with its key file, and a node.
  std::unique_ptr<StateStore> NewStore() {
    std::unique_ptr<StateStore> store = OpenStore();
    EXPECT_THAT(OpenInstallation(*store, key_, random_), IsOk());
    // A NodeRecord with its id.
    EXPECT_THAT(store->Commit({.writes = {{"nodes/mysql_node", "\n\nmysql_node"}}}), IsOk());
    return store;
  }
  CliResult Run(const std::string& command, const std::string& words = "") {
    return runner_.Run(absl::StrCat("edsctl store ", command, " --store ", store_,
                                    words.empty() ? "" : " ", words));
  }
  std::string Out(const std::string& command, const std::string& words = "") {
    const CliResult result = Run(command, words);
    EXPECT_EQ(result.code, 0) << result.err;
    return result.out;
  }

  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  const std::string store_ = folder_->File("state.db");
  const std::string key_ = folder_->File("key");
  const std::string backup_ = folder_->File("backup.db");
  SystemRandom random_;
  CliRunner runner_;
};

TEST_F(StoreTest, ASoundStoreIsTold) {
  const auto running = NewStore();
  EXPECT_EQ(Out("check"), absl::StrCat(store_, ": sound, 2 records at revision 2\n"));
  EXPECT_EQ(Out("check", absl::StrCat("--key-file ", key_)), Out("check"));
}

TEST_F(StoreTest, EachFaultIsALineWithItsKey) {
  const auto running = NewStore();
  ASSERT_THAT(running->Commit({.writes = {{"display-names/shop", "1"}, {"nodes/x", "\xff"}}}),
              IsOk());
  const CliResult result = Run("check");
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.out,
            "display-names/shop: belongs to databases/1, which is not there\n"
            "nodes/x: cannot be read\n");
  EXPECT_EQ(result.err, absl::StrCat("edsctl: ", store_, ": 2 faults found [STORE_CORRUPT]\n"));
}

TEST_F(StoreTest, ADamagedFileIsAFault) {
  ASSERT_THAT(NewStore()->Commit({.writes = {{"x", std::string(100, 'v')}}}), IsOk());
  std::ostringstream content;
  content << std::ifstream(store_, std::ios::binary).rdbuf();
  std::string damaged = content.str();
  damaged[damaged.find("vvvv")] = 'w';
  std::ofstream(store_, std::ios::binary) << damaged;
  const CliResult result = Run("check");
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.out, "x: does not fit its checksum\n");
}

TEST_F(StoreTest, AnotherStoresKeyFileIsAFaultAndNoKeyIsMade) {
  NewStore();
  const CliResult missing = Run("check", absl::StrCat("--key-file ", folder_->File("none")));
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.out, HasSubstr("installation: the key file "));
  EXPECT_FALSE(std::filesystem::exists(folder_->File("none")));
}

TEST_F(StoreTest, WhatIsNoStoreIsRefusedInOneLine) {
  EXPECT_THAT(Run("check").err, HasSubstr(absl::StrCat("cannot open ", store_, ": No such file")));
  std::ofstream(store_) << std::string(10'000, 'x');
  const CliResult result = Run("check");
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, EndsWith("[STORE_CORRUPT]\n"));
  EXPECT_EQ(std::filesystem::file_size(store_), 10'000u);
}

TEST_F(StoreTest, ABackupOfAStoreInUseCanBeRestored) {
  {
    const auto running = NewStore();
    EXPECT_EQ(Out("backup", backup_),
              absl::StrCat("backed up 2 records at revision 2 to ", backup_, "\n"));
    ASSERT_THAT(running->Commit({.deletes = {"nodes/mysql_node"}}), IsOk());
    const CliResult refused = Run("restore", backup_);
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, HasSubstr("is in use by another controller"));
  }
  const std::string told = Out("restore", backup_);
  EXPECT_THAT(told, StartsWith(absl::StrCat("restored 2 records at revision 2 to ", store_,
                                            "\nwhat was there is ", store_, ".before-restore-")));
  EXPECT_THAT(told, EndsWith("\nnext: start the controller; what was made since the backup is in "
                             "no record:\n  edsctl reconcile mysql_node\n"));
  EXPECT_THAT(OpenStore()->Get("nodes/mysql_node"), IsOk());
}

TEST_F(StoreTest, ABackupReplacesAFileWithForceAlone) {
  const auto running = NewStore();
  Out("backup", backup_);
  const CliResult refused = Run("backup", backup_);
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("exists already"));
  Out("backup", backup_ + " --force");
}

TEST_F(StoreTest, TheStoreMustBeNamed) {
  const CliResult result = runner_.Run("edsctl store check");
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.err, "edsctl: --store is required (see edsctl store check --help)\n");
}

}  // namespace
}  // namespace eds::cli
