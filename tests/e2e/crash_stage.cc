#include "tests/e2e/crash_stage.h"

#include <signal.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "gtest/gtest.h"

namespace eds {

absl::StatusOr<std::unique_ptr<CrashStage>> CrashStage::Set(const Engine& engine) {
  auto stage = absl::WrapUnique(new CrashStage);
  stage->kind_ = engine.kind;
  ASSIGN_OR_RETURN(stage->folder_, TemporaryFolder::New());
  ASSIGN_OR_RETURN(stage->server_, engine.start({.log_statements = true}));
  ASSIGN_OR_RETURN(const Login admin, stage->server_->CreateMinimalAdmin());
  const std::string node = absl::StrCat(engine.kind, "_node");
  ASSIGN_OR_RETURN(
      stage->eds_,
      EdsProcesses::Start({engine.kind}, {{"controller", stage->WithFailpoints("controller")},
                                          {node, stage->WithFailpoints(node)}}));
  stage->eds_->Configure(engine.kind, admin);
  stage->api_ = std::make_unique<ApiClient>(*stage->eds_);
  stage->audit_ = std::make_unique<Audit>(*stage->api_, *stage->server_, engine.kind);
  return stage;
}

std::string CrashStage::FailpointsOf(const std::string& process) const {
  return folder_->File(process);
}

ProcessChange CrashStage::WithFailpoints(const std::string& process) const {
  return {.program = absl::StrCat(process, "/", process, "_with_failpoints"),
          .env = {absl::StrCat("EDS_FAILPOINTS=", FailpointsOf(process))}};
}

absl::Status CrashStage::SetReady(const Ready& ready) { return api_->SetReady(kind_, ready); }

std::string CrashStage::NewRequestId() { return absl::StrCat("request-", ++requests_); }

void CrashStage::Arm(const std::string& process, int nth) {
  // In one step, lest the process reads half of it.
  const std::string draft = absl::StrCat(FailpointsOf(process), ".draft");
  std::ofstream(draft) << nth << " kill";
  rename(draft.c_str(), FailpointsOf(process).c_str());
}

absl::optional<std::string> CrashStage::Disarm(const std::string& process) {
  const std::string report = absl::StrCat(FailpointsOf(process), ".reached");
  remove(FailpointsOf(process).c_str());
  std::ifstream file(report);
  std::string name;
  if (!std::getline(file, name)) return absl::nullopt;
  remove(report.c_str());
  return name;
}

absl::Status CrashStage::Revive(const std::string& process) {
  eds_->EndProcess(process, SIGKILL);
  RETURN_IF_ERROR(eds_->StartProcess(process));
  if (eds_->WaitForState(absl::StrCat(kind_, "_node"), v1::Node::STATE_READY)) {
    return absl::OkStatus();
  }
  return absl::DeadlineExceededError(
      absl::StrCat("the node did not come back:\n", eds_->LogOf(process)));
}

void CrashStage::CheckSecrecy() {
  audit_->CheckSecrecy("a file of ours", eds_->EverythingWritten());
  audit_->CheckSecrecy("a log of the server", server_->ReadLogs());
}

}  // namespace eds
