#include "tests/benchmark/empty_caller.h"

#include <chrono>
#include <filesystem>

#include "absl/memory/memory.h"
#include "absl/time/time.h"
#include "common/grpc_status.h"
#include "common/status_macros.h"
#include "grpcpp/channel.h"
#include "tests/benchmark/eds_client.h"

namespace eds::benchmark {
namespace {

constexpr std::chrono::seconds kPatience(30);

}  // namespace

absl::StatusOr<std::unique_ptr<EmptyCaller>> EmptyCaller::Start() {
  auto caller = absl::WrapUnique(new EmptyCaller);
  ASSIGN_OR_RETURN(caller->folder_, TemporaryFolder::New());
  const std::string program = std::filesystem::current_path() / "tests/benchmark/empty_server";
  ASSIGN_OR_RETURN(caller->server_, ChildProcess::Start({.argv = {program, caller->address()}},
                                                        caller->folder_->File("log")));
  return caller;
}

absl::Status EmptyCaller::Prepare(const RoundPlan& plan) {
  while (static_cast<int>(stubs_.size()) < plan.callers) {
    const auto channel = NewChannel(address());
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + kPatience)) {
      return absl::UnavailableError("the server of the empty call does not serve");
    }
    stubs_.push_back(empty::v1::EmptyService::NewStub(channel));
  }
  return absl::OkStatus();
}

absl::Status EmptyCaller::Run(int caller, int operation) {
  static_cast<void>(operation);
  grpc::ClientContext context;
  SetDeadline(context);
  empty::v1::DoNothingResponse response;
  return FromGrpcStatus(
      stubs_[caller]->DoNothing(&context, empty::v1::DoNothingRequest(), &response));
}

}  // namespace eds::benchmark
