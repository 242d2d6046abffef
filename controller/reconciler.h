#ifndef EDS_CONTROLLER_RECONCILER_H_
#define EDS_CONTROLLER_RECONCILER_H_

#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "controller/attempts.h"
#include "controller/catalog.h"
#include "controller/database_provisioner.h"
#include "controller/dispatcher.h"
#include "controller/node_directory.h"
#include "controller/user_provisioner.h"

namespace eds {

// Brings what a crash or a failure left unfinished to its end, each on the queue of
// its node, when it is due and the node is ready. Starts no thread: somebody calls
// Tick(). Not thread-safe.
class Reconciler {
 public:
  // All must outlive the reconciler, which must outlive what it has queued.
  Reconciler(Catalog& catalog, const NodeDirectory& directory, Attempts& attempts,
             DatabaseProvisioner& databases, UserProvisioner& users, Dispatcher& dispatcher,
             Clock& clock)
      : catalog_(catalog),
        directory_(directory),
        attempts_(attempts),
        databases_(databases),
        users_(users),
        dispatcher_(dispatcher),
        clock_(clock) {}

  // Looks once at everything that is unfinished; now and then forgets old requests.
  absl::Status Tick();

 private:
  absl::Status Consider(const std::string& resource);
  absl::Status ForgetOldRequests();
  // Keeps a resource from being queued twice.
  bool Take(const std::string& resource);
  void GiveBack(const std::string& resource);

  Catalog& catalog_;
  const NodeDirectory& directory_;
  Attempts& attempts_;
  DatabaseProvisioner& databases_;
  UserProvisioner& users_;
  Dispatcher& dispatcher_;
  Clock& clock_;
  absl::Time forgotten_at_ = absl::InfinitePast();
  absl::Mutex mutex_;
  std::set<std::string> queued_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_CONTROLLER_RECONCILER_H_
