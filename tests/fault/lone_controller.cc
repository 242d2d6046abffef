#include "tests/fault/lone_controller.h"

#include <chrono>
#include <filesystem>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/grpc_status.h"
#include "common/status_macros.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

namespace eds {
namespace {

constexpr std::chrono::seconds kPatience(60);
constexpr char kConfig[] = "nodes/mysql_node/config";
constexpr char kKey[] = "mysql/host";

std::chrono::system_clock::time_point Deadline() {
  return std::chrono::system_clock::now() + kPatience;
}

}  // namespace

std::vector<std::string> LoneController::CommandLine(const Files& files) {
  return {(std::filesystem::current_path() / "controller/controller").string(),
          absl::StrCat("--listen=unix:", files.socket), absl::StrCat("--store=", files.store),
          absl::StrCat("--key_file=", files.key)};
}

absl::StatusOr<std::unique_ptr<LoneController>> LoneController::Start(const Files& files) {
  auto controller = absl::WrapUnique(new LoneController);
  ASSIGN_OR_RETURN(controller->process_,
                   ChildProcess::Start({.argv = CommandLine(files)}, files.log));
  const auto channel =
      grpc::CreateChannel(absl::StrCat("unix:", files.socket), grpc::InsecureChannelCredentials());
  if (!channel->WaitForConnected(Deadline())) {
    return absl::UnavailableError(absl::StrCat("the controller does not serve: see ", files.log));
  }
  controller->configs_ = v1::ConfigService::NewStub(channel);
  return controller;
}

absl::Status LoneController::Set(const std::string& host) {
  grpc::ClientContext context;
  context.set_deadline(Deadline());
  v1::SetConfigRequest request;
  request.set_name(kConfig);
  v1::ConfigEntry& entry = *request.add_entries();
  entry.set_key(kKey);
  entry.set_value(host);
  v1::Config config;
  return FromGrpcStatus(configs_->SetConfig(&context, request, &config));
}

absl::StatusOr<std::string> LoneController::Get() {
  grpc::ClientContext context;
  context.set_deadline(Deadline());
  v1::GetConfigRequest request;
  request.set_name(kConfig);
  v1::Config config;
  RETURN_IF_ERROR(FromGrpcStatus(configs_->GetConfig(&context, request, &config)));
  for (const v1::ConfigEntry& entry : config.entries()) {
    if (entry.key() == kKey) return entry.value();
  }
  return absl::NotFoundError(kKey);
}

int LoneController::End(int signal) {
  process_->Signal(signal);
  return process_->Wait().value_or(-1);
}

}  // namespace eds
