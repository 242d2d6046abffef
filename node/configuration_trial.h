#ifndef EDS_NODE_CONFIGURATION_TRIAL_H_
#define EDS_NODE_CONFIGURATION_TRIAL_H_

#include <functional>
#include <map>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/random.h"
#include "eds/node/v1/registry.pb.h"
#include "eds/v1/kind.pb.h"
#include "node/backoff.h"
#include "node/database_server.h"
#include "node/server_slot.h"

namespace eds {

// Pauses between attempts on the same revision.
struct TrialPauses {
  // After a failure that passes by itself: the server is down, or overloaded.
  PauseRange unreachable = {.first = absl::Seconds(1), .longest = absl::Seconds(30)};
  // After one that somebody must mend, such as a refused password.
  PauseRange refused = {.first = absl::Seconds(30), .longest = absl::Minutes(5)};
};

// Tries each configuration before it is used, in a thread of its own: connects, claims
// the server, and compares its identity; then puts it in the slot. One that fails leaves
// the slot as it is, and is tried again until it works or a newer one comes.
// Thread-safe.
//
// A server keeps the claim that it was opened with when the agent joins again, so that
// its connections stay. Only if that claim is lost is it opened anew, with the newest.
class ConfigurationTrial {
 public:
  // Called from any thread. It must not call the trial.
  using Listener = std::function<void(const node::v1::Outcome&)>;

  // What a configuration is for.
  struct Subject {
    v1::Kind kind;
    std::string node;
  };

  // `random` and `slot` must outlive the trial.
  ConfigurationTrial(Subject subject, DatabaseServerOpener open, TrialPauses pauses,
                     RandomSource& random, ServerSlot& slot, Listener listener);

  // Waits for the attempt that runs.
  ~ConfigurationTrial();

  ConfigurationTrial(const ConfigurationTrial&) = delete;
  ConfigurationTrial& operator=(const ConfigurationTrial&) = delete;

  // Says what entitles the agent to work on a server from now on. One that was refused
  // because of another's claim is tried again soon.
  void Claim(const ServerClaim& claim);

  // Has `configuration` tried soon, in place of any that was offered before. The
  // listener is told the outcome, and again when it changes. One that was offered
  // last time already is not tried anew for that: its outcome is repeated.
  void Offer(const node::v1::Configuration& configuration);

  // Has the newest configuration tried soon, unless that is under way or planned: the
  // server in the slot has turned out to be of no use.
  void TryAgain();

  // Waits until `revision` is in use: OK then, or why it was refused. kAborted
  // (kOperationInProgress) if there is a newer one; kUnavailable (kNodeNotConnected) if it
  // does not come, or its trial does not end, before `deadline`.
  absl::Status AwaitInUse(int64_t revision, absl::Time deadline) const;

  // Why the newest configuration is not in use; OK if it is, or is not yet tried.
  absl::Status Refusal() const;

 private:
  void Run();
  // Waits for a configuration whose turn it is; nullopt: it is time to end.
  absl::optional<node::v1::Configuration> Next();
  absl::Status Try(const node::v1::Configuration& configuration);
  bool IsInUse(const SlotState& state, const node::v1::Configuration& configuration) const;
  absl::Status Open(const node::v1::Configuration& configuration);
  absl::StatusOr<std::unique_ptr<DatabaseServer>> OpenClaimed(ServerConfig config,
                                                              absl::Time deadline);
  ServerClaim NewestClaim() const;
  void Record(const node::v1::Configuration& configuration, const absl::Status& status);

  const Subject subject_;
  const DatabaseServerOpener open_;
  ServerSlot& slot_;
  const Listener listener_;
  Backoff unreachable_;  // These five are the thread's.
  Backoff refused_;
  std::map<std::string, std::string> applied_values_;
  Secret applied_next_password_;
  ServerClaim held_;  // The last that a server was opened with.

  mutable absl::Mutex mutex_;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  ServerClaim claim_ ABSL_GUARDED_BY(mutex_);
  absl::optional<node::v1::Configuration> wanted_ ABSL_GUARDED_BY(mutex_);
  bool trying_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time due_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();    // For the next attempt.
  absl::optional<node::v1::Outcome> outcome_ ABSL_GUARDED_BY(mutex_);  // Of wanted_.
  absl::Status refusal_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace eds

#endif  // EDS_NODE_CONFIGURATION_TRIAL_H_
