#ifndef EDS_CONTROLLER_RECONCILER_H_
#define EDS_CONTROLLER_RECONCILER_H_

#include <functional>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "controller/admin_password_rotation.h"
#include "controller/attempts.h"
#include "controller/catalog.h"
#include "controller/database_deleter.h"
#include "controller/database_provisioner.h"
#include "controller/dispatcher.h"
#include "controller/node_directory.h"
#include "controller/overdue.h"
#include "controller/password_rotator.h"
#include "controller/ready_provisioner.h"
#include "controller/user_provisioner.h"

namespace eds {

// Brings what a crash or a failure left unfinished to its end, purges deleted databases and
// ends previous passwords when their time has come; each on the queue of its node, when it is due
// and the node is ready. Starts no thread: somebody calls Tick(). Not thread-safe.
class Reconciler {
 public:
  // All must outlive the reconciler, which must outlive what it has queued.
  Reconciler(Catalog& catalog, const NodeDirectory& directory, Attempts& attempts,
             DatabaseProvisioner& databases, DatabaseDeleter& deleter, UserProvisioner& users,
             PasswordRotator& rotator, AdminPasswordRotation& admin_passwords,
             ReadyProvisioner& ready, Dispatcher& dispatcher, Clock& clock)
      : catalog_(catalog),
        directory_(directory),
        attempts_(attempts),
        databases_(databases),
        deleter_(deleter),
        users_(users),
        rotator_(rotator),
        admin_passwords_(admin_passwords),
        ready_(ready),
        dispatcher_(dispatcher),
        clock_(clock) {}

  // A deleted database must have been seen to be expired for this long, by a clock that
  // nobody sets, before it is purged: a wall clock that jumps ahead for a while does no harm.
  static constexpr absl::Duration kSecondLook = absl::Minutes(10);

  // The same before a password that a rotation left behind stops to work.
  static constexpr absl::Duration kSecondLookAtOverlaps = absl::Minutes(1);

  // Looks once at everything that is unfinished or expired; now and then forgets what is
  // old.
  absl::Status Tick();

 private:
  absl::Status Consider(const std::string& resource);
  absl::Status ConsiderExpired();
  absl::Status ConsiderOverlaps();
  // Has `work`, which concerns `resource`, done on the queue of its database's node.
  absl::Status Queue(const std::string& resource, const std::string& database,
                     std::function<absl::Status()> work);
  void QueueOn(const std::string& node, const std::string& resource,
               std::function<absl::Status()> work);
  absl::Status ForgetOld();
  // Keeps a resource from being queued twice.
  bool Take(const std::string& resource);
  void GiveBack(const std::string& resource);

  Catalog& catalog_;
  const NodeDirectory& directory_;
  Attempts& attempts_;
  DatabaseProvisioner& databases_;
  DatabaseDeleter& deleter_;
  UserProvisioner& users_;
  PasswordRotator& rotator_;
  AdminPasswordRotation& admin_passwords_;
  ReadyProvisioner& ready_;
  Dispatcher& dispatcher_;
  Clock& clock_;
  absl::Duration forgotten_at_ = -absl::InfiniteDuration();  // By Clock::Uptime.
  absl::Time clock_when_forgotten_ = absl::InfinitePast();
  Overdue expired_;   // Ids of databases.
  Overdue overlaps_;  // Names of users.
  absl::Mutex mutex_;
  std::set<std::string> queued_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_CONTROLLER_RECONCILER_H_
