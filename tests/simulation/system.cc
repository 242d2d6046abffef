#include "tests/simulation/system.h"

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/config_keys.h"
#include "common/resource_name.h"
#include "eds/state/v1/records.pb.h"
#include "glog/logging.h"

namespace eds::simulation {
namespace {

constexpr int kMostNodes = 3;
constexpr size_t kAll = 1'000;
constexpr double kShareThatKeepsReady = 0.6;
constexpr int kMostReady = 3;

std::vector<std::string> NodeIds(int count) {
  std::vector<std::string> ids = {"node"};
  for (int i = 2; i <= count; ++i) ids.push_back(absl::StrCat("node_", i));
  return ids;
}

// What is done to a user waits while its database is deleted.
bool WaitsForDatabase(StateStore& store, absl::string_view mark) {
  const absl::StatusOr<UserName> user =
      ParseUserName("mark", std::string(absl::StripPrefix(mark, "unfinished/")));
  if (!user.ok()) return false;
  const absl::StatusOr<StoredEntry> entry = store.Get(absl::StrCat("databases/", user->database));
  state::v1::DatabaseRecord record;
  return entry.ok() && record.ParseFromString(entry->value) &&
         record.state() == v1::Database::STATE_DELETED;
}

}  // namespace

System::System(uint64_t seed, Apparatus& apparatus, Trace::Sink sink)
    : environment(seed, apparatus, std::move(sink)),
      network(environment,
              [this](const std::shared_ptr<Exchange>& exchange) -> std::shared_ptr<PendingReply> {
                Agent* const agent =
                    NodeCalled(exchange->target.node()).Find(exchange->target.instance());
                return agent == nullptr ? nullptr : agent->Take(exchange);
              }),
      controller(environment, network, *durable),
      ledger(environment,
             [this](const std::string& node) -> FakeDatabaseServer& {
               return NodeCalled(ParseNodeName("node", node).value()).server().fake();
             }),
      oracle(environment, *durable, ledger),
      keeps_ready_(environment.dice.Chance(kShareThatKeepsReady)),
      faults_(environment.faults) {
  environment.faults = Faults::None();
  for (const std::string& id : NodeIds(environment.dice.Between(1, kMostNodes))) {
    servers.push_back(std::make_unique<SimulatedServer>(
        environment, oracle, absl::StrCat("server-", servers.size() + 1)));
    servers.back()->fake().CreateForeignDatabase(LegacyOn(*servers.back()), kLegacyOwner);
    nodes.push_back(std::make_unique<Node>(environment, controller, *servers.back(), id));
  }
}

std::string System::LegacyOn(const SimulatedServer& server) {
  return absl::StrCat("legacy", server.host().substr(server.host().rfind('-') + 1));
}

Node& System::NodeCalled(const std::string& id) {
  return **absl::c_find_if(nodes, [&](const auto& node) { return node->id() == id; });
}

void System::SetUp() {
  controller.Start();
  environment.scheduler.WaitUntil([this] { return controller.is_up(); }, absl::InfiniteFuture());
  for (const std::unique_ptr<Node>& node : nodes) {
    CHECK(controller.brain().configs.Admit(node->id(), environment.kind).ok());
    Configure(*node);
    node->StartAgent();
  }
  environment.scheduler.WaitUntil([this] { return IsReady(); }, absl::InfiniteFuture());
  environment.faults = faults_;
  environment.scheduler.Note("set up");
}

void System::Configure(Node& node) {
  NodeConfigs::Values values = ReadyValues(node.id());
  values.emplace_back(Key("host"), node.server().host());
  values.emplace_back(Key("user"), "admin");
  values.emplace_back(Key("pass"), "secret");
  CHECK(controller.brain().configs.Set(node.id(), values, false, false).ok());
}

std::string System::Key(absl::string_view suffix) const {
  return absl::StrCat(KindPrefix(environment.kind), "/", suffix);
}

NodeConfigs::Values System::ReadyValues(const std::string& node) {
  const int most = keeps_ready_ ? kMostReady : 0;
  ReadyTarget& target = ready_[node];
  target = {.databases = environment.dice.Between(0, most),
            .users = environment.dice.Between(0, most)};
  return {{Key("ready_databases"), absl::StrCat(target.databases)},
          {Key("ready_users"), absl::StrCat(target.users)},
          {Key("ready_rate"), environment.dice.Chance(0.5) ? "1000" : "1"}};
}

bool System::DrawReady(const Node& node) {
  const NodeConfigs::Values values = ReadyValues(node.id());
  bool done = false;
  controller.Do(
      [&](Brain& brain) { done = brain.configs.Set(node.id(), values, false, false).ok(); });
  environment.scheduler.Note(absl::StrCat(node.id(), " is to keep ready ",
                                          ready_[node.id()].databases, " and ",
                                          ready_[node.id()].users, done ? "" : ": fails"));
  return done;
}

bool System::Cordon(const Node& node, bool cordoned) {
  bool done = false;
  controller.Do([&](Brain& brain) {
    absl::StatusOr<StoredNode> stored = brain.catalog->GetNode(node.id());
    if (!stored.ok()) return;
    stored->record.set_cordoned(cordoned);
    done = brain.catalog->PutNode(*stored).ok();
  });
  environment.scheduler.Note(
      absl::StrCat(node.id(), cordoned ? " is cordoned" : " is uncordoned", done ? "" : ": fails"));
  return done;
}

bool System::IsReady() {
  return controller.is_up() && absl::c_all_of(nodes, [this](const auto& node) {
           return controller.brain().directory.CheckReady(node->id()).ok();
         });
}

void System::Heal() {
  environment.scheduler.Note("heal");
  environment.faults = Faults::None();
  for (const std::unique_ptr<SimulatedServer>& server : servers) {
    server->Start();
    server->fake().SetReadOnly(false);
    server->RefuseAdministrator(false);
  }
  for (const auto& [name, user] : ledger.users()) {
    const auto database = ledger.databases().find(user.database);
    if (database == ledger.databases().end()) continue;
    FakeDatabaseServer& server = *database->second.server;
    for (const auto& [generation, login] : user.logins) {
      if (server.HasUser(login)) server.SetOwnedObject(login, "");
    }
  }
  for (const std::unique_ptr<Node>& node : nodes) {
    while (!Cordon(*node, false)) environment.scheduler.Sleep(absl::Seconds(1));
    while (!DrawReady(*node)) environment.scheduler.Sleep(absl::Seconds(1));
  }
}

void System::Expire() {
  environment.scheduler.Note("a year goes by");
  expired_ = true;
  ledger.Expire();
  environment.controller_clock.Jump(absl::Hours(24 * 365));
}

std::string System::Unrest() {
  if (!controller.is_up()) return "the controller is not up";
  Brain& brain = controller.brain();
  for (const std::unique_ptr<Node>& node : nodes) {
    const absl::Status ready = brain.directory.CheckReady(node->id());
    if (!ready.ok()) return std::string(ready.message());
  }
  if (controller.open_calls() > 0) return absl::StrCat(controller.open_calls(), " calls wait");
  if (!brain.dispatcher.IsIdle()) return "work is queued";
  const std::vector<StoredEntry> unfinished = durable->List("unfinished/", "", kAll).value();
  for (const StoredEntry& mark : unfinished) {
    if (!WaitsForDatabase(*durable, mark.key)) return mark.key;
  }
  for (const std::unique_ptr<Node>& node : nodes) {
    const std::string unrest = PoolUnrest(*node);
    if (!unrest.empty()) return unrest;
  }
  if (expired_ && durable->Count("expiring/").value_or(1) > 0) return "expired databases";
  if (expired_ && durable->Count("overlaps/").value_or(1) > 0) return "passwords that are over";
  return "";
}

// What is ready is as much as was asked for, and all of it can be claimed.
std::string System::PoolUnrest(const Node& node) {
  const ReadyTarget& target = ready_.at(node.id());
  const ReadyCount count = controller.brain().pool.Count(node.id());
  const int64_t recorded = durable->Count(absl::StrCat("ready/", node.id(), "/")).value_or(-1);
  const bool is_full = count.databases == target.databases && count.users == target.users;
  if (is_full && recorded == target.databases + target.users) return "";
  return absl::StrCat(node.id(), " has ", count.databases, " databases and ", count.users,
                      " users ready, of ", recorded, " recorded, and is to have ", target.databases,
                      " and ", target.users);
}

void System::LeaveBehind(SimulatedServer& server) {
  const std::string name =
      absl::StrCat("d", controller.brain().installation.id, kLeftover, kLeftover);
  server.fake().CreateForeignDatabase(name, kLegacyOwner);
  leftovers.emplace(&server, name);
}

void System::Plant(SimulatedServer& server, const std::string& name) {
  if (server.fake().HasDatabase(name) || server.fake().HasUser(name)) return;
  server.fake().CreateForeignDatabase(name, name);
  planted.emplace(&server, name);
}

}  // namespace eds::simulation
