#include "node/server_slot.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"

namespace eds {

absl::Status CheckIdentity(const std::string& expected, const ServerInfo& info) {
  if (expected.empty() || expected == info.identity) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerIdentityChanged,
                   absl::StrCat("the server at ", info.address, " is ", info.identity,
                                ", but the databases of this node are on ", expected,
                                " (those it keeps ready count: without others, set "
                                "ready_databases and ready_users to 0 first); if it is meant to "
                                "replace that one, set the configuration "
                                "again with --force"));
}

ServerSlot::ServerSlot(absl::Status refusal, Listener listener) : listener_(std::move(listener)) {
  state_.health = std::move(refusal);
}

void ServerSlot::Install(int64_t revision, std::shared_ptr<DatabaseServer> server,
                         const ServerInfo& info, const std::string& expected) {
  {
    absl::MutexLock lock(&mutex_);
    state_.revision = revision;
    state_.server.swap(server);
    state_.info = info;
    expected_ = expected;
    state_.health = CheckIdentity(expected_, info);
  }
  Notify();
}

void ServerSlot::Advance(int64_t revision) {
  {
    absl::MutexLock lock(&mutex_);
    state_.revision = revision;
  }
  Notify();
}

void ServerSlot::Expect(const std::string& expected) {
  {
    absl::MutexLock lock(&mutex_);
    expected_ = expected;
    if (!state_.info) return;
    const absl::Status identity = CheckIdentity(expected_, *state_.info);
    const bool refused = HasReason(state_.health, Reason::kServerIdentityChanged);
    if (!identity.ok() || refused) state_.health = identity;
  }
  Notify();
}

void ServerSlot::Refuse(const absl::Status& refusal) {
  {
    absl::MutexLock lock(&mutex_);
    if (state_.server != nullptr) return;
    state_.health = refusal;
  }
  Notify();
}

void ServerSlot::RecordProbe(const DatabaseServer& server,
                             const absl::StatusOr<ServerInfo>& probed) {
  {
    absl::MutexLock lock(&mutex_);
    if (state_.server.get() != &server) return;
    const bool lost = HasReason(state_.health, Reason::kServerClaimed);
    const bool other = HasReason(state_.health, Reason::kServerIdentityChanged);
    if (probed.ok() && !lost) {
      state_.info = *probed;
      state_.health = CheckIdentity(expected_, *probed);
    } else if (!probed.ok() && !lost && !other) {
      state_.health = probed.status();
    }
  }
  Notify();
}

SlotState ServerSlot::State() const {
  absl::MutexLock lock(&mutex_);
  return state_;
}

absl::StatusOr<std::shared_ptr<DatabaseServer>> ServerSlot::Get() const {
  absl::MutexLock lock(&mutex_);
  if (state_.server == nullptr) return state_.health;
  for (const Reason reason : {Reason::kServerIdentityChanged, Reason::kServerClaimed}) {
    if (HasReason(state_.health, reason)) return state_.health;
  }
  return state_.server;
}

void ServerSlot::Notify() {
  absl::MutexLock lock(&notifying_);
  listener_(State());
}

}  // namespace eds
