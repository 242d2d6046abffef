#include "postgresql_node/postgresql_password.h"

#include <string>

#include "gtest/gtest.h"

namespace eds {
namespace {

const std::string kSalt = "AAECAwQFBgcICQoLDA0ODw==";
const std::string kKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const std::string kVerifier = "SCRAM-SHA-256$4096:" + kSalt + "$" + kKey + ":" + kKey;

TEST(PasswordVerifier, TakesTheFormThatTheServerKeeps) {
  const auto verifier = PasswordVerifier::Parse(kVerifier);
  ASSERT_TRUE(verifier.ok()) << verifier.status();
  EXPECT_EQ(verifier->Reveal(), kVerifier);
}

TEST(PasswordVerifier, TakesTheFormThatReleasesBefore10Keep) {
  const std::string text = "md5d8578edf8458ce06fbc5bb76a58c5ca4";
  const auto verifier = PasswordVerifier::Parse(text);
  ASSERT_TRUE(verifier.ok()) << verifier.status();
  EXPECT_EQ(verifier->Reveal(), text);
}

TEST(PasswordVerifier, RefusesWhatTheServerWouldTakeForAPasswordInClear) {
  for (const std::string& text : {
           std::string(),
           std::string("hunter2"),
           std::string("md5"),
           std::string("md5d8578edf8458ce06fbc5bb76a58c5ca"),
           std::string("md5d8578edf8458ce06fbc5bb76a58c5ca4f"),
           std::string("md5D8578EDF8458CE06FBC5BB76A58C5CA4"),
           std::string("d8578edf8458ce06fbc5bb76a58c5ca4"),
           kVerifier + "$",
           kVerifier + " ",
           kVerifier + "'",
           "scram-sha-256$4096:" + kSalt + "$" + kKey + ":" + kKey,
           "SCRAM-SHA-256$0:" + kSalt + "$" + kKey + ":" + kKey,
           "SCRAM-SHA-256$:" + kSalt + "$" + kKey + ":" + kKey,
           "SCRAM-SHA-256$+4096:" + kSalt + "$" + kKey + ":" + kKey,
           "SCRAM-SHA-256$4096:$" + kKey + ":" + kKey,
           "SCRAM-SHA-256$4096:" + kSalt + "$" + kKey,
           "SCRAM-SHA-256$4096:" + kSalt + "$" + kKey + ":" + kSalt,
           "SCRAM-SHA-256$4096:" + kSalt + "$" + kKey.substr(1) + ":" + kKey,
           "SCRAM-SHA-256$4096:" + kSalt + "$" + kKey.substr(0, 43) + ":" + kKey,
       }) {
    EXPECT_EQ(PasswordVerifier::Parse(text).status().code(), absl::StatusCode::kInternal) << text;
  }
}

TEST(PasswordVerifier, DoesNotRepeatWhatItRefuses) {
  EXPECT_EQ(PasswordVerifier::Parse("hunter2").status().ToString().find("hunter2"),
            std::string::npos);
}

}  // namespace
}  // namespace eds
