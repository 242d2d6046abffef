#ifndef EDS_CONTROLLER_POOL_KEEPER_H_
#define EDS_CONTROLLER_POOL_KEEPER_H_

#include <functional>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "controller/catalog.h"
#include "controller/dispatcher.h"
#include "controller/node_configs.h"
#include "controller/node_directory.h"
#include "controller/ready_pool.h"
#include "controller/ready_provisioner.h"
#include "controller/user_provisioner.h"

namespace eds {

// Keeps each node's pool at the depth that its configuration asks for: makes what lacks,
// drops what is too much. One thing at a time, at the configured rate at the most, on the
// node's own queue, and only while nobody else has anything to do there; makes nothing on a
// node that is cordoned. Starts no thread: somebody calls Tick(). Not thread-safe.
class PoolKeeper {
 public:
  // All must outlive the keeper, which must outlive what it has queued.
  PoolKeeper(Catalog& catalog, const NodeDirectory& directory, NodeConfigs& configs,
             ReadyPool& pool, ReadyProvisioner& provisioner, UserProvisioner& users,
             Dispatcher& dispatcher, Clock& clock)
      : catalog_(catalog),
        directory_(directory),
        configs_(configs),
        pool_(pool),
        provisioner_(provisioner),
        users_(users),
        dispatcher_(dispatcher),
        clock_(clock) {}

  // How often Tick() is to be called. A node is quiet if nobody else has come for so long.
  static constexpr absl::Duration kInterval = absl::Milliseconds(50);

  // Looks once at every node that can work.
  absl::Status Tick();

 private:
  static constexpr absl::Duration kFirstPause = absl::Seconds(1);
  static constexpr absl::Duration kLongestPause = absl::Minutes(1);

  // What a node's pool should be.
  struct Wish {
    ReadyTarget target;
    int64_t rate = 0;
    bool making = false;  // What lacks is made.
    std::string server_identity;
  };

  // How a node is tended.
  struct Tending {
    bool queued = false;
    int64_t pushed = 0;                                // Dispatcher::Activity when last seen.
    absl::Duration paid_until = absl::ZeroDuration();  // From then on the rate allows more.
    absl::Duration pause = absl::ZeroDuration();       // After the last failure.
    absl::Duration paused_until = absl::ZeroDuration();
  };

  absl::StatusOr<Wish> WishFor(const StoredNode& node);
  // Has the first logins let in of what was claimed since the last look.
  void AdmitFirstLogins(const std::string& node);
  // Puts a job of our own into the node's queue; false if it is full.
  bool Push(const std::string& node, std::function<void()> job);
  bool IsQuiet(const std::string& node);
  void Queue(const std::string& node, const Wish& wish);
  absl::Status Tend(const std::string& node, const Wish& wish);
  // Makes or drops one; false if nothing is to be done.
  absl::StatusOr<bool> ChangeOne(const std::string& node, const Wish& wish);
  bool IsAlone(const std::string& node);  // Nobody has come since.
  bool Pay(const std::string& node, int64_t rate);
  void End(const std::string& node, const absl::Status& status);

  Catalog& catalog_;
  const NodeDirectory& directory_;
  NodeConfigs& configs_;
  ReadyPool& pool_;
  ReadyProvisioner& provisioner_;
  UserProvisioner& users_;
  Dispatcher& dispatcher_;
  Clock& clock_;
  absl::Mutex mutex_;
  std::map<std::string, Tending> tendings_ ABSL_GUARDED_BY(mutex_);  // By node; in uptime.
};

}  // namespace eds

#endif  // EDS_CONTROLLER_POOL_KEEPER_H_
