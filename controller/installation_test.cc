#include "controller/installation.h"

#include <filesystem>
#include <memory>
#include <string>

#include "common/error.h"
#include "common/random.h"
#include "common/status_matchers.h"
#include "controller/state/memory_store.h"
#include "gtest/gtest.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {
namespace {

class InstallationTest : public testing::Test {
 protected:
  absl::StatusOr<Installation> Open(StateStore& store) {
    return OpenInstallation(store, key_, random_);
  }

  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  const std::string key_ = folder_->File("key");
  SystemRandom random_;
  const std::unique_ptr<StateStore> store_ = NewMemoryStore();
};

TEST_F(InstallationTest, AnEmptyStoreBecomesANewInstallation) {
  const auto installation = Open(*store_);
  ASSERT_THAT(installation, IsOk());
  EXPECT_THAT(installation->id, testing::MatchesRegex("[a-z2-7]{8}"));
  const auto mode = std::filesystem::status(key_).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(InstallationTest, ItIsTheSameWhenItIsOpenedAgain) {
  const auto first = Open(*store_);
  const auto second = Open(*store_);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->id, first->id);
  const std::string sealed = first->sealer->Seal(Secret("x"), "context");
  EXPECT_EQ(*second->sealer->Unseal(sealed, "context"), Secret("x"));
}

TEST_F(InstallationTest, TwoInstallationsDiffer) {
  const std::unique_ptr<StateStore> other = NewMemoryStore();
  EXPECT_NE(Open(*store_)->id, Open(*other)->id);
}

TEST_F(InstallationTest, ItsClaimKeyIsAlwaysTheSameAndNoOthers) {
  const auto installation = Open(*store_);
  ASSERT_THAT(installation, IsOk());
  const Secret key = ClaimKeyOf(*installation);
  EXPECT_THAT(key.Reveal(), testing::MatchesRegex("[a-z2-7]{26}"));
  EXPECT_EQ(ClaimKeyOf(*Open(*store_)), key);
  auto same_id = OpenInstallation(*NewMemoryStore(), folder_->File("other"), random_);
  ASSERT_THAT(same_id, IsOk());
  same_id->id = installation->id;
  EXPECT_FALSE(ClaimKeyOf(*same_id) == key) << "it can be told from the id";
}

TEST_F(InstallationTest, WithoutItsKeyFileAStoreIsNotOpened) {
  ASSERT_THAT(Open(*store_), IsOk());
  std::filesystem::remove(key_);
  EXPECT_THAT(Open(*store_), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_FALSE(std::filesystem::exists(key_)) << "a new key would hide the loss";
}

TEST_F(InstallationTest, TheKeyOfAnotherStoreIsRefused) {
  ASSERT_THAT(Open(*store_), IsOk());
  std::filesystem::remove(key_);
  const std::unique_ptr<StateStore> other = NewMemoryStore();
  ASSERT_THAT(Open(*other), IsOk());
  const auto refused = Open(*store_);
  EXPECT_THAT(refused, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(refused.status().message()), testing::HasSubstr("--key_file"));
}

TEST_F(InstallationTest, AStoreOfANewerFormatIsRefused) {
  ASSERT_THAT(store_->Commit({.writes = {{"installation", "\x10\x63"}}}), IsOk());  // Format 99.
  EXPECT_THAT(Open(*store_), FailsWith(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt));
}

}  // namespace
}  // namespace eds
