#ifndef EDS_CONTROLLER_NODE_CONFIGS_H_
#define EDS_CONTROLLER_NODE_CONFIGS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/clock.h"
#include "controller/catalog.h"
#include "controller/node_directory.h"
#include "controller/sealer.h"
#include "eds/node/v1/registry.pb.h"

namespace eds {

// Where applications reach the databases of a node.
struct Endpoint {
  std::string host;
  int port = 0;
};

// How much to keep made ahead on a node.
struct ReadyConfig {
  int64_t databases = 0;  // Of each kind of options.
  int64_t users = 0;
  int64_t rate = 0;  // Made in a second at the most.
};

// What operators say of nodes and their servers: keeps it, secrets sealed, and hands
// it to the agents. Thread-safe.
class NodeConfigs {
 public:
  using Values = std::vector<std::pair<std::string, std::string>>;

  // All must outlive this object.
  NodeConfigs(Catalog& catalog, NodeDirectory& directory, const Sealer& sealer, Clock& clock)
      : catalog_(catalog), directory_(directory), sealer_(sealer), clock_(clock) {}

  // Kind of a node that is known, or that may be configured before it joins.
  // kNotFound (kNodeNotFound).
  absl::StatusOr<v1::Kind> KindOf(const std::string& node);

  absl::StatusOr<state::v1::ConfigRecord> Get(const std::string& node);

  // Set `values`, or takes `keys` back to their defaults, in a new revision if that
  // makes a difference, and sends it to the agent; does nothing if `request` was
  // answered before, unless it has no id. kInvalidArgument (kUnknownKey,
  // kInvalidField) names the entry as `entries[i].key` or `.value`, or `keys[i]`.
  absl::StatusOr<state::v1::ConfigRecord> Set(const std::string& node, const Values& values,
                                              bool force, bool validate_only,
                                              const RequestKey& request = {});
  absl::StatusOr<state::v1::ConfigRecord> Unset(const std::string& node,
                                                const std::vector<std::string>& keys,
                                                const RequestKey& request = {});

  // For AdminPasswordRotation. Whether `request` was answered before.
  absl::StatusOr<bool> Knows(const RequestKey& request);
  // Has the agent try `next` beside `pass`, in a new revision. kFailedPrecondition
  // (kNodeNotConfigured) if there is no `pass`; kAborted (kOperationInProgress) if there is a
  // next one already.
  absl::Status NameNextPassword(const std::string& node, const Secret& next,
                                const RequestKey& request);
  // Puts the next password into the place of `pass`; or forgets it, of which nothing was done.
  absl::Status AdoptNextPassword(StoredConfig config);
  absl::Status AbandonNextPassword(StoredConfig config);

  // Remembers a node that joins, and answers its epoch: higher than that of any that
  // joined before, across restarts. kAlreadyExists (kNodeIdInUse) if its name belongs to
  // a node of another kind.
  absl::StatusOr<int64_t> Admit(const std::string& node, v1::Kind kind);

  // Sends the agent its configuration, if it has one.
  absl::Status SendTo(const std::string& node);

  // To be called when a database has been recorded on the node: from its first one on
  // the agent is to work with the server that it is on, and no other.
  absl::Status HoldToServer(const std::string& node);

  // Remembers which server the databases of a node are on.
  absl::Status RecordServer(const std::string& node, const v1::Server& server);

  absl::StatusOr<Endpoint> EndpointOf(const std::string& node);

  // For how long a database that is deleted now can be brought back.
  absl::StatusOr<absl::Duration> Retention(const std::string& node);

  // Extensions that a new database on the node may ask for.
  absl::StatusOr<std::vector<std::string>> Extensions(const std::string& node);

  // Databases that may be on the node's server at the most; 0: no limit.
  absl::StatusOr<int64_t> MaxDatabases(const std::string& node);

  absl::StatusOr<ReadyConfig> ReadyConfigOf(const std::string& node);

 private:
  absl::StatusOr<int64_t> NumberOf(const std::string& node, absl::string_view suffix);
  // `request` as it is kept. Its fingerprint is of passwords too, which must not be
  // found by trying: so it is sealed.
  RequestKey ToStored(const RequestKey& request) const;
  absl::StatusOr<state::v1::ConfigRecord> Write(StoredConfig config, bool changed,
                                                const RequestKey& request);
  absl::StatusOr<node::v1::Configuration> ToConfiguration(const state::v1::ConfigRecord& record);

  Catalog& catalog_;
  NodeDirectory& directory_;
  const Sealer& sealer_;
  Clock& clock_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_NODE_CONFIGS_H_
