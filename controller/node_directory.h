#ifndef EDS_CONTROLLER_NODE_DIRECTORY_H_
#define EDS_CONTROLLER_NODE_DIRECTORY_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/clock.h"
#include "eds/node/v1/registry.pb.h"

namespace eds {

// What is known of an agent that is joined.
struct JoinedNode {
  node::v1::Hello hello;
  int64_t wanted_revision = 0;   // The newest that it was sent.
  bool holds_to_server = false;  // It was told which server its databases are on.
  int64_t applied_revision = 0;
  int64_t rejected_revision = 0;
  absl::optional<node::v1::Problem> config_problem;  // Why the newest revision was refused.
  bool reported = false;                             // It has said how it does.
  absl::optional<node::v1::Problem> health_problem;
  absl::optional<v1::Server> server;
  absl::Time last_seen;
};

// The agents that are joined, and what they last said. Holds nothing durable.
// Thread-safe.
class NodeDirectory {
 public:
  using Send = std::function<void(const node::v1::JoinResponse&)>;

  // `clock` must outlive the directory.
  explicit NodeDirectory(Clock& clock) : clock_(clock) {}

  // Called, on any thread, each time that a node becomes able to work.
  void OnReady(std::function<void()> callback);

  // kAlreadyExists (kNodeIdInUse) while an agent of this id is joined.
  absl::Status CheckFree(const std::string& node) const;

  // Takes an agent in and sends it `welcome`; `send` must not block. Errors as CheckFree.
  absl::Status Join(const node::v1::Hello& hello, const node::v1::Welcome& welcome, Send send);

  // Forgets the agent, unless another instance has taken its place.
  void Leave(const std::string& node, const std::string& instance);

  void Record(const std::string& node, const node::v1::Outcome& outcome);
  void Record(const std::string& node, const node::v1::Health& health);

  // Sends a configuration to the agent, if it is joined. `holds_to_server`: made in
  // the knowledge that the node has databases.
  void Configure(const std::string& node, const node::v1::Configuration& configuration,
                 bool holds_to_server = false);

  // The ids of those that are joined.
  std::vector<std::string> Joined() const;

  // Of the server that the node works with; empty while none is known.
  std::string ServerIdentity(const std::string& node) const;

  // nullopt while it is not joined.
  absl::optional<JoinedNode> Find(const std::string& node) const;

  // When the agent that has left was last heard of.
  absl::optional<absl::Time> LastSeen(const std::string& node) const;

  // OK if the node can carry out steps. Otherwise why not, as a caller of the API
  // is told: kUnavailable, or kFailedPrecondition if somebody must mend it.
  absl::Status CheckReady(const std::string& node) const;

  // Waits until an agent of another instance than `instance` has joined and said what
  // became of its configuration. kDeadlineExceeded if none did.
  absl::Status WaitForOther(const std::string& node, const std::string& instance,
                            absl::Time deadline) const;

 private:
  struct Member {
    JoinedNode node;
    Send send;
  };

  absl::Status CheckFreeLocked(const std::string& node) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Changes what is known of a joined node; tells if that made it ready.
  void Update(const std::string& node, const std::function<void(JoinedNode&)>& change);

  Clock& clock_;
  mutable absl::Mutex mutex_;
  std::map<std::string, Member> members_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, absl::Time> left_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> on_ready_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_CONTROLLER_NODE_DIRECTORY_H_
