#include "node/health_watch.h"

#include "absl/time/clock.h"
#include "common/error.h"
#include "glog/logging.h"

namespace eds {
namespace {

constexpr absl::Duration kProbeTime = absl::Seconds(5);

// A server that was lost to another agent is left alone.
absl::StatusOr<ServerInfo> Probe(const SlotState& state) {
  if (HasReason(state.health, Reason::kServerClaimed)) return state.health;
  return state.server->Probe(absl::Now() + kProbeTime);
}

void LogChange(const absl::Status& before, const absl::Status& after) {
  if (before.ok() == after.ok()) return;
  if (after.ok()) {
    LOG(INFO) << "the server answers again";
  } else {
    LOG(WARNING) << "the server cannot be used: " << after.message();
  }
}

}  // namespace

HealthWatch::HealthWatch(absl::Duration interval, ServerSlot& slot)
    : interval_(interval), slot_(slot), thread_([this] { Run(); }) {}

HealthWatch::~HealthWatch() {
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
  }
  thread_.join();
}

void HealthWatch::Run() {
  const auto pause = [this] {
    absl::MutexLock lock(&mutex_);
    return !mutex_.AwaitWithTimeout(absl::Condition(&closing_), interval_);
  };
  while (pause()) {
    const SlotState before = slot_.State();
    if (before.server == nullptr) continue;
    slot_.RecordProbe(*before.server, Probe(before));
    LogChange(before.health, slot_.State().health);
  }
}

}  // namespace eds
