#include "tools/cli/mask.h"

#include "eds/v1/config_service.pb.h"
#include "eds/v1/database_service.pb.h"
#include "gtest/gtest.h"

namespace eds::cli {
namespace {

TEST(MaskSecrets, MasksMarkedFieldsAtAnyDepth) {
  v1::CreateUserResponse response;
  response.mutable_credentials()->set_username("login");
  response.mutable_credentials()->set_password("Hidden1");
  response.mutable_credentials()->set_uri("mysql://login:Hidden1@h:1/d");
  MaskSecrets(response);
  EXPECT_EQ(response.credentials().username(), "login");
  EXPECT_EQ(response.credentials().password(), kMask);
  EXPECT_EQ(response.credentials().uri(), kMask);
  EXPECT_EQ(response.DebugString().find("Hidden"), std::string::npos);
}

TEST(MaskSecrets, LeavesUnsetFieldsUnset) {
  v1::Credentials credentials;
  credentials.set_host("h");
  MaskSecrets(credentials);
  EXPECT_EQ(credentials.password(), "");
}

TEST(MaskSecrets, MasksConfigurationValuesThatAreSecret) {
  v1::ListConfigsResponse response;
  v1::Config& config = *response.add_configs();
  config.add_entries()->set_key("mysql/host");
  config.mutable_entries(0)->set_value("127.0.0.1");
  config.add_entries()->set_key("mysql/pass");
  config.mutable_entries(1)->set_secret(true);
  config.add_entries()->set_value("Hidden");
  config.mutable_entries(2)->set_secret(true);
  MaskSecrets(response);
  EXPECT_EQ(response.configs(0).entries(0).value(), "127.0.0.1");
  EXPECT_EQ(response.configs(0).entries(1).value(), kMask);
  EXPECT_EQ(response.configs(0).entries(2).value(), kMask);
}

}  // namespace
}  // namespace eds::cli
