// The controller and its agents in one process, over gRPC, with fake servers: what
// callers of the API see.

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/grpc_status.h"
#include "common/log.h"
#include "common/random.h"
#include "common/status_matchers.h"
#include "controller/controller_server.h"
#include "controller/state/memory_store.h"
#include "eds/v1/config_service.grpc.pb.h"
#include "eds/v1/database_service.grpc.pb.h"
#include "eds/v1/node_service.grpc.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"
#include "node/agent.h"
#include "node/fake_database_server.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {
namespace {

using Step = FakeDatabaseServer::Step;

constexpr PauseRange kShort{.first = absl::Milliseconds(5), .longest = absl::Milliseconds(20)};

ServerConfig AdminConfig() {
  return {.hosts = {"db.example"}, .port = 3306, .user = "admin", .password = Secret("s3cret")};
}

// A node and the server behind it.
struct FakeNode {
  explicit FakeNode(Clock& clock) : server(clock, AdminConfig()) {}

  FakeDatabaseServer server;
  std::unique_ptr<Agent> agent;
};

class ControllerAndAgentsTest : public testing::Test {
 protected:
  void SetUp() override {
    StartController();
    StartNode("mysql_node");
    Configure("mysql_node");
  }

  // At the same address each time.
  void StartController() {
    const std::string listen = absl::StrCat("unix:", folder_->File("controller.sock"));
    auto controller = ControllerServer::Start({.listen = listen, .key_file = folder_->File("key")},
                                              *store_, clock_, random_);
    ASSERT_THAT(controller, IsOk());
    controller_ = *std::move(controller);
    const auto channel =
        grpc::CreateChannel(controller_->address(), grpc::InsecureChannelCredentials());
    configs_ = v1::ConfigService::NewStub(channel);
    databases_ = v1::DatabaseService::NewStub(channel);
    nodes_ = v1::NodeService::NewStub(channel);
  }

  void StartNode(const std::string& id) {
    auto& node = nodes_started_[id];
    node = std::make_unique<FakeNode>(clock_);
    node->server.SetInfo(
        {.flavour = "MySQL", .version = "9.7.0", .identity = id, .address = "db.example:3306"});
    AgentOptions options;
    options.kind = v1::KIND_MYSQL;
    options.node = id;
    options.controller = controller_->address();
    options.listen = "127.0.0.1:0";
    options.trial_pauses = {.unreachable = kShort, .refused = kShort};
    options.dial_pauses = kShort;
    options.probe_interval = absl::Milliseconds(5);
    auto agent = Agent::Start(
        options,
        [&server = node->server](const ServerConfig& config, absl::Time deadline) {
          return server.Open(config, deadline);
        },
        random_, log_tail_, [] {});
    ASSERT_THAT(agent, IsOk());
    node->agent = *std::move(agent);
    // Known to the controller as soon as it has joined.
    while (GetNode(id).state() != v1::Node::STATE_UNCONFIGURED) std::this_thread::yield();
  }

  void Configure(const std::string& id, const std::string& password = "s3cret") {
    v1::SetConfigRequest request;
    request.set_name(absl::StrCat("nodes/", id, "/config"));
    for (const auto& [key, value] :
         std::map<std::string, std::string>{{"mysql/host", "db.example"},
                                            {"mysql/user", "admin"},
                                            {"mysql/pass", password},
                                            {"mysql/ready_databases", "0"},
                                            {"mysql/ready_users", "0"}}) {
      auto* entry = request.add_entries();
      entry->set_key(key);
      entry->set_value(value);
    }
    v1::Config config;
    ASSERT_THAT(Call(*configs_, &v1::ConfigService::Stub::SetConfig, request, config), IsOk());
    v1::Node node;
    do {
      node = GetNode(id);
    } while (std::max(node.applied_revision(), node.rejected_revision()) < config.revision());
  }

  template <typename Stub, typename Request, typename Response>
  absl::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(1)));
    return FromGrpcStatus((stub.*method)(&context, request, &response));
  }

  v1::Node GetNode(const std::string& id) {
    v1::GetNodeRequest request;
    request.set_name(absl::StrCat("nodes/", id));
    v1::Node node;
    Call(*nodes_, &v1::NodeService::Stub::GetNode, request, node).IgnoreError();
    return node;
  }

  absl::StatusOr<v1::Database> Create(const std::string& request_id = "",
                                      const std::string& display_name = "") {
    v1::CreateDatabaseRequest request;
    request.mutable_database()->set_kind(v1::KIND_MYSQL);
    request.mutable_database()->set_display_name(display_name);
    request.set_request_id(request_id);
    v1::Database database;
    const absl::Status status =
        Call(*databases_, &v1::DatabaseService::Stub::CreateDatabase, request, database);
    if (!status.ok()) return status;
    return database;
  }

  absl::StatusOr<v1::CreateUserResponse> CreateUser(const std::string& database,
                                                    const std::string& request_id = "") {
    v1::CreateUserRequest request;
    request.set_parent(database);
    request.set_request_id(request_id);
    v1::CreateUserResponse response;
    const absl::Status status =
        Call(*databases_, &v1::DatabaseService::Stub::CreateUser, request, response);
    if (!status.ok()) return status;
    return response;
  }

  absl::StatusOr<v1::ListDatabasesResponse> List(const v1::ListDatabasesRequest& request) {
    v1::ListDatabasesResponse response;
    const absl::Status status =
        Call(*databases_, &v1::DatabaseService::Stub::ListDatabases, request, response);
    if (!status.ok()) return status;
    return response;
  }

  FakeDatabaseServer& server(const std::string& id = "mysql_node") {
    return nodes_started_.at(id)->server;
  }

  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  SystemClock clock_;
  SystemRandom random_;
  LogTail log_tail_{100};
  std::unique_ptr<StateStore> store_ = NewMemoryStore();
  std::unique_ptr<ControllerServer> controller_;
  std::map<std::string, std::unique_ptr<FakeNode>> nodes_started_;
  std::unique_ptr<v1::ConfigService::Stub> configs_;
  std::unique_ptr<v1::DatabaseService::Stub> databases_;
  std::unique_ptr<v1::NodeService::Stub> nodes_;
};

TEST_F(ControllerAndAgentsTest, ADatabaseAndAUserAreCreatedAndTheCredentialsWork) {
  const auto database = Create();
  ASSERT_THAT(database, IsOk());
  EXPECT_EQ(database->state(), v1::Database::STATE_READY);
  EXPECT_EQ(database->node(), "nodes/mysql_node");
  EXPECT_EQ(database->host(), "db.example");
  EXPECT_EQ(database->port(), 3306);
  const auto user = CreateUser(database->name());
  ASSERT_THAT(user, IsOk());
  const v1::Credentials& credentials = user->credentials();
  EXPECT_TRUE(server().CanLogIn(credentials.username(), Secret(credentials.password()),
                                credentials.database()));
  EXPECT_EQ(credentials.uri(),
            absl::StrCat("mysql://", credentials.username(), ":", credentials.password(),
                         "@db.example:3306/", database->server_name()));
}

TEST_F(ControllerAndAgentsTest, ParallelRepeatsGetOneAnswer) {
  const auto database = Create();
  std::vector<std::thread> callers;
  absl::Mutex mutex;
  std::set<std::string> names;
  std::set<std::string> passwords;
  for (int i = 0; i < 16; ++i) {
    callers.emplace_back([&] {
      const auto created = Create("same");
      const auto user = CreateUser(database->name(), "same-user");
      absl::MutexLock lock(&mutex);
      names.insert(created.ok() ? created->name() : created.status().ToString());
      passwords.insert(user.ok() ? user->credentials().password() : user.status().ToString());
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(names, testing::ElementsAre(testing::StartsWith("databases/")));
  EXPECT_THAT(passwords, testing::SizeIs(1));
}

TEST_F(ControllerAndAgentsTest, ARepeatWhileTheFirstCallRunsWaitsForIt) {
  absl::Notification begun, go;
  server().OnStep([&](Step step) {
    if (step != Step::kCreateDatabase) return;
    if (!begun.HasBeenNotified()) begun.Notify();
    go.WaitForNotification();
  });
  // The first caller loses patience: its call ends, the work goes on.
  v1::CreateDatabaseRequest request;
  request.mutable_database()->set_kind(v1::KIND_MYSQL);
  request.set_request_id("r1");
  grpc::ClientContext impatient;
  std::thread first([&] {
    v1::Database ignored;
    EXPECT_EQ(databases_->CreateDatabase(&impatient, request, &ignored).error_code(),
              grpc::StatusCode::CANCELLED);
  });
  begun.WaitForNotification();
  impatient.TryCancel();
  first.join();
  absl::StatusOr<v1::Database> second;
  std::thread repeat([&] { second = Create("r1"); });
  EXPECT_THAT(Create("r1", "other"),
              FailsWith(absl::StatusCode::kAlreadyExists, Reason::kRequestIdReused));
  go.Notify();
  repeat.join();
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(List({})->databases_size(), 1);
}

TEST_F(ControllerAndAgentsTest, ASlowServerDoesNotDelayAnother) {
  StartNode("mysql_two");
  Configure("mysql_two");
  absl::Notification go;
  std::atomic<int> waiting = 0;
  server().OnStep([&](Step step) {
    if (step != Step::kCreateDatabase) return;
    ++waiting;
    go.WaitForNotification();
  });
  std::vector<std::thread> stuck;
  for (int i = 0; i < 12; ++i) {
    stuck.emplace_back([this] {
      v1::CreateDatabaseRequest request;
      request.mutable_database()->set_node("nodes/mysql_node");
      v1::Database database;
      EXPECT_THAT(Call(*databases_, &v1::DatabaseService::Stub::CreateDatabase, request, database),
                  IsOk());
    });
  }
  while (waiting == 0) std::this_thread::yield();
  v1::CreateDatabaseRequest request;
  request.mutable_database()->set_node("nodes/mysql_two");
  v1::Database database;
  EXPECT_THAT(Call(*databases_, &v1::DatabaseService::Stub::CreateDatabase, request, database),
              IsOk());
  go.Notify();
  for (std::thread& caller : stuck) caller.join();
}

TEST_F(ControllerAndAgentsTest, AnUnfinishedCreationIsFinishedWithoutItsCaller) {
  server().FailNext(Step::kCreateDatabase,
                    MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "down"));
  EXPECT_THAT(Create("r1"), HasCode(absl::StatusCode::kUnavailable));
  v1::ListDatabasesResponse response;
  do {
    response = *List({});
  } while (response.databases_size() != 1 ||
           response.databases(0).state() != v1::Database::STATE_READY);
  EXPECT_TRUE(server().HasDatabase(response.databases(0).server_name()));
}

TEST_F(ControllerAndAgentsTest, ARestartedControllerFinishesWhatWasLeft) {
  const auto database = Create();
  server().FailNext(Step::kDropDatabase,
                    MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "down"));
  v1::DeleteDatabaseRequest request;
  request.set_name(database->name());
  request.set_purge_now(true);
  google::protobuf::Empty empty;
  EXPECT_THAT(Call(*databases_, &v1::DatabaseService::Stub::DeleteDatabase, request, empty),
              HasCode(absl::StatusCode::kUnavailable));
  controller_.reset();
  StartController();
  while (server().HasDatabase(database->server_name())) std::this_thread::yield();
  while (List({})->databases_size() > 0) std::this_thread::yield();
}

TEST_F(ControllerAndAgentsTest, PagesHoldEveryDatabaseOnce) {
  std::set<std::string> created;
  for (int i = 0; i < 7; ++i) created.insert(Create()->name());
  v1::ListDatabasesRequest request;
  request.set_page_size(3);
  std::vector<std::string> listed;
  do {
    const auto page = List(request);
    ASSERT_THAT(page, IsOk());
    EXPECT_LE(page->databases_size(), 3);
    for (const v1::Database& database : page->databases()) listed.push_back(database.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(listed, testing::ElementsAreArray(created));
}

TEST_F(ControllerAndAgentsTest, APageTokenHoldsForItsOwnQuestionAlone) {
  for (int i = 0; i < 2; ++i) ASSERT_THAT(Create(), IsOk());
  v1::ListDatabasesRequest request;
  request.set_page_size(1);
  std::string token = List(request)->next_page_token();
  request.set_page_token(token);
  EXPECT_THAT(List(request), IsOk());
  request.set_kind(v1::KIND_POSTGRESQL);
  EXPECT_THAT(List(request),
              FailsWith(absl::StatusCode::kInvalidArgument, Reason::kInvalidPageToken));
  request.clear_kind();
  token[0] = token[0] == 'a' ? 'b' : 'a';
  request.set_page_token(token);
  EXPECT_THAT(List(request),
              FailsWith(absl::StatusCode::kInvalidArgument, Reason::kInvalidPageToken));
}

TEST_F(ControllerAndAgentsTest, ListingFiltersByNameAndNode) {
  const auto shop = Create("", "shop");
  ASSERT_THAT(Create("", "other"), IsOk());
  v1::ListDatabasesRequest by_name;
  by_name.set_display_name("shop");
  ASSERT_EQ(List(by_name)->databases_size(), 1);
  EXPECT_EQ(List(by_name)->databases(0).name(), shop->name());
  v1::ListDatabasesRequest by_node;
  by_node.set_node("nodes/nosuch");
  EXPECT_EQ(List(by_node)->databases_size(), 0);
}

TEST_F(ControllerAndAgentsTest, ValidateOnlyChangesNothing) {
  v1::CreateDatabaseRequest request;
  request.mutable_database()->set_kind(v1::KIND_MYSQL);
  request.set_validate_only(true);
  v1::Database database;
  EXPECT_THAT(Call(*databases_, &v1::DatabaseService::Stub::CreateDatabase, request, database),
              IsOk());
  EXPECT_EQ(database.node(), "nodes/mysql_node");
  EXPECT_EQ(List({})->databases_size(), 0);
}

TEST_F(ControllerAndAgentsTest, ARejectedRevisionLeavesTheOldOneAtWork) {
  Configure("mysql_node", "wrong");
  const v1::Node node = GetNode("mysql_node");
  EXPECT_EQ(node.state(), v1::Node::STATE_READY);
  EXPECT_EQ(node.applied_revision(), 1);
  EXPECT_EQ(node.rejected_revision(), 2);
  EXPECT_THAT(node.condition(), testing::HasSubstr("revision 2 was not applied"));
  EXPECT_THAT(Create(), IsOk());
}

TEST_F(ControllerAndAgentsTest, SettingWhatIsSetMakesNoNewRevision) {
  Configure("mysql_node");
  EXPECT_EQ(GetNode("mysql_node").wanted_revision(), 1);
}

TEST_F(ControllerAndAgentsTest, SecretsAreNotAnsweredNorStoredInClear) {
  v1::GetConfigRequest request;
  request.set_name("nodes/mysql_node/config");
  v1::Config config;
  ASSERT_THAT(Call(*configs_, &v1::ConfigService::Stub::GetConfig, request, config), IsOk());
  EXPECT_EQ(config.DebugString().find("s3cret"), std::string::npos);
  const auto entries = store_->List("", "", 1000);
  for (const StoredEntry& entry : *entries) {
    EXPECT_EQ(entry.value.find("s3cret"), std::string::npos) << entry.key;
  }
}

TEST_F(ControllerAndAgentsTest, ASecondAgentOfTheSameNameIsTurnedAway) {
  FakeNode second(clock_);
  AgentOptions options;
  options.kind = v1::KIND_MYSQL;
  options.node = "mysql_node";
  options.controller = controller_->address();
  options.listen = "127.0.0.1:0";
  options.dial_pauses = kShort;
  const std::string address = GetNode("mysql_node").address();
  auto agent = Agent::Start(
      options,
      [&second](const ServerConfig& config, absl::Time deadline) {
        return second.server.Open(config, deadline);
      },
      random_, log_tail_, [] {});
  ASSERT_THAT(agent, IsOk());
  for (int64_t seen = 0;;) {
    bool refused = false;
    for (const LogLine& line : log_tail_.After(seen, absl::InfiniteFuture())) {
      seen = line.number;
      refused |= line.message.find("is joined already") != std::string::npos;
    }
    if (refused) break;
  }
  EXPECT_EQ(GetNode("mysql_node").address(), address);
  EXPECT_THAT(Create(), IsOk());
}

TEST_F(ControllerAndAgentsTest, ANodeThatLeavesIsDisconnectedAndItsCallersAreTold) {
  const auto database = Create();
  nodes_started_.at("mysql_node")->agent.reset();
  while (GetNode("mysql_node").state() != v1::Node::STATE_DISCONNECTED) std::this_thread::yield();
  EXPECT_THAT(CreateUser(database->name()),
              FailsWith(absl::StatusCode::kUnavailable, Reason::kNodeNotConnected));
}

}  // namespace
}  // namespace eds
