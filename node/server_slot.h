#ifndef EDS_NODE_SERVER_SLOT_H_
#define EDS_NODE_SERVER_SLOT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "node/database_server.h"

namespace eds {

// What is in the slot at a moment.
struct SlotState {
  int64_t revision = 0;  // That led to the server. 0: there is none.
  // Shared with the steps that run: they finish on the server that they began on.
  std::shared_ptr<DatabaseServer> server;
  absl::optional<ServerInfo> info;  // As the server last described itself.
  absl::Status health;              // Why no work can be done, if not OK.
};

// OK if `expected` is empty or the identity of `info`. Otherwise
// kFailedPrecondition (kServerIdentityChanged).
absl::Status CheckIdentity(const std::string& expected, const ServerInfo& info);

// The server that the agent works with: at most one. Thread-safe.
class ServerSlot {
 public:
  // Called after each change, one call at a time, with the newest state.
  using Listener = std::function<void(const SlotState&)>;

  // Begins empty, for the reason that `refusal` tells. `listener` must not change
  // the slot.
  ServerSlot(absl::Status refusal, Listener listener);

  // Puts `server` in place of the one there is, which goes when the last step on it
  // has ended. Only the server with the identity `expected` will do, if not empty.
  void Install(int64_t revision, std::shared_ptr<DatabaseServer> server, const ServerInfo& info,
               const std::string& expected);

  // The server there is serves a newer revision as well.
  void Advance(int64_t revision);

  // Says which identity the server must have from now on.
  void Expect(const std::string& expected);

  // Says why the newest configuration leads to no server. Makes no difference while
  // there is one.
  void Refuse(const absl::Status& refusal);

  // Records how `server` does, as a probe or a step found. Makes no difference if it is no
  // longer the one. A server of another identity stays refused until the right one
  // answers; one that another agent has claimed, until it is opened anew.
  void RecordProbe(const DatabaseServer& server, const absl::StatusOr<ServerInfo>& probed);

  SlotState State() const;

  // The server to do a step on; or why there is none, or why it must not be touched.
  absl::StatusOr<std::shared_ptr<DatabaseServer>> Get() const;

 private:
  void Notify();

  const Listener listener_;
  absl::Mutex notifying_;  // Held while the listener runs. Taken before mutex_.
  mutable absl::Mutex mutex_;
  SlotState state_ ABSL_GUARDED_BY(mutex_);
  std::string expected_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_NODE_SERVER_SLOT_H_
