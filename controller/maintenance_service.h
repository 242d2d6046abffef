#ifndef EDS_CONTROLLER_MAINTENANCE_SERVICE_H_
#define EDS_CONTROLLER_MAINTENANCE_SERVICE_H_

#include "absl/status/statusor.h"
#include "controller/calls.h"
#include "controller/catalog.h"
#include "controller/operations.h"
#include "controller/sealer.h"
#include "controller/sweeper.h"
#include "eds/v1/maintenance_service.grpc.pb.h"

namespace eds {

// Serves eds.v1.MaintenanceService.
class MaintenanceService final : public v1::MaintenanceService::CallbackService {
 public:
  // All must outlive the service.
  MaintenanceService(Calls& calls, Catalog& catalog, Operations& operations, Sweeper& sweeper,
                     const Sealer& sealer)
      : calls_(calls),
        catalog_(catalog),
        operations_(operations),
        sweeper_(sweeper),
        sealer_(sealer) {}

  grpc::ServerUnaryReactor* ListOperations(grpc::CallbackServerContext* context,
                                           const v1::ListOperationsRequest* request,
                                           v1::ListOperationsResponse* response) override;
  grpc::ServerUnaryReactor* ReconcileNode(grpc::CallbackServerContext* context,
                                          const v1::ReconcileNodeRequest* request,
                                          v1::ReconcileNodeResponse* response) override;
  grpc::ServerUnaryReactor* ListPurges(grpc::CallbackServerContext* context,
                                       const v1::ListPurgesRequest* request,
                                       v1::ListPurgesResponse* response) override;

 private:
  absl::StatusOr<v1::ListOperationsResponse> List(const v1::ListOperationsRequest& request);
  absl::StatusOr<v1::ListPurgesResponse> List(const v1::ListPurgesRequest& request);
  absl::StatusOr<Work<v1::ReconcileNodeResponse>> WorkFor(const v1::ReconcileNodeRequest& request);

  Calls& calls_;
  Catalog& catalog_;
  Operations& operations_;
  Sweeper& sweeper_;
  const Sealer& sealer_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_MAINTENANCE_SERVICE_H_
