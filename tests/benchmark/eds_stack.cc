#include "tests/benchmark/eds_stack.h"

#include <csignal>
#include <thread>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status_macros.h"

namespace eds::benchmark {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(5);
constexpr absl::Duration kBetweenLooks = absl::Milliseconds(20);
// Entries made in a second at the most: to fill pools where no time is taken, and as the
// default has it.
constexpr char kFillRate[] = "1000";
constexpr char kDefaultRate[] = "10";

std::string KindOf(const std::string& node) { return node.substr(0, node.find('_')); }

}  // namespace

absl::StatusOr<std::unique_ptr<EdsStack>> EdsStack::Start(const Server& server) {
  auto stack = absl::WrapUnique(new EdsStack(server));
  ASSIGN_OR_RETURN(stack->folder_, TemporaryFolder::New());
  stack->store_ = stack->folder_->File("state.db");
  std::map<std::string, ProcessChange> changes;
  changes["controller"].flags["--store"] = stack->store_;
  ASSIGN_OR_RETURN(stack->processes_, EdsProcesses::Start({}, std::move(changes)));
  stack->client_ = stack->NewClient();
  ASSIGN_OR_RETURN(stack->node_, stack->AddNode(server));
  return stack;
}

absl::StatusOr<std::string> EdsStack::AddNode(const Server& server) {
  const std::string node = absl::StrCat(server.kind(), "_node");
  RETURN_IF_ERROR(processes_->StartProcess(node));
  const Login& admin = server.admin();
  RETURN_IF_ERROR(WaitUntil(node, "joined", [](const v1::Node& known) {
    return known.state() != v1::Node::STATE_DISCONNECTED;
  }));
  RETURN_IF_ERROR(SetConfig(node, {{"host", admin.host},
                                   {"port", absl::StrCat(admin.port)},
                                   {"user", admin.user},
                                   {"pass", admin.password.Reveal()},
                                   {"pool_size", absl::StrCat(kPoolSize)},
                                   {"ready_databases", "0"},
                                   {"ready_users", "0"}}));
  return node;
}

std::unique_ptr<EdsClient> EdsStack::NewClient() const {
  return std::make_unique<EdsClient>(address());
}

absl::Status EdsStack::SetPools(const std::string& node, const Pools& pools) {
  RETURN_IF_ERROR(SetConfig(node, {{"ready_databases", absl::StrCat(pools.databases)},
                                   {"ready_users", absl::StrCat(pools.users)},
                                   {"ready_rate", kFillRate}}));
  const auto filled = [](int64_t count, int wanted) {
    return wanted == 0 ? count == 0 : count >= wanted;
  };
  RETURN_IF_ERROR(WaitUntil(
      node, absl::StrCat("ready with ", pools.databases, " databases and ", pools.users, " users"),
      [&](const v1::Node& known) {
        return filled(known.ready_database_count(), pools.databases) &&
               filled(known.ready_user_count(), pools.users);
      }));
  return SetConfig(node, {{"ready_rate", kDefaultRate}});
}

absl::Status EdsStack::StopController() {
  const int exit_code = processes_->EndProcess("controller", SIGTERM);
  if (exit_code == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("the controller ended with ", exit_code));
}

absl::StatusOr<absl::Duration> EdsStack::StartController() {
  const absl::Time start = absl::Now();
  RETURN_IF_ERROR(processes_->StartProcess("controller"));
  client_ = NewClient();
  RETURN_IF_ERROR(client_->ListDatabases());
  const absl::Duration taken = absl::Now() - start;
  RETURN_IF_ERROR(WaitUntilReady(node_));
  return taken;
}

absl::Status EdsStack::SetConfig(const std::string& node,
                                 const std::map<std::string, std::string>& values) {
  v1::SetConfigRequest request;
  request.set_name(absl::StrCat("nodes/", node, "/config"));
  for (const auto& [suffix, value] : values) {
    v1::ConfigEntry& entry = *request.add_entries();
    entry.set_key(absl::StrCat(KindOf(node), "/", suffix));
    entry.set_value(value);
  }
  ASSIGN_OR_RETURN(const v1::Config config, client_->SetConfig(request));
  return WaitUntil(node, absl::StrCat("ready at revision ", config.revision()),
                   [&config](const v1::Node& known) {
                     return known.state() == v1::Node::STATE_READY &&
                            known.applied_revision() >= config.revision();
                   });
}

absl::Status EdsStack::WaitUntil(const std::string& node, const std::string& what,
                                 const std::function<bool(const v1::Node&)>& holds) {
  const absl::Time deadline = absl::Now() + kPatience;
  absl::StatusOr<v1::Node> known = client_->GetNode(node);
  while (!known.ok() || !holds(*known)) {
    if (absl::Now() > deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat(node, " is not ", what, ": ",
                       known.ok() ? known->ShortDebugString() : known.status().ToString()));
    }
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(kBetweenLooks));
    known = client_->GetNode(node);
  }
  return absl::OkStatus();
}

absl::Status EdsStack::WaitUntilReady(const std::string& node) {
  return WaitUntil(node, "ready",
                   [](const v1::Node& known) { return known.state() == v1::Node::STATE_READY; });
}

}  // namespace eds::benchmark
