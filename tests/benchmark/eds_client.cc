#include "tests/benchmark/eds_client.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/grpc_status.h"
#include "common/random.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

namespace eds::benchmark {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr absl::Duration kPurgePatience = absl::Minutes(3);
constexpr absl::Duration kBetweenPurges = absl::Milliseconds(100);
constexpr size_t kRequestIdLength = 26;

// Whether what was begun goes on by itself.
bool IsUnderWay(const absl::Status& status) {
  return absl::IsAborted(status) || absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

std::string NewRequestId() {
  SystemRandom random;
  return RandomBase32(random, kRequestIdLength);
}

template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Call(Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request) {
  grpc::ClientContext context;
  SetDeadline(context);
  Response response;
  const absl::Status status = FromGrpcStatus((stub.*method)(&context, request, &response));
  if (!status.ok()) return status;
  return response;
}

}  // namespace

std::shared_ptr<grpc::Channel> NewChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(kPatience));
}

EdsClient::EdsClient(const std::string& address) : EdsClient(NewChannel(address)) {}

EdsClient::EdsClient(const std::shared_ptr<grpc::Channel>& channel)
    : databases_(v1::DatabaseService::NewStub(channel)),
      nodes_(v1::NodeService::NewStub(channel)),
      configs_(v1::ConfigService::NewStub(channel)) {}

v1::CreateDatabaseRequest NewDatabaseRequest(const std::string& node) {
  v1::CreateDatabaseRequest request;
  request.mutable_database()->set_node(absl::StrCat("nodes/", node));
  request.set_request_id(NewRequestId());
  return request;
}

absl::StatusOr<v1::Database> EdsClient::CreateDatabase(const std::string& node) {
  return Call(*databases_, &v1::DatabaseService::Stub::CreateDatabase, NewDatabaseRequest(node));
}

absl::Status EdsClient::GetDatabase(const std::string& name) {
  v1::GetDatabaseRequest request;
  request.set_name(name);
  return Call(*databases_, &v1::DatabaseService::Stub::GetDatabase, request).status();
}

absl::Status EdsClient::ListDatabases() {
  return Call(*databases_, &v1::DatabaseService::Stub::ListDatabases, v1::ListDatabasesRequest())
      .status();
}

absl::Status EdsClient::PurgeDatabase(const std::string& name) {
  v1::DeleteDatabaseRequest request;
  request.set_name(name);
  request.set_force(true);
  request.set_purge_now(true);
  const absl::Time deadline = absl::Now() + kPurgePatience;
  absl::Status status;
  do {
    status = Call(*databases_, &v1::DatabaseService::Stub::DeleteDatabase, request).status();
    if (absl::IsNotFound(status)) return absl::OkStatus();
    if (!IsUnderWay(status)) return status;
    absl::SleepFor(kBetweenPurges);
  } while (absl::Now() < deadline);
  return status;
}

absl::StatusOr<v1::Credentials> EdsClient::CreateUser(const std::string& database) {
  v1::CreateUserRequest request;
  request.set_parent(database);
  request.set_request_id(NewRequestId());
  const auto response = Call(*databases_, &v1::DatabaseService::Stub::CreateUser, request);
  if (!response.ok()) return response.status();
  return response->credentials();
}

absl::Status EdsClient::DeleteUser(const std::string& name) {
  v1::DeleteUserRequest request;
  request.set_name(name);
  return Call(*databases_, &v1::DatabaseService::Stub::DeleteUser, request).status();
}

absl::StatusOr<v1::Node> EdsClient::GetNode(const std::string& node) {
  v1::GetNodeRequest request;
  request.set_name(absl::StrCat("nodes/", node));
  return Call(*nodes_, &v1::NodeService::Stub::GetNode, request);
}

absl::StatusOr<v1::Config> EdsClient::SetConfig(const v1::SetConfigRequest& request) {
  return Call(*configs_, &v1::ConfigService::Stub::SetConfig, request);
}

}  // namespace eds::benchmark
