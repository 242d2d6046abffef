#include "controller/sealer.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "common/error.h"
#include "gmock/gmock.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {
namespace {

using testing::HasSubstr;

class SealerTest : public testing::Test {
 protected:
  std::unique_ptr<Sealer> Open(const std::string& name = "key") {
    auto opened = Sealer::Open(folder_->File(name), Sealer::IfMissing::kCreate);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *std::move(opened) : nullptr;
  }

  absl::Status Refusal() { return Sealer::Open(path_, Sealer::IfMissing::kCreate).status(); }

  std::string Contents() {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  void Write(const std::string& contents) {
    std::ofstream(path_) << contents;
    std::filesystem::permissions(path_, std::filesystem::perms(0600));
  }

  size_t FilesInFolder() {
    const std::filesystem::directory_iterator files(folder_->path());
    return static_cast<size_t>(std::distance(begin(files), end(files)));
  }

  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  const std::string path_ = folder_->File("key");
};

void ExpectDoesNotOpen(const absl::StatusOr<Secret>& opened) {
  EXPECT_TRUE(absl::IsDataLoss(opened.status())) << opened.status();
  EXPECT_TRUE(HasReason(opened.status(), Reason::kStoreCorrupt)) << opened.status();
}

TEST_F(SealerTest, WhatIsSealedOpensAgainAlsoAfterARestart) {
  for (const std::string& text : {std::string(), std::string("s3cret"), std::string("\0\xff", 2),
                                  std::string(100'000, 'x')}) {
    const std::string sealed = Open()->Seal(Secret(text), "users/1 password");
    const auto opened = Open()->Unseal(sealed, "users/1 password");
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_TRUE(*opened == Secret(text));
  }
}

TEST_F(SealerTest, ASealHidesThePlaintextAndIsNeverTheSameTwice) {
  const auto sealer = Open();
  std::set<std::string> seals;
  for (int i = 0; i < 100; ++i) {
    seals.insert(sealer->Seal(Secret("s3cret"), "context"));
    EXPECT_EQ(seals.begin()->find("s3cret"), std::string::npos);
  }
  EXPECT_EQ(seals.size(), 100u);
}

TEST_F(SealerTest, ASealDoesNotOpenInAnotherContext) {
  const auto sealer = Open();
  const std::string sealed = sealer->Seal(Secret("s3cret"), "users/1 password");
  for (const char* context : {"users/2 password", "users/1", "users/1 password ", ""}) {
    ExpectDoesNotOpen(sealer->Unseal(sealed, context));
  }
}

TEST_F(SealerTest, AChangedSealDoesNotOpen) {
  const auto sealer = Open();
  const std::string sealed = sealer->Seal(Secret("s3cret"), "context");
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] ^= 1;
    ExpectDoesNotOpen(sealer->Unseal(changed, "context"));
  }
}

TEST_F(SealerTest, ATruncatedOrExtendedSealDoesNotOpen) {
  const auto sealer = Open();
  const std::string sealed = sealer->Seal(Secret("s3cret"), "context");
  for (size_t size = 0; size < sealed.size(); ++size) {
    ExpectDoesNotOpen(sealer->Unseal(sealed.substr(0, size), "context"));
  }
  ExpectDoesNotOpen(sealer->Unseal(sealed + "x", "context"));
}

TEST_F(SealerTest, ASealDoesNotOpenUnderAnotherKey) {
  const std::string sealed = Open("key")->Seal(Secret("s3cret"), "context");
  ExpectDoesNotOpen(Open("other")->Unseal(sealed, "context"));
}

TEST_F(SealerTest, ACodeVerifiesOnlyItsOwnTextUnderItsOwnKey) {
  const auto sealer = Open();
  const std::string code = sealer->Authenticate("page 1");
  EXPECT_TRUE(sealer->Verify("page 1", code));
  EXPECT_TRUE(Open()->Verify("page 1", code));
  EXPECT_FALSE(sealer->Verify("page 2", code));
  EXPECT_FALSE(sealer->Verify("page 1", code.substr(1)));
  EXPECT_FALSE(sealer->Verify("page 1", code + "x"));
  EXPECT_FALSE(sealer->Verify("page 1", ""));
  EXPECT_FALSE(Open("other")->Verify("page 1", code));
}

TEST_F(SealerTest, ANewKeyFileIsOneLineForItsOwnerAlone) {
  Open();
  struct stat status = {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_THAT(Contents(), testing::MatchesRegex("eds-key-1 [A-Za-z0-9+/]+=\n"));
  EXPECT_EQ(FilesInFolder(), 1u);
}

TEST_F(SealerTest, AMissingKeyFileIsNotMadeWhereItMustExist) {
  const absl::Status status = Sealer::Open(path_, Sealer::IfMissing::kFail).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
  EXPECT_FALSE(std::filesystem::exists(path_));
  Open();
  EXPECT_TRUE(Sealer::Open(path_, Sealer::IfMissing::kFail).ok());
}

TEST_F(SealerTest, AKeyFileThatOthersMayUseIsRefused) {
  Open();
  for (const unsigned mode : {0640u, 0604u, 0620u, 0602u, 0601u}) {
    std::filesystem::permissions(path_, std::filesystem::perms(mode));
    const absl::Status status = Refusal();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("chmod 600 " + path_));
  }
  std::filesystem::permissions(path_, std::filesystem::perms(0400));
  Open();
}

TEST_F(SealerTest, AKeyFileOfAnotherUserIsRefused) {
  std::string theirs = "/etc/passwd";
  if (geteuid() == 0) {
    Open();
    ASSERT_EQ(chown(path_.c_str(), 1, getegid()), 0);
    theirs = path_;
  }
  const absl::Status status = Sealer::Open(theirs, Sealer::IfMissing::kCreate).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("chown"));
}

TEST_F(SealerTest, AFolderInPlaceOfTheKeyFileIsRefused) {
  std::filesystem::create_directory(path_);
  EXPECT_TRUE(absl::IsFailedPrecondition(Refusal())) << Refusal();
}

TEST_F(SealerTest, AMissingFolderIsNamed) {
  const absl::Status status =
      Sealer::Open(folder_->File("none/key"), Sealer::IfMissing::kCreate).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("none/key"));
}

TEST_F(SealerTest, AFileThatIsNotAKeyIsRefusedAndLeftAsItIs) {
  Open();
  const std::string good = Contents();
  std::string other_version = good, not_base64 = good;
  other_version[8] = '2';
  not_base64[20] = '*';
  for (const std::string& contents : {std::string(), std::string("secret\n"), other_version,
                                      not_base64, good + "x", good.substr(0, good.size() - 1)}) {
    Write(contents);
    const absl::Status status = Refusal();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
    EXPECT_EQ(Contents(), contents);
  }
}

TEST_F(SealerTest, AllWhoOpenAtOnceGetTheSameKey) {
  constexpr size_t kThreads = 8;
  std::vector<std::string> codes(kThreads);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] { codes[i] = Open()->Authenticate("text"); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(codes, testing::Each(codes[0]));
  EXPECT_EQ(FilesInFolder(), 1u);
}

}  // namespace
}  // namespace eds
