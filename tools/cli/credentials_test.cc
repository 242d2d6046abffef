#include "tools/cli/credentials.h"

#include "gtest/gtest.h"
#include "tools/cli/mask.h"

namespace eds::cli {
namespace {

Binding MysqlBinding() {
  Binding binding{.service = "mysql-24901", .kind = v1::KIND_MYSQL, .credentials = {}};
  binding.credentials.set_host("127.0.0.1");
  binding.credentials.set_port(3306);
  binding.credentials.set_database("d1");
  binding.credentials.set_username("u1");
  binding.credentials.set_password("Hidden1");
  binding.credentials.set_uri("mysql://u1:Hidden1@127.0.0.1:3306/d1");
  return binding;
}

TEST(CredentialsText, EndsWithACommandThatIsReadyToType) {
  EXPECT_EQ(CredentialsText(MysqlBinding()),
            "Service:   mysql-24901\n"
            "Host:      127.0.0.1\n"
            "Port:      3306\n"
            "Database:  d1\n"
            "User:      u1\n"
            "Password:  Hidden1\n"
            "URI:       mysql://u1:Hidden1@127.0.0.1:3306/d1\n"
            "Command:   mysql -h 127.0.0.1 -P 3306 -u u1 -pHidden1 d1\n");
}

TEST(CredentialsText, KeepsMysqlFromItsUnixSocket) {
  Binding binding = MysqlBinding();
  binding.credentials.set_host("localhost");
  EXPECT_NE(CredentialsText(binding).find("mysql -h localhost --protocol=TCP -P 3306"),
            std::string::npos);
}

TEST(CredentialsText, GivesPsqlTheUri) {
  Binding binding = MysqlBinding();
  binding.kind = v1::KIND_POSTGRESQL;
  binding.credentials.set_uri("postgresql://u1:Hidden1@[::1]:5432/d1");
  EXPECT_NE(CredentialsText(binding).find("psql 'postgresql://u1:Hidden1@[::1]:5432/d1'\n"),
            std::string::npos);
}

TEST(CredentialsText, QuotesWhatAShellWouldRun) {
  Binding binding = MysqlBinding();
  binding.credentials.set_host("h;rm -rf '~'");
  EXPECT_NE(CredentialsText(binding).find("mysql -h 'h;rm -rf '\\''~'\\''' -P"), std::string::npos);
}

TEST(CredentialsText, HasNoCommandForAMaskedPassword) {
  Binding binding = MysqlBinding();
  MaskSecrets(binding.credentials);
  const std::string text = CredentialsText(binding);
  EXPECT_EQ(text.find("Command:"), std::string::npos);
  EXPECT_EQ(text.find("Hidden"), std::string::npos);
}

TEST(CredentialsJson, HasTheKeysThatApplicationsRead) {
  EXPECT_EQ(CredentialsJson(MysqlBinding().credentials), Json::parse(R"({
    "name": "d1", "hostname": "127.0.0.1", "host": "127.0.0.1", "port": 3306, "user": "u1",
    "username": "u1", "password": "Hidden1", "uri": "mysql://u1:Hidden1@127.0.0.1:3306/d1"})"));
}

TEST(CredentialsVcap, NestsThemUnderTheKind) {
  const Json vcap = CredentialsVcap(MysqlBinding());
  ASSERT_TRUE(vcap.is_object());
  ASSERT_EQ(vcap["mysql"].size(), 1u);
  const Json& service = vcap["mysql"][0];
  EXPECT_EQ(service["name"], "mysql-24901");
  EXPECT_EQ(service["label"], "mysql");
  EXPECT_EQ(service["plan"], "default");
  EXPECT_TRUE(service["tags"].is_array());
  EXPECT_EQ(service["credentials"]["password"], "Hidden1");
}

TEST(KindOf, ReadsTheScheme) {
  EXPECT_EQ(KindOf(MysqlBinding().credentials), v1::KIND_MYSQL);
  EXPECT_EQ(KindOf(v1::Credentials()), v1::KIND_UNSPECIFIED);
}

}  // namespace
}  // namespace eds::cli
