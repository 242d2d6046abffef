#include "controller/maintenance_service.h"

#include <string>
#include <vector>

#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "controller/page_token.h"
#include "controller/requests.h"

namespace eds {
namespace {

constexpr char kOperationsScope[] = "operations";
constexpr char kPurgesScope[] = "purges";
constexpr int kDefaultPurgePercent = 10;

absl::StatusOr<Reconciliation> Parse(const v1::ReconcileNodeRequest& request) {
  Reconciliation parsed{.purge = request.purge(), .max_purge_percent = request.max_purge_percent()};
  ASSIGN_OR_RETURN(parsed.node, ParseNodeName("name", request.name()));
  if (parsed.max_purge_percent < 0 || parsed.max_purge_percent > 100) {
    return InvalidField("max_purge_percent", "must be 0 to 100");
  }
  if (parsed.max_purge_percent == 0) parsed.max_purge_percent = kDefaultPurgePercent;
  return parsed;
}

}  // namespace

grpc::ServerUnaryReactor* MaintenanceService::ListOperations(
    grpc::CallbackServerContext* context, const v1::ListOperationsRequest* request,
    v1::ListOperationsResponse* response) {
  return calls_.Answer(*context, "ListOperations", *response, List(*request));
}

absl::StatusOr<v1::ListOperationsResponse> MaintenanceService::List(
    const v1::ListOperationsRequest& request) {
  ASSIGN_OR_RETURN(const size_t limit, ParsePageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::string after,
                   ParsePageToken(sealer_, kOperationsScope, request.page_token()));
  ASSIGN_OR_RETURN(const std::vector<std::string> page, catalog_.ListUnfinished(after, limit));
  v1::ListOperationsResponse response;
  for (const std::string& resource : page) {
    ASSIGN_OR_RETURN(absl::optional<v1::Operation> operation, operations_.Find(resource));
    if (operation) *response.add_operations() = *std::move(operation);
  }
  if (page.size() == limit) {
    response.set_next_page_token(FormatPageToken(sealer_, kOperationsScope, page.back()));
  }
  return response;
}

grpc::ServerUnaryReactor* MaintenanceService::ReconcileNode(grpc::CallbackServerContext* context,
                                                            const v1::ReconcileNodeRequest* request,
                                                            v1::ReconcileNodeResponse* response) {
  return calls_.Run(*context, "ReconcileNode", *response, WorkFor(*request));
}

absl::StatusOr<Work<v1::ReconcileNodeResponse>> MaintenanceService::WorkFor(
    const v1::ReconcileNodeRequest& request) {
  ASSIGN_OR_RETURN(const Reconciliation reconciliation, Parse(request));
  // A queue is made for each node that is named.
  RETURN_IF_ERROR(catalog_.GetNode(reconciliation.node).status());
  return Work<v1::ReconcileNodeResponse>{
      .node = reconciliation.node,
      .run = [this, reconciliation] { return sweeper_.Reconcile(reconciliation); }};
}

grpc::ServerUnaryReactor* MaintenanceService::ListPurges(grpc::CallbackServerContext* context,
                                                         const v1::ListPurgesRequest* request,
                                                         v1::ListPurgesResponse* response) {
  return calls_.Answer(*context, "ListPurges", *response, List(*request));
}

absl::StatusOr<v1::ListPurgesResponse> MaintenanceService::List(
    const v1::ListPurgesRequest& request) {
  ASSIGN_OR_RETURN(const size_t limit, ParsePageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::string after,
                   ParsePageToken(sealer_, kPurgesScope, request.page_token()));
  ASSIGN_OR_RETURN(const std::vector<StoredPurge> page, catalog_.ListPurges(after, limit));
  v1::ListPurgesResponse response;
  for (const StoredPurge& stored : page) *response.add_purges() = stored.purge;
  if (page.size() == limit) {
    response.set_next_page_token(FormatPageToken(sealer_, kPurgesScope, page.back().key));
  }
  return response;
}

}  // namespace eds
