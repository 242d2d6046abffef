#include "controller/node_channels.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/grpc_status.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

namespace eds {

absl::StatusOr<AgentLink> NodeChannels::Find(const std::string& node) {
  const absl::optional<JoinedNode> joined = directory_.Find(node);
  if (!joined) return directory_.CheckReady(node);
  AgentLink link;
  link.target.set_node(node);
  link.target.set_instance(joined->hello.instance());
  link.target.set_session(joined->hello.session());
  absl::MutexLock lock(&mutex_);
  Channel& channel = channels_[node];
  if (channel.stub == nullptr || channel.address != joined->hello.address()) {
    grpc::ChannelArguments arguments;
    // An agent that restarts must not be waited for.
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
    // Agents are reached directly, whatever proxy the environment names.
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    channel.address = joined->hello.address();
    channel.stub = node::v1::NodeAgentService::NewStub(
        grpc::CreateCustomChannel(channel.address, grpc::InsecureChannelCredentials(), arguments));
  }
  link.stub = channel.stub;
  return link;
}

absl::Status FromAgent(const std::string& node, const grpc::Status& answer) {
  const absl::Status status = FromGrpcStatus(answer);
  if (status.ok()) return status;
  // An error without a reason comes from gRPC itself.
  if (!ReasonOf(status).empty()) return WithContext(status, node);
  return WithRetryAfter(
      MakeError(status.code(), Reason::kNodeNotConnected,
                absl::StrCat(node, " did not answer: ", status.message()), {{"node", node}}),
      absl::Seconds(1));
}

}  // namespace eds
