#include "controller/reconciler.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "glog/logging.h"

namespace eds {
namespace {

constexpr size_t kPage = 500;
constexpr absl::Duration kRequestMemory = absl::Hours(7 * 24);
constexpr absl::Duration kPurgeMemory = absl::Hours(400 * 24);
constexpr absl::Duration kForgetInterval = absl::Hours(1);

}  // namespace

absl::Status Reconciler::Tick() {
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<std::string> page, catalog_.ListUnfinished(after, kPage));
    for (const std::string& resource : page) {
      if (attempts_.IsDue(resource)) RETURN_IF_ERROR(Consider(resource));
    }
    if (page.size() < kPage) break;
    after = page.back();
  }
  RETURN_IF_ERROR(ConsiderExpired());
  RETURN_IF_ERROR(ConsiderOverlaps());
  return ForgetOld();
}

absl::Status Reconciler::Consider(const std::string& resource) {
  if (absl::StrContains(resource, "/users/")) {
    ASSIGN_OR_RETURN(const UserName name, ParseUserName("resource", resource));
    return Queue(resource, name.database, [this, name] { return users_.Finish(name); });
  }
  if (const absl::StatusOr<ReadyName> ready = ParseReadyName("resource", resource); ready.ok()) {
    QueueOn(ready->node, resource, [this, ready = *ready] { return ready_.Finish(ready); });
    return absl::OkStatus();
  }
  if (const absl::StatusOr<std::string> node = ParseNodeName("resource", resource); node.ok()) {
    QueueOn(*node, resource, [this, node = *node] { return admin_passwords_.Finish(node); });
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string id, ParseDatabaseName("resource", resource));
  return Queue(resource, id, [this, id] { return databases_.Finish(id); });
}

absl::Status Reconciler::ConsiderExpired() {
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<ExpiredDatabase> page,
                     catalog_.ListExpired(clock_.Now(), after, kPage));
    for (const auto& [key, id] : page) {
      if (expired_.Note(id, clock_.Uptime()) < kSecondLook) continue;
      RETURN_IF_ERROR(
          Queue(FormatDatabaseName(id), id, [this, id = id] { return deleter_.Expire(id); }));
    }
    if (page.size() < kPage) break;
    after = page.back().key;
  }
  expired_.EndLook();
  return absl::OkStatus();
}

absl::Status Reconciler::ConsiderOverlaps() {
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<EndedOverlap> page,
                     catalog_.ListEndedOverlaps(clock_.Now(), after, kPage));
    for (const auto& [key, user] : page) {
      const std::string resource = FormatUserName(user.database, user.user);
      if (overlaps_.Note(resource, clock_.Uptime()) < kSecondLookAtOverlaps) continue;
      if (!attempts_.IsDue(resource)) continue;
      RETURN_IF_ERROR(
          Queue(resource, user.database, [this, user = user] { return rotator_.Expire(user); }));
    }
    if (page.size() < kPage) break;
    after = page.back().key;
  }
  overlaps_.EndLook();
  return absl::OkStatus();
}

absl::Status Reconciler::Queue(const std::string& resource, const std::string& database,
                               std::function<absl::Status()> work) {
  const absl::StatusOr<StoredDatabase> stored = catalog_.GetEvenUndone(database);
  if (stored.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  RETURN_IF_ERROR(stored.status());
  QueueOn(stored->record.node(), resource, std::move(work));
  return absl::OkStatus();
}

void Reconciler::QueueOn(const std::string& node, const std::string& resource,
                         std::function<absl::Status()> work) {
  if (!directory_.CheckReady(node).ok() || !Take(resource)) return;
  const absl::Status pushed = dispatcher_.Push(node, [this, resource, work = std::move(work)] {
    const absl::Status status = work();
    if (!status.ok()) LOG(WARNING) << resource << " is not finished yet: " << status.message();
    GiveBack(resource);
  });
  // If the queue is full there will be another tick.
  if (!pushed.ok()) GiveBack(resource);
}

bool Reconciler::Take(const std::string& resource) {
  absl::MutexLock lock(&mutex_);
  return queued_.insert(resource).second;
}

void Reconciler::GiveBack(const std::string& resource) {
  absl::MutexLock lock(&mutex_);
  queued_.erase(resource);
}

absl::Status Reconciler::ForgetOld() {
  if (clock_.Uptime() - forgotten_at_ < kForgetInterval) return absl::OkStatus();
  // A clock that is far ahead for a while, perhaps since the start, must not count.
  const absl::Duration passed = clock_.Uptime() - forgotten_at_;
  const absl::Time now = std::min(clock_.Now(), clock_when_forgotten_ + passed + kForgetInterval);
  RETURN_IF_ERROR(catalog_.ForgetRequests(now - kRequestMemory));
  RETURN_IF_ERROR(catalog_.ForgetPurges(now - kPurgeMemory));
  forgotten_at_ = clock_.Uptime();
  clock_when_forgotten_ = clock_.Now();
  return absl::OkStatus();
}

}  // namespace eds
