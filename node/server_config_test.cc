#include "node/server_config.h"

#include <sys/stat.h>

#include <fstream>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/types/optional.h"
#include "common/error.h"
#include "gtest/gtest.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {
namespace {

using Values = std::map<std::string, std::string>;

const Values kEnough = {{"mysql/host", "127.0.0.1"}, {"mysql/user", "root"}};

Values With(Values values, const std::string& key, const std::string& value) {
  values[key] = value;
  return values;
}

absl::StatusOr<ServerConfig> Parse(const Values& values) {
  return ParseServerConfig(v1::KIND_MYSQL, "mysql_node", values);
}

void ExpectNotConfigured(const absl::Status& status, const std::string& part) {
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_TRUE(HasReason(status, Reason::kNodeNotConfigured)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), part)) << status;
  EXPECT_FALSE(absl::StrContains(status.message(), "\n")) << status;
}

class ServerConfigFileTest : public testing::Test {
 protected:
  // Its path.
  std::string Write(const std::string& content) {
    std::ofstream(folder_->File("pass"), std::ios::binary) << content;
    return folder_->File("pass");
  }

  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
};

TEST(ServerConfigTest, WhatIsNotSetTakesItsDefault) {
  const auto config = Parse(kEnough);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->hosts, std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(config->port, 3306);
  EXPECT_EQ(config->user, "root");
  EXPECT_TRUE(config->password.empty());
  EXPECT_EQ(config->pool_size, 4);
  EXPECT_EQ(config->connect_timeout, absl::Seconds(5));
}

TEST(ServerConfigTest, EveryKeyIsTaken) {
  const auto config = ParseServerConfig(v1::KIND_POSTGRESQL, "pg",
                                        {{"postgresql/host", "a.example,[::1]"},
                                         {"postgresql/port", "6543"},
                                         {"postgresql/user", "admin"},
                                         {"postgresql/pass", "p"},
                                         {"postgresql/advertise_host", "db.example"},
                                         {"postgresql/advertise_port", "1"},
                                         {"postgresql/pool_size", "8"},
                                         {"postgresql/connect_timeout", "7"},
                                         {"postgresql/max_databases", "9"}});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->hosts, (std::vector<std::string>{"a.example", "::1"}));
  EXPECT_EQ(config->port, 6543);
  EXPECT_EQ(config->user, "admin");
  EXPECT_EQ(config->password.Reveal(), "p");
  EXPECT_EQ(config->pool_size, 8);
  EXPECT_EQ(config->connect_timeout, absl::Seconds(7));
}

TEST(ServerConfigTest, AllMissingKeysAreNamedInOneLine) {
  ExpectNotConfigured(
      Parse({}).status(),
      "mysql/host and mysql/user are not set: edsctl config set mysql_node mysql/host");
  ExpectNotConfigured(Parse({{"mysql/host", "a"}}).status(), "mysql/user is not set");
}

TEST(ServerConfigTest, ABadValueIsRefused) {
  const absl::Status status = Parse(With(kEnough, "mysql/port", "70000")).status();
  EXPECT_TRUE(HasReason(status, Reason::kInvalidField)) << status;
}

TEST(ServerConfigTest, AKeyOfAnotherKindIsRefused) {
  const absl::Status status = Parse(With(kEnough, "postgresql/port", "1")).status();
  EXPECT_TRUE(HasReason(status, Reason::kUnknownKey)) << status;
}

TEST_F(ServerConfigFileTest, ThePasswordIsTheFirstLineOfItsFile) {
  for (const char* content : {"s3cret", "s3cret\n", "s3cret\r\n", "s3cret\nother\n"}) {
    const auto config = Parse(With(kEnough, "mysql/pass_file", Write(content)));
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_EQ(config->password.Reveal(), "s3cret");
  }
}

TEST_F(ServerConfigFileTest, AFileWithoutAPasswordIsRefusedWithoutItsContent) {
  for (const std::string& content :
       {std::string(), std::string("\ns3cret"), std::string("s3cret\0", 7), std::string(513, 's'),
        std::string(5000, 's')}) {
    const absl::Status status = Parse(With(kEnough, "mysql/pass_file", Write(content))).status();
    ExpectNotConfigured(status, "mysql/pass_file: the first line of /");
    EXPECT_FALSE(absl::StrContains(status.message(), "s3cret")) << status;
  }
}

TEST_F(ServerConfigFileTest, AMissingFileIsNamedWithItsKey) {
  ExpectNotConfigured(Parse(With(kEnough, "mysql/pass_file", "/nonexistent/pass")).status(),
                      "mysql/pass_file: cannot read /nonexistent/pass: No such file");
}

TEST_F(ServerConfigFileTest, WhatIsNotAFileIsNotRead) {
  ExpectNotConfigured(Parse(With(kEnough, "mysql/pass_file", folder_->path())).status(),
                      "it is not a file");
  const std::string pipe = folder_->File("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  ExpectNotConfigured(Parse(With(kEnough, "mysql/pass_file", pipe)).status(), "it is not a file");
}

TEST(ServerConfigTest, WithoutTlsKeysTheModeIsDecidedByTheHost) {
  const auto config = Parse(kEnough);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->tls.mode, absl::nullopt);
}

TEST_F(ServerConfigFileTest, TheKeysOfTlsAreTaken) {
  const std::string file = Write("certificate");
  const auto config = Parse(
      With(With(With(With(kEnough, "mysql/tls_mode", "verify_full"), "mysql/tls_ca_file", file),
                "mysql/tls_cert_file", file),
           "mysql/tls_key_file", file));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->tls.mode, TlsMode::kVerifyFull);
  EXPECT_EQ(config->tls.ca_file, file);
  EXPECT_EQ(config->tls.cert_file, file);
  EXPECT_EQ(config->tls.key_file, file);
}

TEST_F(ServerConfigFileTest, AFileOfTlsThatIsMissingIsNamedWithItsKey) {
  for (const char* key : {"mysql/tls_ca_file", "mysql/tls_cert_file", "mysql/tls_key_file"}) {
    ExpectNotConfigured(Parse(With(kEnough, key, "/nonexistent/pem")).status(),
                        std::string(key) + ": cannot read /nonexistent/pem: No such file");
  }
}

TEST_F(ServerConfigFileTest, ACertificateWithoutItsKeyIsRefused) {
  ExpectNotConfigured(Parse(With(kEnough, "mysql/tls_cert_file", Write("pem"))).status(),
                      "mysql/tls_cert_file and mysql/tls_key_file belong together");
}

TEST_F(ServerConfigFileTest, AnAuthorityThatWouldNotBeAskedIsRefused) {
  ExpectNotConfigured(
      Parse(With(With(kEnough, "mysql/tls_mode", "required"), "mysql/tls_ca_file", Write("pem")))
          .status(),
      "mysql/tls_mode=required verifies nothing");
}

TEST_F(ServerConfigFileTest, PasswordAndFileContradictEachOther) {
  ExpectNotConfigured(
      Parse(With(With(kEnough, "mysql/pass", "p"), "mysql/pass_file", "/p")).status(),
      "mysql/pass and mysql/pass_file are both set");
}

}  // namespace
}  // namespace eds
