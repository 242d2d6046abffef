#ifndef EDS_TESTS_SIMULATION_CONTROLLER_PROCESS_H_
#define EDS_TESTS_SIMULATION_CONTROLLER_PROCESS_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/error.h"
#include "common/grpc_status.h"
#include "controller/state/cached_store.h"
#include "controller/state/state_store.h"
#include "grpcpp/test/default_reactor_test_peer.h"
#include "tests/simulation/brain.h"
#include "tests/simulation/environment.h"
#include "tests/simulation/link.h"
#include "tests/simulation/network.h"
#include "tests/simulation/simulated_store.h"

namespace eds::simulation {

// The controller: one incarnation after the other, on the same durable store.
class ControllerProcess {
 public:
  // All must outlive the controller.
  ControllerProcess(Environment& environment, Network& network, StateStore& durable)
      : environment_(environment), network_(network), durable_(durable) {}

  void Start();

  // Null if nobody listens. The agent's first message is to be its Hello.
  std::shared_ptr<Link> Dial(const std::shared_ptr<Process>& agent);

  // A client's call. What becomes of it when the client stops to wait is another matter.
  template <typename Service, typename Request, typename Response>
  absl::StatusOr<Response> Call(Service Brain::*service,
                                grpc::ServerUnaryReactor* (Service::*method)(
                                    grpc::CallbackServerContext*, const Request*, Response*),
                                const Request& request, absl::Duration timeout);

  // Has `work` done inside the process, and waits until it is, or the process is dead.
  void Do(std::function<void(Brain&)> work);

  bool is_up() const { return process_ != nullptr && !process_->dead && brain_ != nullptr; }
  Brain& brain() { return *brain_; }
  const std::shared_ptr<Process>& process() const { return process_; }

  // Calls that this incarnation has taken on and not answered yet.
  int open_calls() const { return open_calls_; }

 private:
  template <typename Request, typename Response>
  struct ServedCall {
    Request request;
    Response response;
    grpc::CallbackServerContext context;
    std::unique_ptr<grpc::testing::DefaultReactorTestPeer> peer;
    bool finished = false;
    absl::Status status;
  };

  void Run();
  absl::Status Boot();
  void Reconcile();
  void KeepPools();
  void End();
  void Attend(Link& link);
  absl::Status Take(const node::v1::JoinRequest& request, Link& link, std::string& node);
  absl::Status Admit(const node::v1::Hello& hello, Link& link);
  static absl::Status NoAnswer();

  Environment& environment_;
  Network& network_;
  StateStore& durable_;
  std::shared_ptr<Process> process_;  // Shared with the scheduler. Null: never started.
  std::unique_ptr<SimulatedStore> store_;
  std::unique_ptr<CachedStore> cached_;       // In front of it.
  std::unique_ptr<Brain> brain_;              // Null while it boots, and when it is dead.
  std::vector<std::shared_ptr<void>> calls_;  // Shared with the clients.
  int open_calls_ = 0;
  bool poked_ = false;
};

template <typename Service, typename Request, typename Response>
absl::StatusOr<Response> ControllerProcess::Call(
    Service Brain::*service,
    grpc::ServerUnaryReactor* (Service::*method)(grpc::CallbackServerContext*, const Request*,
                                                 Response*),
    const Request& request, absl::Duration timeout) {
  Scheduler& scheduler = environment_.scheduler;
  const absl::Time deadline = scheduler.Now() + timeout;
  environment_.Spend(environment_.faults.longest_transit);
  if (!is_up() || environment_.dice.Chance(environment_.faults.client_cut_off)) return NoAnswer();
  auto call = std::make_shared<ServedCall<Request, Response>>();
  call->request = request;
  call->peer = std::make_unique<grpc::testing::DefaultReactorTestPeer>(
      &call->context, [this, call = call.get()](const grpc::Status& status) {
        call->finished = true;
        call->status = FromGrpcStatus(status);
        --open_calls_;
      });
  calls_.push_back(call);
  ++open_calls_;
  const std::shared_ptr<Process> server = process_;
  scheduler.Spawn(server, [this, service, method, call = call.get()] {
    ((*brain_.*service).*method)(&call->context, &call->request, &call->response);
  });
  const auto ended = [&] { return call->finished || server->dead; };
  if (!scheduler.WaitUntil(ended, deadline)) {
    return absl::DeadlineExceededError("the client's deadline has passed");
  }
  environment_.Spend(environment_.faults.longest_transit);
  if (!call->finished || environment_.dice.Chance(environment_.faults.client_cut_off)) {
    return NoAnswer();
  }
  if (!call->status.ok()) return call->status;
  return call->response;
}

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_CONTROLLER_PROCESS_H_
