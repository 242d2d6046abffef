#include "common/config_keys.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

absl::Status Check(const std::string& suffix, const std::string& value) {
  return ValidateConfigValue(v1::KIND_MYSQL, absl::StrCat("mysql/", suffix), value);
}

struct Case {
  std::string suffix;
  std::string value;
};

TEST(ConfigKeysTest, GoodValuesAreAccepted) {
  const Case cases[] = {
      {"host", "127.0.0.1"},
      {"host", "db.example.com"},
      {"host", "a"},
      {"host", "db-1.example,10.0.0.2,[::1]"},
      {"host", "a,b,c,d,e,f,g,h"},
      {"port", "1"},
      {"port", "65535"},
      {"user", "root"},
      {"user", "o'neill \"quoted\" \\ ünï"},
      {"user", std::string(128, 'u')},
      {"pass", "p"},
      {"pass", std::string(512, 'p')},
      {"pass_file", "/run/secrets/pass"},
      {"advertise_host", "[2001:db8::1]"},
      {"tls_mode", "disabled"},
      {"tls_mode", "required"},
      {"tls_mode", "verify_full"},
      {"tls_ca_file", "/etc/eds/ca.pem"},
      {"tls_cert_file", "/etc/eds/client.pem"},
      {"tls_key_file", "/etc/eds/client.key"},
      {"advertise_port", "3307"},
      {"pool_size", "32"},
      {"connect_timeout", "60"},
      {"max_databases", "0"},
      {"retention_days", "0"},
  };
  for (const Case& c : cases) {
    EXPECT_TRUE(Check(c.suffix, c.value).ok()) << c.suffix << " " << Check(c.suffix, c.value);
  }
}

TEST(ConfigKeysTest, BadValuesAreRefusedByTheNameOfTheirKey) {
  const Case cases[] = {
      {"host", ""},
      {"tls_mode", ""},
      {"tls_mode", "prefer"},
      {"tls_mode", "Required"},
      {"tls_mode", "disabled,required"},
      {"tls_ca_file", "ca.pem"},
      {"host", ","},
      {"host", "a,,b"},
      {"host", "a, b"},
      {"host", " a"},
      {"host", "a,b,c,d,e,f,g,h,i"},
      {"host", "-a"},
      {"host", "a-.b"},
      {"host", "a..b"},
      {"host", ".a"},
      {"host", "a:3306"},
      {"host", "::1"},
      {"host", "[::1"},
      {"host", "[::1]:3306"},
      {"host", "[1.2.3.4]"},
      {"host", "10.0.0.256"},
      {"host", "10.0.0"},
      {"host", "127"},
      {"host", "/run/mysqld.sock"},
      {"host", "a_b"},
      {"host", "a%b"},
      {"host", "a'b"},
      {"host", "münchen"},
      {"host", std::string("a\0b", 3)},
      {"host", "a\n"},
      {"host", std::string(64, 'a')},
      {"host", std::string(4096, 'a')},
      {"port", ""},
      {"port", "0"},
      {"port", "65536"},
      {"port", "-1"},
      {"port", "+1"},
      {"port", " 3306"},
      {"port", "3306x"},
      {"port", "0x10"},
      {"port", "1e3"},
      {"port", "99999999999999999999"},
      {"user", ""},
      {"user", std::string(129, 'u')},
      {"user", std::string("ro\0ot", 5)},
      {"user", "root\n"},
      {"pass", ""},
      {"pass", std::string(513, 'p')},
      {"pass", std::string("a\0b", 3)},
      {"pass", "a\r\n"},
      {"pass_file", ""},
      {"pass_file", "pass"},
      {"pass_file", "/a\nb"},
      {"pass_file", "/" + std::string(4095, 'a')},
      {"advertise_host", "a,b"},
      {"advertise_host", ""},
      {"advertise_port", "0"},
      {"pool_size", "0"},
      {"pool_size", "33"},
      {"connect_timeout", "0"},
      {"connect_timeout", "61"},
      {"connect_timeout", "5s"},
      {"max_databases", "-1"},
      {"retention_days", "3651"},
      {"max_databases", "1000001"},
  };
  for (const Case& c : cases) {
    const absl::Status status = Check(c.suffix, c.value);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.suffix << " " << c.value;
    EXPECT_TRUE(HasReason(status, Reason::kInvalidField)) << status;
    EXPECT_TRUE(absl::StartsWith(status.message(), absl::StrCat("mysql/", c.suffix, ": ")))
        << status;
    EXPECT_FALSE(absl::StrContains(status.message(), "\n")) << status;
  }
}

TEST(ConfigKeysTest, ARefusedPasswordIsNotRepeated) {
  const std::string password = "hunter2\nhunter2";
  EXPECT_FALSE(absl::StrContains(Check("pass", password).message(), "hunter"));
}

TEST(ConfigKeysTest, AnUnknownKeyIsRefusedWithThoseThereAre) {
  for (const char* key : {"", "host", "mysql", "mysql/", "mysql/hosts", "mysql/Host",
                          "postgresql/host", "mysql/host/x", "mysql//host", "/host"}) {
    const absl::Status status = ValidateConfigValue(v1::KIND_MYSQL, key, "x");
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << key;
    EXPECT_TRUE(HasReason(status, Reason::kUnknownKey)) << key;
    EXPECT_TRUE(absl::StrContains(status.message(), "mysql/host, mysql/port")) << status;
    EXPECT_FALSE(absl::StrContains(status.message(), "postgresql/port")) << status;
  }
}

TEST(ConfigKeysTest, AnUnknownKeyIsQuotedInOneLine) {
  const absl::Status status = ValidateConfigValue(v1::KIND_MYSQL, "a\nb", "x");
  EXPECT_TRUE(absl::StrContains(status.message(), "\"a\\nb\"")) << status;
}

TEST(ConfigKeysTest, AKindThatIsNotGivenHasNoKeys) {
  EXPECT_TRUE(KnownKeys(v1::KIND_UNSPECIFIED).empty());
  EXPECT_FALSE(ValidateConfigValue(v1::KIND_UNSPECIFIED, "/host", "a").ok());
}

TEST(ConfigKeysTest, DefaultsAreValid) {
  for (const v1::Kind kind : {v1::KIND_MYSQL, v1::KIND_POSTGRESQL}) {
    for (const ConfigKey& key : KnownKeys(kind)) {
      if (key.default_value.empty()) continue;
      EXPECT_TRUE(ValidateConfigValue(kind, key.key, key.default_value).ok()) << key.key;
    }
  }
}

TEST(ConfigKeysTest, EachEngineHasItsOwnPort) {
  EXPECT_EQ(KnownKeys(v1::KIND_MYSQL).at(1).default_value, "3306");
  EXPECT_EQ(KnownKeys(v1::KIND_POSTGRESQL).at(1).default_value, "5432");
}

TEST(ConfigKeysTest, OnlyThePasswordIsSecret) {
  EXPECT_TRUE(IsSecretKey("mysql/pass"));
  EXPECT_TRUE(IsSecretKey("postgresql/pass"));
  EXPECT_FALSE(IsSecretKey("mysql/pass_file"));
  EXPECT_FALSE(IsSecretKey("postgresql/host"));
  EXPECT_TRUE(IsSecretKey("mysql/something_new"));
}

TEST(ConfigKeysTest, HostListsLoseTheirBrackets) {
  EXPECT_EQ(ParseHostList("a,[::1],10.0.0.1"), (std::vector<std::string>{"a", "::1", "10.0.0.1"}));
}

TEST(ConfigKeysTest, DefaultsAreThoseThatAreListed) {
  for (const v1::Kind kind : {v1::KIND_MYSQL, v1::KIND_POSTGRESQL}) {
    for (const ConfigKey& known : KnownKeys(kind)) {
      EXPECT_EQ(DefaultOf(kind, known.key), known.default_value) << known.key;
    }
  }
  EXPECT_EQ(DefaultOf(v1::KIND_MYSQL, "postgresql/port"), "");
}

TEST(ConfigKeysTest, TheAgentGoesByWhatLeadsToTheServer) {
  EXPECT_FALSE(IsForController("mysql/host"));
  EXPECT_FALSE(IsForController("postgresql/pool_size"));
  EXPECT_TRUE(IsForController("mysql/ready_databases"));
  EXPECT_TRUE(IsForController("postgresql/extensions"));
}

}  // namespace
}  // namespace eds
