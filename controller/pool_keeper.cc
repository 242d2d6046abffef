#include "controller/pool_keeper.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "glog/logging.h"

namespace eds {

absl::Status PoolKeeper::Tick() {
  RETURN_IF_ERROR(pool_.LoadIfStale());
  for (const std::string& id : directory_.Joined()) {
    const bool is_quiet = IsQuiet(id);
    if (!directory_.CheckReady(id).ok()) continue;
    AdmitFirstLogins(id);
    if (!is_quiet) continue;
    ASSIGN_OR_RETURN(const StoredNode node, catalog_.GetNode(id));
    ASSIGN_OR_RETURN(const Wish wish, WishFor(node));
    if (pool_.IsAt(id, wish.target, wish.server_identity, wish.making)) continue;
    Queue(id, wish);
  }
  return absl::OkStatus();
}

absl::StatusOr<PoolKeeper::Wish> PoolKeeper::WishFor(const StoredNode& node) {
  const std::string& id = node.record.id();
  ASSIGN_OR_RETURN(const ReadyConfig config, configs_.ReadyConfigOf(id));
  ASSIGN_OR_RETURN(const int64_t most, configs_.MaxDatabases(id));
  Wish wish{.target = {.databases = config.databases, .users = config.users},
            .rate = config.rate,
            .making = !node.record.cordoned(),
            .server_identity = directory_.ServerIdentity(id)};
  if (most > 0) {
    const int64_t room = std::max<int64_t>(most - catalog_.CountDatabases(id), 0);
    wish.target.databases = std::min(wish.target.databases, room);
  }
  return wish;
}

// Nobody has had anything done on the node since the last look, nor do we.
bool PoolKeeper::IsQuiet(const std::string& node) {
  const Dispatcher::Activity activity = dispatcher_.ActivityOf(node);
  absl::MutexLock lock(&mutex_);
  Tending& tending = tendings_[node];
  const bool is_quiet = activity.pending == 0 && activity.pushed == tending.pushed;
  tending.pushed = activity.pushed;
  return is_quiet && !tending.queued && clock_.Uptime() >= tending.paused_until;
}

void PoolKeeper::Queue(const std::string& node, const Wish& wish) {
  {
    absl::MutexLock lock(&mutex_);
    tendings_[node].queued = true;
  }
  if (!Push(node, [this, node, wish] { End(node, Tend(node, wish)); })) End(node, absl::OkStatus());
}

// Whoever creates the user first does it himself.
void PoolKeeper::AdmitFirstLogins(const std::string& node) {
  for (const std::string& database : pool_.TakeClaimed(node)) {
    Push(node, [this, database] {
      const absl::Status admitted = users_.AdmitFirstLogin(database);
      if (!admitted.ok()) {
        LOG(INFO) << "the first login of " << FormatDatabaseName(database)
                  << " is not let in yet: " << admitted.message();
      }
    });
  }
}

bool PoolKeeper::Push(const std::string& node, std::function<void()> job) {
  {
    absl::MutexLock lock(&mutex_);
    ++tendings_[node].pushed;
  }
  return dispatcher_.Push(node, std::move(job)).ok();
}

absl::Status PoolKeeper::Tend(const std::string& node, const Wish& wish) {
  bool more = true;
  while (more && IsAlone(node) && Pay(node, wish.rate)) {
    ASSIGN_OR_RETURN(more, ChangeOne(node, wish));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> PoolKeeper::ChangeOne(const std::string& node, const Wish& wish) {
  if (const auto excess = pool_.TakeExcess(node, wish.target, wish.server_identity)) {
    RETURN_IF_ERROR(provisioner_.Drop(*excess));
    return true;
  }
  if (!wish.making) return false;
  if (const auto options = pool_.FindScarce(node, wish.target)) {
    const absl::Status prepared = provisioner_.PrepareDatabase(node, *options);
    // What cannot be made of one kind must not keep the others from being made.
    if (!prepared.ok()) pool_.ForgetKind(node, *options);
    RETURN_IF_ERROR(prepared);
    return true;
  }
  if (pool_.Count(node).users >= wish.target.users) return false;
  RETURN_IF_ERROR(provisioner_.PrepareUser(node));
  return true;
}

bool PoolKeeper::IsAlone(const std::string& node) {
  const Dispatcher::Activity activity = dispatcher_.ActivityOf(node);
  absl::MutexLock lock(&mutex_);
  return activity.pushed == tendings_[node].pushed;
}

bool PoolKeeper::Pay(const std::string& node, int64_t rate) {
  absl::MutexLock lock(&mutex_);
  Tending& tending = tendings_[node];
  const absl::Duration now = clock_.Uptime();
  if (tending.paid_until > now) return false;
  tending.paid_until =
      std::max(tending.paid_until, now - kInterval) + absl::Seconds(1) / std::max<int64_t>(rate, 1);
  return true;
}

void PoolKeeper::End(const std::string& node, const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  Tending& tending = tendings_[node];
  tending.queued = false;
  if (status.ok()) {
    tending.pause = absl::ZeroDuration();
    return;
  }
  tending.pause = std::clamp(tending.pause * 2, kFirstPause, kLongestPause);
  tending.paused_until = clock_.Uptime() + tending.pause;
  LOG(WARNING) << "nothing more is made ready on " << node << " for " << tending.pause << ": "
               << status.message();
}

}  // namespace eds
