#ifndef EDS_CONTROLLER_NODE_CHANNELS_H_
#define EDS_CONTROLLER_NODE_CHANNELS_H_

#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "controller/node_directory.h"
#include "eds/node/v1/agent.grpc.pb.h"

namespace eds {

// How to call an agent that is joined.
struct AgentLink {
  std::shared_ptr<node::v1::NodeAgentService::Stub> stub;  // Shared with calls that run.
  node::v1::Target target;
};

// Connections to the agents, made when first needed. Thread-safe.
class NodeChannels {
 public:
  // `directory` must outlive the channels.
  explicit NodeChannels(const NodeDirectory& directory) : directory_(directory) {}

  // kUnavailable (kNodeNotConnected) while the node is not joined.
  absl::StatusOr<AgentLink> Find(const std::string& node);

 private:
  struct Channel {
    std::string address;
    std::shared_ptr<node::v1::NodeAgentService::Stub> stub;
  };

  const NodeDirectory& directory_;
  absl::Mutex mutex_;
  std::map<std::string, Channel> channels_ ABSL_GUARDED_BY(mutex_);  // By node.
};

// What an agent answered, with the node's id in front of the message. Where no agent
// answered: kNodeNotConnected.
absl::Status FromAgent(const std::string& node, const grpc::Status& answer);

}  // namespace eds

#endif  // EDS_CONTROLLER_NODE_CHANNELS_H_
