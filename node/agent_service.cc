#include "node/agent_service.h"

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/call_log.h"
#include "common/error.h"
#include "common/failpoint.h"
#include "common/grpc_status.h"
#include "common/identifier.h"
#include "common/status_macros.h"
#include "node/chunk_stream.h"
#include "node/diagnosis.h"
#include "node/steps.h"
#include "node/wire.h"

namespace eds {
namespace {

constexpr absl::Duration kDefaultTime = absl::Seconds(60);
constexpr size_t kNamesPerChunk = 1000;
constexpr int kMaxTailLines = 1000;
constexpr char kAdministrator[] = "#administrator";  // As an object: no other has that name.
constexpr absl::Duration kTrialTime = absl::Seconds(20);

using node::v1::ListObjectsResponse;

absl::Time DeadlineOf(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::Now() + kDefaultTime;
  return absl::FromChrono(deadline);
}

absl::Status NotConnected(absl::string_view message) {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kNodeNotConnected, message);
}

template <typename Adder>
void AddNames(const std::vector<std::string>& names, std::vector<ListObjectsResponse>& chunks,
              Adder add) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (i % kNamesPerChunk == 0) chunks.emplace_back();
    (chunks.back().*add)(names[i]);
  }
}

template <typename Response>
absl::Status Tell(const absl::StatusOr<std::vector<Deviation>>& deviations, Response& response) {
  RETURN_IF_ERROR(deviations.status());
  for (const Deviation& deviation : *deviations) {
    *response.add_deviations() = ToDeviation(deviation);
  }
  return absl::OkStatus();
}

std::vector<ListObjectsResponse> ToChunks(const Inventory& inventory) {
  using Adder = void (ListObjectsResponse::*)(const std::string&);
  std::vector<ListObjectsResponse> chunks;
  AddNames<Adder>(inventory.databases, chunks, &ListObjectsResponse::add_databases);
  AddNames<Adder>(inventory.users, chunks, &ListObjectsResponse::add_users);
  return chunks;
}

}  // namespace

AgentService::AgentService(Identity identity, const AgentLimits& limits, ServerSlot& slot,
                           const ConfigurationTrial& trial, Fence& fence, LogTail& log_tail,
                           std::function<void()> on_restart)
    : identity_(std::move(identity)),
      slot_(slot),
      trial_(trial),
      fence_(fence),
      on_restart_(std::move(on_restart)),
      log_streams_(limits.log_streams, log_tail),
      queue_("steps", limits.workers, limits.queue) {}

void AgentService::Obey(const std::string& session) {
  absl::MutexLock lock(&mutex_);
  session_ = session;
}

void AgentService::Close() {
  closed_ = true;
  log_streams_.Close();
}

absl::Status AgentService::CheckTarget(const node::v1::Target& target) const {
  if (target.node() != identity_.node || target.instance() != identity_.instance) {
    return NotConnected(absl::StrCat("this is not the agent that the step is meant for, but ",
                                     identity_.node, " after a restart, or another node"));
  }
  absl::MutexLock lock(&mutex_);
  if (session_.empty() || target.session() != session_) {
    return NotConnected(absl::StrCat("the step is not from the controller that ", identity_.node,
                                     " joined last, or from before it joined; nothing was done"));
  }
  return absl::OkStatus();
}

absl::Status AgentService::CheckStart(const grpc::CallbackServerContext& context,
                                      const node::v1::Target& target, absl::Time deadline) const {
  if (closed_) return NotConnected("the node shuts down or restarts; nothing was done");
  RETURN_IF_ERROR(CheckTarget(target));
  if (context.IsCancelled()) return absl::CancelledError("cancelled before it began");
  if (deadline <= absl::Now()) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
                     "the deadline passed before the step began; nothing was done");
  }
  return absl::OkStatus();
}

void AgentService::Enqueue(const grpc::CallbackServerContext& context,
                           const node::v1::Target& target, Work work, const Done& done) {
  const bool queued = queue_.Push(
      [this, &context, &target, deadline = DeadlineOf(context), work = std::move(work), done] {
        const absl::Status start = CheckStart(context, target, deadline);
        done(start.ok() ? work(deadline) : start);
      });
  if (queued) return;
  done(WithRetryAfter(
      MakeError(absl::StatusCode::kResourceExhausted, Reason::kNodeBusy,
                absl::StrCat(identity_.node, " has too many steps waiting; nothing was done")),
      absl::Seconds(1)));
}

grpc::ServerUnaryReactor* AgentService::Serve(grpc::CallbackServerContext& context,
                                              absl::string_view method,
                                              const node::v1::Target& target,
                                              absl::StatusOr<Step> step) {
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  const CallLog log(context, method);
  const absl::Status valid = step.ok() ? CheckTarget(target) : step.status();
  if (!valid.ok()) {
    Finish(*reactor, log, valid);
    return reactor;
  }
  const auto work = [this, &context, &target, step = *std::move(step)](absl::Time deadline) {
    return fence_.Run(step.object, target.epoch(), deadline, [&]() -> absl::Status {
      RETURN_IF_ERROR(CheckStart(context, target, deadline));
      return CarryOut(step, deadline);
    });
  };
  Enqueue(context, target, work,
          [reactor, log](const absl::Status& status) { Finish(*reactor, log, status); });
  return reactor;
}

absl::Status AgentService::CarryOut(const Step& step, absl::Time deadline) {
  ASSIGN_OR_RETURN(const std::shared_ptr<DatabaseServer> server, slot_.Get());
  Failpoint("before a step");
  const absl::Status status = step.run(*server, deadline);
  Failpoint("after a step");
  if (HasReason(status, Reason::kServerClaimed)) slot_.RecordProbe(*server, status);
  return status;
}

grpc::ServerUnaryReactor* AgentService::CreateDatabase(
    grpc::CallbackServerContext* context, const node::v1::CreateDatabaseRequest* request,
    node::v1::CreateDatabaseResponse*) {
  return Serve(*context, "CreateDatabase", request->target(), ToStep(identity_.kind, *request));
}

grpc::ServerUnaryReactor* AgentService::AdoptDatabase(grpc::CallbackServerContext* context,
                                                      const node::v1::AdoptDatabaseRequest* request,
                                                      node::v1::AdoptDatabaseResponse*) {
  return Serve(*context, "AdoptDatabase", request->target(), ToStep(identity_.kind, *request));
}

grpc::ServerUnaryReactor* AgentService::DropDatabase(grpc::CallbackServerContext* context,
                                                     const node::v1::DropDatabaseRequest* request,
                                                     node::v1::DropDatabaseResponse*) {
  return Serve(*context, "DropDatabase", request->target(), ToStep(identity_.kind, *request));
}

grpc::ServerUnaryReactor* AgentService::CreateUser(grpc::CallbackServerContext* context,
                                                   const node::v1::CreateUserRequest* request,
                                                   node::v1::CreateUserResponse*) {
  return Serve(*context, "CreateUser", request->target(), ToStep(identity_.kind, *request));
}

grpc::ServerUnaryReactor* AgentService::PrepareUser(grpc::CallbackServerContext* context,
                                                    const node::v1::PrepareUserRequest* request,
                                                    node::v1::PrepareUserResponse*) {
  return Serve(*context, "PrepareUser", request->target(), ToStep(identity_.kind, *request));
}

grpc::ServerUnaryReactor* AgentService::AdmitUser(grpc::CallbackServerContext* context,
                                                  const node::v1::AdmitUserRequest* request,
                                                  node::v1::AdmitUserResponse*) {
  return Serve(*context, "AdmitUser", request->target(), ToStep(identity_.kind, *request));
}

grpc::ServerUnaryReactor* AgentService::SetUserPassword(
    grpc::CallbackServerContext* context, const node::v1::SetUserPasswordRequest* request,
    node::v1::SetUserPasswordResponse*) {
  return Serve(*context, "SetUserPassword", request->target(), ToStep(identity_.kind, *request));
}

grpc::ServerUnaryReactor* AgentService::LockUser(grpc::CallbackServerContext* context,
                                                 const node::v1::LockUserRequest* request,
                                                 node::v1::LockUserResponse*) {
  return Serve(*context, "LockUser", request->target(), ToStep(identity_.kind, *request));
}

grpc::ServerUnaryReactor* AgentService::DropUser(grpc::CallbackServerContext* context,
                                                 const node::v1::DropUserRequest* request,
                                                 node::v1::DropUserResponse*) {
  return Serve(*context, "DropUser", request->target(), ToStep(identity_.kind, *request));
}

grpc::ServerUnaryReactor* AgentService::SetAdminPassword(
    grpc::CallbackServerContext* context, const node::v1::SetAdminPasswordRequest* request,
    node::v1::SetAdminPasswordResponse*) {
  // The server that there is now may be that of an earlier revision.
  const auto run = [this, revision = request->revision()](DatabaseServer&,
                                                          absl::Time deadline) -> absl::Status {
    RETURN_IF_ERROR(trial_.AwaitInUse(revision, std::min(deadline, absl::Now() + kTrialTime)));
    ASSIGN_OR_RETURN(const std::shared_ptr<DatabaseServer> server, slot_.Get());
    return server->SetAdminPassword(deadline);
  };
  return Serve(*context, "SetAdminPassword", request->target(), Step{kAdministrator, run});
}

grpc::ServerWriteReactor<ListObjectsResponse>* AgentService::ListObjects(
    grpc::CallbackServerContext* context, const node::v1::ListObjectsRequest* request) {
  auto* stream = new ChunkStream<ListObjectsResponse>(CallLog(*context, "ListObjects"));
  const auto installation = Identifier::ParsePart(request->installation(), "installation");
  const absl::Status valid =
      installation.ok() ? CheckTarget(request->target()) : installation.status();
  if (!valid.ok()) {
    stream->Send({}, valid);
    return stream;
  }
  // Shared by the two functions, which run one after the other.
  const auto inventory = std::make_shared<Inventory>();
  const auto work = [this, inventory,
                     installation = *installation](absl::Time deadline) -> absl::Status {
    ASSIGN_OR_RETURN(const std::shared_ptr<DatabaseServer> server, slot_.Get());
    ASSIGN_OR_RETURN(*inventory, server->ListObjects(installation, deadline));
    return absl::OkStatus();
  };
  Enqueue(*context, request->target(), work, [stream, inventory](const absl::Status& status) {
    stream->Send(ToChunks(*inventory), status);
  });
  return stream;
}

grpc::ServerUnaryReactor* AgentService::InspectDatabase(
    grpc::CallbackServerContext* context, const node::v1::InspectDatabaseRequest* request,
    node::v1::InspectDatabaseResponse* response) {
  const auto inspection = [&]() -> absl::StatusOr<Step> {
    ASSIGN_OR_RETURN(const DatabaseSpec database, ToDatabase(identity_.kind, *request));
    return Step{database.name.text(),
                [database, response](DatabaseServer& server, absl::Time deadline) {
                  return Tell(server.InspectDatabase(database, deadline), *response);
                }};
  };
  return Serve(*context, "InspectDatabase", request->target(), inspection());
}

grpc::ServerUnaryReactor* AgentService::InspectUser(grpc::CallbackServerContext* context,
                                                    const node::v1::InspectUserRequest* request,
                                                    node::v1::InspectUserResponse* response) {
  const auto inspection = [&]() -> absl::StatusOr<Step> {
    ASSIGN_OR_RETURN(const UserSpec user, ToUser(identity_.kind, *request));
    return Step{user.name.text(), [user, response](DatabaseServer& server, absl::Time deadline) {
                  return Tell(server.InspectUser(user, deadline), *response);
                }};
  };
  return Serve(*context, "InspectUser", request->target(), inspection());
}

grpc::ServerUnaryReactor* AgentService::Diagnose(grpc::CallbackServerContext* context,
                                                 const node::v1::DiagnoseRequest* request,
                                                 node::v1::DiagnoseResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const CallLog log(*context, "Diagnose");
  if (const absl::Status valid = CheckTarget(request->target()); !valid.ok()) {
    Finish(*reactor, log, valid);
    return reactor;
  }
  const auto work = [this, response](absl::Time deadline) {
    for (const Finding& finding : eds::Diagnose(slot_.State(), trial_.Refusal(), deadline)) {
      *response->add_findings() = ToFinding(finding);
    }
    return absl::OkStatus();
  };
  Enqueue(*context, request->target(), work,
          [reactor, log](const absl::Status& status) { Finish(*reactor, log, status); });
  return reactor;
}

grpc::ServerUnaryReactor* AgentService::Restart(grpc::CallbackServerContext* context,
                                                const node::v1::RestartRequest* request,
                                                node::v1::RestartResponse*) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::Status valid = CheckTarget(request->target());
  Finish(*reactor, CallLog(*context, "Restart"), valid);
  if (valid.ok()) on_restart_();
  return reactor;
}

grpc::ServerWriteReactor<node::v1::TailLogResponse>* AgentService::TailLog(
    grpc::CallbackServerContext* context, const node::v1::TailLogRequest* request) {
  const CallLog log(*context, "TailLog");
  const auto open = [&]() -> absl::StatusOr<LogStreams::Reactor*> {
    if (request->lines() < 0 || request->lines() > kMaxTailLines) {
      return InvalidField("lines", absl::StrCat("must be 0 to ", kMaxTailLines));
    }
    RETURN_IF_ERROR(CheckTarget(request->target()));
    return log_streams_.Open(static_cast<size_t>(request->lines()), request->follow(), log);
  };
  const absl::StatusOr<LogStreams::Reactor*> opened = open();
  if (opened.ok()) return *opened;
  auto* refusal = new ChunkStream<node::v1::TailLogResponse>(log);
  refusal->Send({}, opened.status());
  return refusal;
}

}  // namespace eds
