#include "tests/e2e/eds_processes.h"

#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/status_macros.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// A channel that notices soon when a process is back.
std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

// A test runs in the folder that its runfiles lie in.
std::string Program(const std::string& path) {
  return (std::filesystem::current_path() / path).string();
}

}  // namespace

absl::StatusOr<std::unique_ptr<EdsProcesses>> EdsProcesses::Start(
    const std::vector<std::string>& kinds, std::map<std::string, ProcessChange> changes) {
  std::unique_ptr<EdsProcesses> eds(new EdsProcesses);
  eds->changes_ = std::move(changes);
  ASSIGN_OR_RETURN(eds->folder_, TemporaryFolder::New());
  RETURN_IF_ERROR(eds->StartProcess("controller"));
  const auto channel = ChannelTo(eds->Address("controller"));
  eds->configs_ = v1::ConfigService::NewStub(channel);
  eds->databases_ = v1::DatabaseService::NewStub(channel);
  eds->nodes_ = v1::NodeService::NewStub(channel);
  eds->maintenance_ = v1::MaintenanceService::NewStub(channel);
  for (const std::string& kind : kinds) {
    RETURN_IF_ERROR(eds->StartProcess(absl::StrCat(kind, "_node")));
  }
  return eds;
}

Command EdsProcesses::CommandOf(const std::string& name) const {
  std::string program = absl::StrCat(name, "/", name);
  std::map<std::string, std::string> flags = {{"--listen", Address(name)}};
  if (name == "controller") {
    flags["--store"] = File("state.db");
    flags["--key_file"] = File("key");
  } else {
    flags["--controller"] = Address("controller");
  }
  Command command;
  if (const auto change = changes_.find(name); change != changes_.end()) {
    if (!change->second.program.empty()) program = change->second.program;
    for (const auto& [flag, value] : change->second.flags) flags[flag] = value;
    command.env = change->second.env;
  }
  command.argv = {Program(program)};
  for (const auto& [flag, value] : flags) command.argv.push_back(absl::StrCat(flag, "=", value));
  return command;
}

absl::Status EdsProcesses::StartProcess(const std::string& name) {
  ASSIGN_OR_RETURN(processes_[name], ChildProcess::Start(CommandOf(name), File(name + ".log")));
  // It serves as soon as it can be connected to.
  if (!ChannelTo(Address(name))
           ->WaitForConnected(std::chrono::system_clock::now() +
                              absl::ToChronoMilliseconds(kPatience))) {
    return absl::UnavailableError(absl::StrCat(name, " does not serve:\n", LogOf(name)));
  }
  return absl::OkStatus();
}

int EdsProcesses::EndProcess(const std::string& name, int signal) {
  ChildProcess& process = *processes_.at(name);
  process.Signal(signal);
  const int exit_code = process.Wait().value_or(-1);
  processes_.erase(name);
  return exit_code;
}

std::string EdsProcesses::Address(const std::string& name) const {
  return absl::StrCat("unix:", File(name + ".sock"));
}

std::string EdsProcesses::LogOf(const std::string& name) const { return Read(File(name + ".log")); }

std::string EdsProcesses::EverythingWritten() const {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(folder_->path())) {
    if (entry.is_regular_file()) all += Read(entry.path().string());
  }
  return all;
}

Ended EdsProcesses::Run(absl::string_view command_line) {
  std::vector<std::string> argv = absl::StrSplit(command_line, ' ');
  argv[0] = Program(absl::StrCat("tests/e2e/bin/", argv[0]));
  const absl::StatusOr<Ended> ended =
      RunToEnd({.argv = argv, .env = {absl::StrCat("EDS_CONTROLLER=", Address("controller"))}});
  if (!ended.ok()) return {.exit_code = -1, .errors = ended.status().ToString()};
  return *ended;
}

std::string EdsProcesses::MustRun(absl::string_view command_line) {
  const Ended ended = Run(command_line);
  EXPECT_EQ(ended.exit_code, 0) << command_line << "\n" << ended.output << ended.errors;
  return ended.output;
}

void EdsProcesses::SetReady(const std::string& kind, Ready ready) {
  MustRun(absl::StrCat("edsctl config set ", kind, "_node ", kind, "/ready_databases=",
                       ready.databases, " ", kind, "/ready_users=", ready.users));
}

void EdsProcesses::Configure(const std::string& kind, const Login& admin, Ready ready) {
  SetReady(kind, ready);
  const std::string set = absl::StrCat("kato config set ", kind, "_node ", kind, "/");
  MustRun(absl::StrCat(set, "host ", admin.host));
  MustRun(absl::StrCat(set, "pass ", admin.password.Reveal()));
  MustRun(absl::StrCat(set, "port ", admin.port));
  MustRun(absl::StrCat(set, "user ", admin.user));
  MustRun(absl::StrCat("kato restart ", kind, "_node"));
}

std::string EdsProcesses::CreateService(const std::string& kind) {
  std::string output = MustRun(absl::StrCat("helion create-service ", kind));
  absl::string_view name = output;
  EXPECT_TRUE(absl::ConsumePrefix(&name, "Creating Service [") &&
              absl::ConsumeSuffix(&name, "]: OK\n"))
      << output;
  return std::string(name);
}

Login EdsProcesses::BindService(const std::string& service) {
  const std::string output = MustRun(absl::StrCat("helion bind-service ", service, " -o json"));
  const auto json = nlohmann::json::parse(output, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    ADD_FAILURE() << "no JSON: " << output;
    return {};
  }
  return {.host = json.value("host", ""),
          .port = json.value("port", 0),
          .user = json.value("username", ""),
          .password = Secret(json.value("password", "")),
          .database = json.value("name", "")};
}

bool EdsProcesses::WaitForState(const std::string& node, v1::Node::State state) {
  const absl::Time deadline = absl::Now() + kPatience;
  while (absl::Now() < deadline) {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(absl::ToChronoTime(deadline));
    v1::GetNodeRequest request;
    request.set_name(absl::StrCat("nodes/", node));
    v1::Node answer;
    if (nodes_->GetNode(&context, request, &answer).ok() && answer.state() == state) return true;
  }
  return false;
}

}  // namespace eds
