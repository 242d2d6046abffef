// Bad input of every sort, sent to a running controller: each is refused with
// INVALID_ARGUMENT, or the code that the API gives, names the field, and changes
// nothing.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/error.h"
#include "common/grpc_status.h"
#include "common/random.h"
#include "common/status_matchers.h"
#include "controller/controller_server.h"
#include "controller/state/memory_store.h"
#include "eds/node/v1/registry.grpc.pb.h"
#include "eds/v1/config_service.grpc.pb.h"
#include "eds/v1/database_service.grpc.pb.h"
#include "eds/v1/maintenance_service.grpc.pb.h"
#include "eds/v1/node_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {
namespace {

class BadInputTest : public testing::Test {
 protected:
  void SetUp() override {
    auto controller = ControllerServer::Start(
        {.listen = "127.0.0.1:0", .key_file = folder_->File("key")}, *store_, clock_, random_);
    ASSERT_THAT(controller, IsOk());
    controller_ = *std::move(controller);
    const auto channel =
        grpc::CreateChannel(controller_->address(), grpc::InsecureChannelCredentials());
    configs_ = v1::ConfigService::NewStub(channel);
    databases_ = v1::DatabaseService::NewStub(channel);
    maintenance_ = v1::MaintenanceService::NewStub(channel);
    nodes_ = v1::NodeService::NewStub(channel);
    entries_before_ = store_->List("", "", 1000)->size();
  }

  void TearDown() override { EXPECT_EQ(store_->List("", "", 1000)->size(), entries_before_); }

  // The one call, whatever it is.
  template <typename Stub, typename Request, typename Response>
  absl::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request) {
    grpc::ClientContext context;
    Response response;
    status_ = (stub.*method)(&context, request, &response);
    return FromGrpcStatus(status_);
  }
  absl::Status Set(const v1::SetConfigRequest& request) {
    return Call(*configs_, &v1::ConfigService::Stub::SetConfig, request);
  }
  absl::Status Create(const v1::CreateDatabaseRequest& request) {
    return Call(*databases_, &v1::DatabaseService::Stub::CreateDatabase, request);
  }
  absl::Status List(const v1::ListDatabasesRequest& request) {
    return Call(*databases_, &v1::DatabaseService::Stub::ListDatabases, request);
  }

  // The fields that the last call's BadRequest names.
  std::vector<std::string> Fields() {
    google::rpc::Status status;
    std::vector<std::string> fields;
    if (!status.ParseFromString(status_.error_details())) return fields;
    for (const auto& detail : status.details()) {
      google::rpc::BadRequest bad_request;
      if (!detail.UnpackTo(&bad_request)) continue;
      for (const auto& violation : bad_request.field_violations()) {
        fields.push_back(violation.field());
      }
    }
    return fields;
  }

  void ExpectInvalid(const absl::Status& status, const std::string& field) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_THAT(Fields(), testing::ElementsAre(field)) << status;
    EXPECT_FALSE(ReasonOf(status).empty());
  }

  v1::SetConfigRequest ConfigOf(const std::string& key, const std::string& value) {
    v1::SetConfigRequest request;
    request.set_name("nodes/mysql_node/config");
    auto* entry = request.add_entries();
    entry->set_key(key);
    entry->set_value(value);
    return request;
  }

  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<StateStore> store_ = NewMemoryStore();
  std::unique_ptr<ControllerServer> controller_;
  std::unique_ptr<v1::ConfigService::Stub> configs_;
  std::unique_ptr<v1::DatabaseService::Stub> databases_;
  std::unique_ptr<v1::MaintenanceService::Stub> maintenance_;
  std::unique_ptr<v1::NodeService::Stub> nodes_;
  grpc::Status status_;
  size_t entries_before_ = 0;
};

// Quotes, backslashes, NUL, control characters, over-long and non-ASCII text.
const std::vector<std::string>& OddTexts() {
  static const auto& texts = *new std::vector<std::string>{"a'b",
                                                           "a\"b",
                                                           "a`b",
                                                           "a\\b",
                                                           std::string("a\0b", 3),
                                                           "a\nb",
                                                           "a\x1b",
                                                           "a b",
                                                           "a;drop b",
                                                           "a/b",
                                                           "..",
                                                           "a%b",
                                                           "\x7f",
                                                           "gr\xc3\xbc n",
                                                           "\xe2\x80\xae"
                                                           "a",
                                                           std::string(100, 'a'),
                                                           std::string(100'000, 'x')};
  return texts;
}

TEST_F(BadInputTest, DisplayNames) {
  for (const std::string& text : OddTexts()) {
    v1::CreateDatabaseRequest request;
    request.mutable_database()->set_kind(v1::KIND_MYSQL);
    request.mutable_database()->set_display_name(text);
    ExpectInvalid(Create(request), "database.display_name");
  }
}

TEST_F(BadInputTest, RequestIds) {
  for (const std::string& text : OddTexts()) {
    v1::CreateDatabaseRequest request;
    request.mutable_database()->set_kind(v1::KIND_MYSQL);
    request.set_request_id(text + "/");
    ExpectInvalid(Create(request), "request_id");
  }
}

TEST_F(BadInputTest, ResourceNames) {
  std::vector<std::string> names = OddTexts();
  names.emplace_back("");
  for (const std::string& text : names) {
    v1::GetDatabaseRequest get;
    get.set_name("databases/" + text);
    if (text == std::string(100, 'a')) get.set_name("databases/" + std::string(64, 'a'));
    ExpectInvalid(Call(*databases_, &v1::DatabaseService::Stub::GetDatabase, get), "name");
    v1::DeleteUserRequest drop;
    drop.set_name("databases/a/users/" + text);
    ExpectInvalid(Call(*databases_, &v1::DatabaseService::Stub::DeleteUser, drop), "name");
    v1::CreateUserRequest user;
    user.set_parent("databases/" + text);
    ExpectInvalid(Call(*databases_, &v1::DatabaseService::Stub::CreateUser, user), "parent");
    v1::CordonNodeRequest cordon;
    cordon.set_name(text);
    ExpectInvalid(Call(*nodes_, &v1::NodeService::Stub::CordonNode, cordon), "name");
    v1::SetConfigRequest set = ConfigOf("mysql/host", "127.0.0.1");
    set.set_name("nodes/" + text + "/config/");
    ExpectInvalid(Set(set), "name");
  }
}

TEST_F(BadInputTest, Kinds) {
  v1::CreateDatabaseRequest request;
  ExpectInvalid(Create(request), "database.kind");
  request.mutable_database()->set_kind(static_cast<v1::Kind>(99));
  ExpectInvalid(Create(request), "database.kind");
  v1::ListDatabasesRequest list;
  list.set_kind(static_cast<v1::Kind>(-1));
  ExpectInvalid(List(list), "kind");
}

TEST_F(BadInputTest, UnknownThingsAreNotFound) {
  v1::GetNodeRequest node;
  node.set_name("nodes/nosuch");
  EXPECT_THAT(Call(*nodes_, &v1::NodeService::Stub::GetNode, node),
              FailsWith(absl::StatusCode::kNotFound, Reason::kNodeNotFound));
  v1::SetConfigRequest set = ConfigOf("mysql/host", "127.0.0.1");
  set.set_name("nodes/nosuch/config");
  EXPECT_THAT(Set(set), FailsWith(absl::StatusCode::kNotFound, Reason::kNodeNotFound));
  v1::CreateDatabaseRequest create;
  create.mutable_database()->set_node("nodes/nosuch");
  EXPECT_THAT(Create(create), FailsWith(absl::StatusCode::kNotFound, Reason::kNodeNotFound));
  v1::GetUserCredentialsRequest user;
  user.set_name("databases/a/users/b");
  EXPECT_THAT(Call(*databases_, &v1::DatabaseService::Stub::GetUserCredentials, user),
              FailsWith(absl::StatusCode::kNotFound, Reason::kUserNotFound));
}

TEST_F(BadInputTest, ConfigKeys) {
  const absl::Status status = Set(ConfigOf("mysql/hots", "127.0.0.1"));
  ExpectInvalid(status, "entries[0].key");
  EXPECT_TRUE(HasReason(status, Reason::kUnknownKey));
  // The remedy: those there are.
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("mysql/host"));
  ExpectInvalid(Set(ConfigOf("postgresql/host", "127.0.0.1")), "entries[0].key");
  ExpectInvalid(Set(ConfigOf("", "x")), "entries[0].key");
  for (const std::string& text : OddTexts())
    ExpectInvalid(Set(ConfigOf(text, "x")), "entries[0].key");
}

TEST_F(BadInputTest, ConfigValues) {
  for (const std::string port :
       {"0", "65536", "-1", "x", "", " 1", "3306 ", "1e3", "99999999999999999999"}) {
    ExpectInvalid(Set(ConfigOf("mysql/port", port)), "entries[0].value");
  }
  for (const std::string& text : OddTexts()) {
    if (text == std::string(100, 'a') || text == "..") continue;
    ExpectInvalid(Set(ConfigOf("mysql/host", text)), "entries[0].value");
  }
  ExpectInvalid(Set(ConfigOf("mysql/pool_size", "33")), "entries[0].value");
  ExpectInvalid(Set(ConfigOf("mysql/pass", std::string("a\0b", 3))), "entries[0].value");
  ExpectInvalid(Set(ConfigOf("mysql/user", std::string(5000, 'a'))), "entries[0].value");
}

TEST_F(BadInputTest, OneBadEntryOfSeveralChangesNothing) {
  v1::SetConfigRequest request = ConfigOf("mysql/host", "127.0.0.1");
  auto* entry = request.add_entries();
  entry->set_key("mysql/port");
  entry->set_value("0");
  ExpectInvalid(Set(request), "entries[1].value");
}

TEST_F(BadInputTest, ASecretIsNeverRepeatedInAnError) {
  const absl::Status status = Set(ConfigOf("mysql/pass", "hunter2\nhunter2"));
  ExpectInvalid(status, "entries[0].value");
  EXPECT_EQ(status_.error_details().find("hunter2"), std::string::npos);
}

TEST_F(BadInputTest, EmptyAndHugeConfigRequests) {
  v1::SetConfigRequest empty;
  empty.set_name("nodes/mysql_node/config");
  ExpectInvalid(Set(empty), "entries");
  v1::SetConfigRequest huge = empty;
  for (int i = 0; i < 65; ++i) huge.add_entries()->set_key("mysql/host");
  ExpectInvalid(Set(huge), "entries");
  v1::SetConfigRequest twice = ConfigOf("mysql/host", "a");
  *twice.add_entries() = twice.entries(0);
  ExpectInvalid(Set(twice), "entries[1].key");
  v1::UnsetConfigRequest unset;
  unset.set_name("nodes/mysql_node/config");
  ExpectInvalid(Call(*configs_, &v1::ConfigService::Stub::UnsetConfig, unset), "keys");
}

TEST_F(BadInputTest, ARequestOverAMegabyteIsRefusedUnread) {
  EXPECT_THAT(Set(ConfigOf("mysql/host", std::string(2 << 20, 'a'))),
              HasCode(absl::StatusCode::kResourceExhausted));
}

TEST_F(BadInputTest, TextThatIsNotUtf8IsRefusedUnread) {
  v1::CreateDatabaseRequest request;
  request.mutable_database()->set_kind(v1::KIND_MYSQL);
  request.mutable_database()->set_display_name("\xff");
  // No valid message of Protocol Buffers: gRPC itself turns it away.
  EXPECT_FALSE(Create(request).ok());
}

TEST_F(BadInputTest, PageSizes) {
  v1::ListDatabasesRequest request;
  request.set_page_size(-1);
  ExpectInvalid(List(request), "page_size");
  request.set_page_size(2'000'000'000);
  EXPECT_THAT(List(request), IsOk());
}

TEST_F(BadInputTest, PageTokens) {
  v1::ListDatabasesRequest request;
  for (const std::string& text : OddTexts()) {
    request.set_page_token(text);
    ExpectInvalid(List(request), "page_token");
  }
  EXPECT_TRUE(HasReason(FromGrpcStatus(status_), Reason::kInvalidPageToken));
}

TEST_F(BadInputTest, UpdateMasks) {
  v1::UpdateDatabaseRequest request;
  request.mutable_database()->set_name("databases/a");
  request.mutable_database()->set_display_name("b");
  const auto update = [&] {
    return Call(*databases_, &v1::DatabaseService::Stub::UpdateDatabase, request);
  };
  ExpectInvalid(update(), "update_mask");
  request.mutable_update_mask()->add_paths("node");
  ExpectInvalid(update(), "update_mask");
  request.mutable_update_mask()->set_paths(0, "display_name");
  request.mutable_database()->set_display_name("");
  ExpectInvalid(update(), "database.display_name");
}

TEST_F(BadInputTest, Undeletions) {
  v1::UndeleteDatabaseRequest request;
  const auto undelete = [&] {
    return Call(*databases_, &v1::DatabaseService::Stub::UndeleteDatabase, request);
  };
  for (const std::string& text : OddTexts()) {
    request.set_name(text);
    ExpectInvalid(undelete(), "name");
    if (text.empty()) continue;
    request.set_name("databases/a");
    request.set_display_name(text);
    ExpectInvalid(undelete(), "display_name");
    request.clear_display_name();
  }
}

TEST_F(BadInputTest, Adoptions) {
  v1::AdoptDatabaseRequest request;
  const auto adopt = [&] {
    return Call(*databases_, &v1::DatabaseService::Stub::AdoptDatabase, request);
  };
  ExpectInvalid(adopt(), "database.node");
  request.mutable_database()->set_node("nodes/mysql_node");
  for (const std::string& text : OddTexts()) {
    request.set_server_name(text);
    ExpectInvalid(adopt(), "server_name");
  }
  request.set_server_name("shop_data");
  for (const std::string& text : {std::string(), std::string("a\0b", 3), std::string(129, 'a')}) {
    request.set_expected_owner(text);
    ExpectInvalid(adopt(), "expected_owner");
  }
}

TEST_F(BadInputTest, PagesOfOperationsAndPurges) {
  v1::ListOperationsRequest operations;
  operations.set_page_size(-1);
  const auto list_operations = [&] {
    return Call(*maintenance_, &v1::MaintenanceService::Stub::ListOperations, operations);
  };
  ExpectInvalid(list_operations(), "page_size");
  operations.set_page_size(2'000'000'000);
  EXPECT_THAT(list_operations(), IsOk());
  v1::ListPurgesRequest purges;
  const auto list_purges = [&] {
    return Call(*maintenance_, &v1::MaintenanceService::Stub::ListPurges, purges);
  };
  purges.set_page_size(-1);
  ExpectInvalid(list_purges(), "page_size");
  purges.set_page_size(0);
  EXPECT_THAT(list_purges(), IsOk());
  for (const std::string& text : OddTexts()) {
    operations.set_page_token(text);
    ExpectInvalid(list_operations(), "page_token");
    purges.set_page_token(text);
    ExpectInvalid(list_purges(), "page_token");
  }
}

TEST_F(BadInputTest, Reconciliations) {
  v1::ReconcileNodeRequest request;
  const auto reconcile = [&] {
    return Call(*maintenance_, &v1::MaintenanceService::Stub::ReconcileNode, request);
  };
  for (const std::string& text : OddTexts()) {
    request.set_name(text);
    ExpectInvalid(reconcile(), "name");
  }
  request.set_name("nodes/mysql_node");
  for (const int percent : {-1, 101}) {
    request.set_max_purge_percent(percent);
    ExpectInvalid(reconcile(), "max_purge_percent");
  }
  request.set_max_purge_percent(100);
  EXPECT_THAT(reconcile(), FailsWith(absl::StatusCode::kNotFound, Reason::kNodeNotFound));
}

TEST_F(BadInputTest, Hellos) {
  const auto registry = node::v1::NodeRegistryService::NewStub(
      grpc::CreateChannel(controller_->address(), grpc::InsecureChannelCredentials()));
  const auto join = [&](const std::function<void(node::v1::Hello&)>& spoil) {
    node::v1::JoinRequest request;
    node::v1::Hello& hello = *request.mutable_hello();
    hello.set_node("mysql_node");
    hello.set_kind(v1::KIND_MYSQL);
    hello.set_address("127.0.0.1:1");
    hello.set_instance("one");
    hello.set_session("one");
    spoil(hello);
    grpc::ClientContext context;
    const auto stream = registry->Join(&context);
    stream->Write(request);
    status_ = stream->Finish();
    return FromGrpcStatus(status_);
  };
  const std::string huge(257, 'a');
  for (const std::string& text : {std::string(), huge}) {
    ExpectInvalid(join([&](auto& hello) { hello.set_node(text); }), "hello.node");
    ExpectInvalid(join([&](auto& hello) { hello.set_address(text); }), "hello.address");
    ExpectInvalid(join([&](auto& hello) { hello.set_instance(text); }), "hello.instance");
    ExpectInvalid(join([&](auto& hello) { hello.set_session(text); }), "hello.session");
  }
  ExpectInvalid(join([](auto& hello) { hello.clear_kind(); }), "hello.kind");
}

TEST_F(BadInputTest, LogLines) {
  for (const int lines : {-1, 1001}) {
    v1::TailLogRequest request;
    request.set_name("nodes/mysql_node");
    request.set_lines(lines);
    grpc::ClientContext context;
    const auto reader = nodes_->TailLog(&context, request);
    v1::TailLogResponse line;
    EXPECT_FALSE(reader->Read(&line));
    status_ = reader->Finish();
    ExpectInvalid(FromGrpcStatus(status_), "lines");
  }
}

}  // namespace
}  // namespace eds
