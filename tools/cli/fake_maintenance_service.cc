#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "eds/v1/maintenance_service.grpc.pb.h"
#include "tools/cli/fake_controller.h"

namespace eds::cli {
namespace {

class FakeMaintenanceService final : public v1::MaintenanceService::Service {
 public:
  FakeMaintenanceService(absl::Mutex& mutex, FakeState& state) : mutex_(mutex), state_(state) {}

  grpc::Status ListOperations(grpc::ServerContext*, const v1::ListOperationsRequest* request,
                              v1::ListOperationsResponse* response) override {
    absl::MutexLock lock(&mutex_);
    return Page("ListOperations", state_.operations, *request, *response,
                [&] { return response->add_operations(); });
  }

  grpc::Status ListPurges(grpc::ServerContext*, const v1::ListPurgesRequest* request,
                          v1::ListPurgesResponse* response) override {
    absl::MutexLock lock(&mutex_);
    return Page("ListPurges", state_.purges, *request, *response,
                [&] { return response->add_purges(); });
  }

  grpc::Status ReconcileNode(grpc::ServerContext*, const v1::ReconcileNodeRequest* request,
                             v1::ReconcileNodeResponse* response) override {
    absl::MutexLock lock(&mutex_);
    if (auto failure = TakeFailure(state_, "ReconcileNode"); !failure.ok()) {
      return ToAnswer(failure);
    }
    if (state_.nodes.count(request->name()) == 0) return ToAnswer(NodeNotFound(request->name()));
    state_.reconciliations.push_back(*request);
    *response = state_.reconciliation;
    return grpc::Status::OK;
  }

 private:
  // The token is how many came before.
  template <typename Item, typename Request, typename Response, typename Add>
  grpc::Status Page(const std::string& method, const std::vector<Item>& items,
                    const Request& request, Response& response, Add add)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (auto failure = TakeFailure(state_, method); !failure.ok()) return ToAnswer(failure);
    size_t next = 0;
    if (!absl::SimpleAtoi(request.page_token(), &next)) next = 0;
    const size_t end =
        std::min<size_t>(items.size(), next + std::min(request.page_size(), state_.max_page_size));
    for (; next < end; ++next) *add() = items[next];
    if (end < items.size()) response.set_next_page_token(absl::StrCat(end));
    return grpc::Status::OK;
  }

  absl::Mutex& mutex_;
  FakeState& state_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewFakeMaintenanceService(absl::Mutex& mutex, FakeState& state) {
  return std::make_unique<FakeMaintenanceService>(mutex, state);
}

}  // namespace eds::cli
