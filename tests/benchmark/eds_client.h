#ifndef EDS_TESTS_BENCHMARK_EDS_CLIENT_H_
#define EDS_TESTS_BENCHMARK_EDS_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eds/v1/config_service.grpc.pb.h"
#include "eds/v1/database_service.grpc.pb.h"
#include "eds/v1/node_service.grpc.pb.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"

namespace eds::benchmark {

// A channel with a connection of its own, as every caller has one.
std::shared_ptr<grpc::Channel> NewChannel(const std::string& address);

// Gives a call the deadline that all calls have.
void SetDeadline(grpc::ClientContext& context);

// A caller of the public API, with a connection of its own. Each creation has a request
// id, as callers who want to repeat it give it one. Thread-safe.
class EdsClient {
 public:
  explicit EdsClient(const std::string& address);

  absl::StatusOr<v1::Database> CreateDatabase(const std::string& node);
  absl::Status GetDatabase(const std::string& name);
  // The first page.
  absl::Status ListDatabases();
  // For good, with its users. Waits if the server takes its time, as it may after a crowd.
  absl::Status PurgeDatabase(const std::string& name);
  absl::StatusOr<v1::Credentials> CreateUser(const std::string& database);
  absl::Status DeleteUser(const std::string& name);

  absl::StatusOr<v1::Node> GetNode(const std::string& node);
  absl::StatusOr<v1::Config> SetConfig(const v1::SetConfigRequest& request);

  v1::DatabaseService::Stub& databases() { return *databases_; }

 private:
  const std::unique_ptr<v1::DatabaseService::Stub> databases_;
  const std::unique_ptr<v1::NodeService::Stub> nodes_;
  const std::unique_ptr<v1::ConfigService::Stub> configs_;

  explicit EdsClient(const std::shared_ptr<grpc::Channel>& channel);
};

// Asks for a database on a node, with a new request id.
v1::CreateDatabaseRequest NewDatabaseRequest(const std::string& node);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_EDS_CLIENT_H_
