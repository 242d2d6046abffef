#ifndef EDS_NODE_AGENT_SERVICE_H_
#define EDS_NODE_AGENT_SERVICE_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/log.h"
#include "common/work_queue.h"
#include "eds/node/v1/agent.grpc.pb.h"
#include "eds/v1/kind.pb.h"
#include "node/configuration_trial.h"
#include "node/fence.h"
#include "node/log_streams.h"
#include "node/server_slot.h"
#include "node/steps.h"

namespace eds {

// How much the agent takes on at a time.
struct AgentLimits {
  size_t workers = 32;  // As many as a server may have connections.
  size_t queue = 256;   // Calls that wait for a worker.
  size_t log_streams = 16;
};

// Serves the controller's calls: runs each step on the server in the slot, on a
// bounded queue, unless it comes too late. A step that has begun is not stopped by a
// cancelled call.
class AgentService final : public node::v1::NodeAgentService::CallbackService {
 public:
  struct Identity {
    v1::Kind kind;
    std::string node;
    std::string instance;
  };

  // All but the values must outlive the service. `on_restart` is called, on any
  // thread, when the agent is to restart.
  AgentService(Identity identity, const AgentLimits& limits, ServerSlot& slot,
               const ConfigurationTrial& trial, Fence& fence, LogTail& log_tail,
               std::function<void()> on_restart);

  // From now on serves calls of `session` alone; see Hello.session. None before that.
  void Obey(const std::string& session);

  // Begins no more steps, not even those that wait, and ends those who read the log.
  void Close();

  grpc::ServerUnaryReactor* CreateDatabase(grpc::CallbackServerContext* context,
                                           const node::v1::CreateDatabaseRequest* request,
                                           node::v1::CreateDatabaseResponse*) override;
  grpc::ServerUnaryReactor* AdoptDatabase(grpc::CallbackServerContext* context,
                                          const node::v1::AdoptDatabaseRequest* request,
                                          node::v1::AdoptDatabaseResponse*) override;
  grpc::ServerUnaryReactor* DropDatabase(grpc::CallbackServerContext* context,
                                         const node::v1::DropDatabaseRequest* request,
                                         node::v1::DropDatabaseResponse*) override;
  grpc::ServerUnaryReactor* CreateUser(grpc::CallbackServerContext* context,
                                       const node::v1::CreateUserRequest* request,
                                       node::v1::CreateUserResponse*) override;
  grpc::ServerUnaryReactor* PrepareUser(grpc::CallbackServerContext* context,
                                        const node::v1::PrepareUserRequest* request,
                                        node::v1::PrepareUserResponse*) override;
  grpc::ServerUnaryReactor* AdmitUser(grpc::CallbackServerContext* context,
                                      const node::v1::AdmitUserRequest* request,
                                      node::v1::AdmitUserResponse*) override;
  grpc::ServerUnaryReactor* SetUserPassword(grpc::CallbackServerContext* context,
                                            const node::v1::SetUserPasswordRequest* request,
                                            node::v1::SetUserPasswordResponse*) override;
  grpc::ServerUnaryReactor* LockUser(grpc::CallbackServerContext* context,
                                     const node::v1::LockUserRequest* request,
                                     node::v1::LockUserResponse*) override;
  grpc::ServerUnaryReactor* DropUser(grpc::CallbackServerContext* context,
                                     const node::v1::DropUserRequest* request,
                                     node::v1::DropUserResponse*) override;
  grpc::ServerUnaryReactor* SetAdminPassword(grpc::CallbackServerContext* context,
                                             const node::v1::SetAdminPasswordRequest* request,
                                             node::v1::SetAdminPasswordResponse* response) override;
  grpc::ServerWriteReactor<node::v1::ListObjectsResponse>* ListObjects(
      grpc::CallbackServerContext* context, const node::v1::ListObjectsRequest* request) override;
  grpc::ServerUnaryReactor* InspectDatabase(grpc::CallbackServerContext* context,
                                            const node::v1::InspectDatabaseRequest* request,
                                            node::v1::InspectDatabaseResponse* response) override;
  grpc::ServerUnaryReactor* InspectUser(grpc::CallbackServerContext* context,
                                        const node::v1::InspectUserRequest* request,
                                        node::v1::InspectUserResponse* response) override;
  grpc::ServerUnaryReactor* Diagnose(grpc::CallbackServerContext* context,
                                     const node::v1::DiagnoseRequest* request,
                                     node::v1::DiagnoseResponse* response) override;
  grpc::ServerUnaryReactor* Restart(grpc::CallbackServerContext* context,
                                    const node::v1::RestartRequest* request,
                                    node::v1::RestartResponse*) override;
  grpc::ServerWriteReactor<node::v1::TailLogResponse>* TailLog(
      grpc::CallbackServerContext* context, const node::v1::TailLogRequest* request) override;

 private:
  using Work = std::function<absl::Status(absl::Time deadline)>;
  using Done = std::function<void(const absl::Status&)>;

  absl::Status CheckTarget(const node::v1::Target& target) const;
  // Has `work` done on the queue, then calls `done` with what came of it.
  void Enqueue(const grpc::CallbackServerContext& context, const node::v1::Target& target,
               Work work, const Done& done);
  // Whether what has waited may still be done.
  absl::Status CheckStart(const grpc::CallbackServerContext& context,
                          const node::v1::Target& target, absl::Time deadline) const;
  absl::Status CarryOut(const Step& step, absl::Time deadline);

  // Serves a call that is one step, unless that is an error.
  grpc::ServerUnaryReactor* Serve(grpc::CallbackServerContext& context, absl::string_view method,
                                  const node::v1::Target& target, absl::StatusOr<Step> step);

  const Identity identity_;
  ServerSlot& slot_;
  const ConfigurationTrial& trial_;
  Fence& fence_;
  const std::function<void()> on_restart_;
  std::atomic<bool> closed_ = false;
  mutable absl::Mutex mutex_;
  std::string session_ ABSL_GUARDED_BY(mutex_);  // Empty: it has joined no controller yet.
  LogStreams log_streams_;
  WorkQueue queue_;
};

}  // namespace eds

#endif  // EDS_NODE_AGENT_SERVICE_H_
