#include "controller/reconciler.h"

#include <functional>
#include <vector>

#include "absl/strings/match.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "glog/logging.h"

namespace eds {
namespace {

constexpr size_t kPage = 500;
constexpr absl::Duration kRequestMemory = absl::Hours(7 * 24);
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
  return ForgetOldRequests();
}

absl::Status Reconciler::Consider(const std::string& resource) {
  std::function<absl::Status()> finish;
  std::string database_id;
  if (absl::StrContains(resource, "/users/")) {
    ASSIGN_OR_RETURN(const UserName name, ParseUserName("resource", resource));
    database_id = name.database;
    finish = [this, name] { return users_.Finish(name); };
  } else {
    ASSIGN_OR_RETURN(database_id, ParseDatabaseName("resource", resource));
    finish = [this, database_id] { return databases_.Finish(database_id); };
  }
  const absl::StatusOr<StoredDatabase> database = catalog_.GetEvenUndone(database_id);
  if (database.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  RETURN_IF_ERROR(database.status());
  const std::string& node = database->record.node();
  if (!directory_.CheckReady(node).ok()) return absl::OkStatus();
  if (!Take(resource)) return absl::OkStatus();
  const absl::Status pushed = dispatcher_.Push(node, [this, resource, finish] {
    const absl::Status status = finish();
    if (!status.ok()) LOG(WARNING) << resource << " is not finished yet: " << status.message();
    GiveBack(resource);
  });
  // If the queue is full there will be another tick.
  if (!pushed.ok()) GiveBack(resource);
  return absl::OkStatus();
}

bool Reconciler::Take(const std::string& resource) {
  absl::MutexLock lock(&mutex_);
  return queued_.insert(resource).second;
}

void Reconciler::GiveBack(const std::string& resource) {
  absl::MutexLock lock(&mutex_);
  queued_.erase(resource);
}

absl::Status Reconciler::ForgetOldRequests() {
  const absl::Time now = clock_.Now();
  if (now - forgotten_at_ < kForgetInterval) return absl::OkStatus();
  RETURN_IF_ERROR(catalog_.ForgetRequests(now - kRequestMemory));
  forgotten_at_ = now;
  return absl::OkStatus();
}

}  // namespace eds
