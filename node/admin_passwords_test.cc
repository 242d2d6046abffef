#include "node/admin_passwords.h"

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

// A server that lets in whoever has its password.
struct Server {
  std::string password;
  std::vector<std::string> tried = {};
  absl::Status failure =
      MakeError(absl::StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused, "refused");

  absl::StatusOr<int> LogIn(const Secret& secret) {
    tried.push_back(secret.Reveal());
    if (secret.Reveal() == password) return 1;
    return failure;
  }
};

absl::Status LogIn(AdminPasswords& passwords, Server& server) {
  server.tried.clear();
  return passwords.Try([&](const Secret& password) { return server.LogIn(password); }).status();
}

using Tried = std::vector<std::string>;

TEST(AdminPasswordsTest, OneAloneIsTriedOnce) {
  AdminPasswords passwords(Secret("old"));
  Server server{.password = "new"};
  EXPECT_TRUE(HasReason(LogIn(passwords, server), Reason::kAdminLoginRefused));
  EXPECT_EQ(server.tried, Tried{"old"});
}

TEST(AdminPasswordsTest, WhatWorkedLastIsTriedFirst) {
  AdminPasswords passwords(Secret("old"), Secret("new"));
  Server server{.password = "old"};
  EXPECT_TRUE(LogIn(passwords, server).ok());
  EXPECT_EQ(server.tried, Tried{"old"});
  server.password = "new";
  EXPECT_TRUE(LogIn(passwords, server).ok());
  EXPECT_EQ(server.tried, (Tried{"old", "new"}));
  EXPECT_TRUE(LogIn(passwords, server).ok());
  EXPECT_EQ(server.tried, Tried{"new"});
}

TEST(AdminPasswordsTest, EachIsTriedOnceIfNeitherWorks) {
  AdminPasswords passwords(Secret("old"), Secret("new"));
  Server server{.password = "third"};
  EXPECT_TRUE(HasReason(LogIn(passwords, server), Reason::kAdminLoginRefused));
  EXPECT_EQ(server.tried, (Tried{"old", "new"}));
}

TEST(AdminPasswordsTest, AServerThatCannotBeReachedIsNotTriedTwice) {
  AdminPasswords passwords(Secret("old"), Secret("new"));
  Server server{.password = "third"};
  server.failure = MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "down");
  EXPECT_FALSE(LogIn(passwords, server).ok());
  EXPECT_EQ(server.tried, Tried{"old"});
}

TEST(AdminPasswordsTest, ThePreferredIsTriedFirst) {
  AdminPasswords passwords(Secret("old"), Secret("new"));
  passwords.Prefer(Secret("new"));
  Server server{.password = "new"};
  EXPECT_TRUE(LogIn(passwords, server).ok());
  EXPECT_EQ(server.tried, Tried{"new"});
}

}  // namespace
}  // namespace eds
