#include "controller/node_directory.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"

namespace eds {
namespace {

absl::Status NotConnected(const std::string& node) {
  return WithRetryAfter(
      MakeError(absl::StatusCode::kUnavailable, Reason::kNodeNotConnected,
                absl::StrCat(node, " is not connected: start it, or wait until it is back"),
                {{"node", node}}),
      absl::Seconds(1));
}

absl::Status Trying(const std::string& node) {
  return WithRetryAfter(
      MakeError(absl::StatusCode::kUnavailable, Reason::kNodeNotConnected,
                absl::StrCat(node, " has joined, and is trying its configuration"),
                {{"node", node}}),
      absl::Seconds(1));
}

// A problem that an agent reported, as an error of our API.
absl::Status ToStatus(const std::string& node, const node::v1::Problem& problem) {
  absl::Status status(static_cast<absl::StatusCode>(problem.code()), problem.message());
  const bool may_pass = status.code() == absl::StatusCode::kUnavailable ||
                        status.code() == absl::StatusCode::kDeadlineExceeded ||
                        status.code() == absl::StatusCode::kResourceExhausted;
  status =
      MakeError(may_pass ? absl::StatusCode::kUnavailable : absl::StatusCode::kFailedPrecondition,
                ParseReason(problem.reason()).value_or(Reason::kInternal),
                absl::StrCat(node, ": ", problem.message()), {{"node", node}});
  return may_pass ? WithRetryAfter(status, absl::Seconds(1)) : status;
}

absl::Status CheckReady(const std::string& id, const JoinedNode& node) {
  if (!node.reported) return Trying(id);
  if (node.applied_revision == 0) {
    if (node.config_problem) return ToStatus(id, *node.config_problem);
    if (node.wanted_revision > 0) return Trying(id);
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kNodeNotConfigured,
                     absl::StrCat(id, " has no configuration: edsctl config set ", id, " …"),
                     {{"node", id}});
  }
  if (node.health_problem) return ToStatus(id, *node.health_problem);
  return absl::OkStatus();
}

}  // namespace

void NodeDirectory::OnReady(std::function<void()> callback) {
  absl::MutexLock lock(&mutex_);
  on_ready_ = std::move(callback);
}

absl::Status NodeDirectory::CheckFree(const std::string& node) const {
  absl::MutexLock lock(&mutex_);
  return CheckFreeLocked(node);
}

absl::Status NodeDirectory::CheckFreeLocked(const std::string& node) const {
  const auto found = members_.find(node);
  if (found == members_.end()) return absl::OkStatus();
  return WithRetryAfter(
      MakeError(absl::StatusCode::kAlreadyExists, Reason::kNodeIdInUse,
                absl::StrCat("a node ", node, " is joined already, from ",
                             found->second.node.hello.address(),
                             ": start this one with another --id, or end the other")),
      absl::Seconds(1));
}

absl::Status NodeDirectory::Join(const node::v1::Hello& hello, const node::v1::Welcome& welcome,
                                 Send send) {
  node::v1::JoinResponse greeting;
  *greeting.mutable_welcome() = welcome;
  absl::MutexLock lock(&mutex_);
  RETURN_IF_ERROR(CheckFreeLocked(hello.node()));
  send(greeting);
  Member member{.node = {.hello = hello, .last_seen = clock_.Now()}, .send = std::move(send)};
  members_.emplace(hello.node(), std::move(member));
  return absl::OkStatus();
}

void NodeDirectory::Leave(const std::string& node, const std::string& instance) {
  absl::MutexLock lock(&mutex_);
  const auto found = members_.find(node);
  if (found == members_.end() || found->second.node.hello.instance() != instance) return;
  left_[node] = found->second.node.last_seen;
  members_.erase(found);
}

void NodeDirectory::Record(const std::string& node, const node::v1::Outcome& outcome) {
  Update(node, [&outcome](JoinedNode& joined) {
    if (outcome.has_problem()) {
      joined.rejected_revision = outcome.revision();
      joined.config_problem = outcome.problem();
    } else {
      joined.applied_revision = outcome.revision();
      joined.config_problem.reset();
      joined.health_problem.reset();
      joined.server = outcome.server();
    }
  });
}

void NodeDirectory::Record(const std::string& node, const node::v1::Health& health) {
  Update(node, [&health](JoinedNode& joined) {
    joined.applied_revision = health.revision();
    joined.health_problem.reset();
    if (health.has_problem()) joined.health_problem = health.problem();
    if (health.has_server()) joined.server = health.server();
  });
}

void NodeDirectory::Update(const std::string& node,
                           const std::function<void(JoinedNode&)>& change) {
  std::function<void()> callback;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = members_.find(node);
    if (found == members_.end()) return;
    JoinedNode& joined = found->second.node;
    const bool was_ready = eds::CheckReady(node, joined).ok();
    change(joined);
    joined.last_seen = clock_.Now();
    joined.reported = true;
    if (!was_ready && eds::CheckReady(node, joined).ok()) callback = on_ready_;
  }
  if (callback) callback();
}

void NodeDirectory::Configure(const std::string& node, const node::v1::Configuration& configuration,
                              bool holds_to_server) {
  node::v1::JoinResponse response;
  *response.mutable_configuration() = configuration;
  absl::MutexLock lock(&mutex_);
  const auto found = members_.find(node);
  if (found == members_.end()) return;
  found->second.node.wanted_revision = configuration.revision();
  found->second.node.holds_to_server = holds_to_server;
  found->second.send(response);
}

std::vector<std::string> NodeDirectory::Joined() const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::string> ids;
  for (const auto& [id, member] : members_) ids.push_back(id);
  return ids;
}

std::string NodeDirectory::ServerIdentity(const std::string& node) const {
  absl::MutexLock lock(&mutex_);
  const auto found = members_.find(node);
  if (found == members_.end() || !found->second.node.server) return "";
  return found->second.node.server->identity();
}

absl::optional<JoinedNode> NodeDirectory::Find(const std::string& node) const {
  absl::MutexLock lock(&mutex_);
  const auto found = members_.find(node);
  if (found == members_.end()) return absl::nullopt;
  return found->second.node;
}

absl::optional<absl::Time> NodeDirectory::LastSeen(const std::string& node) const {
  absl::MutexLock lock(&mutex_);
  const auto found = left_.find(node);
  if (found == left_.end()) return absl::nullopt;
  return found->second;
}

absl::Status NodeDirectory::CheckReady(const std::string& node) const {
  absl::MutexLock lock(&mutex_);
  const auto found = members_.find(node);
  if (found == members_.end()) return NotConnected(node);
  return eds::CheckReady(node, found->second.node);
}

absl::Status NodeDirectory::WaitForOther(const std::string& node, const std::string& instance,
                                         absl::Time deadline) const {
  absl::MutexLock lock(&mutex_);
  const auto back = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto found = members_.find(node);
    if (found == members_.end()) return false;
    const JoinedNode& joined = found->second.node;
    return joined.hello.instance() != instance && joined.reported &&
           std::max(joined.applied_revision, joined.rejected_revision) >= joined.wanted_revision;
  };
  if (!mutex_.AwaitWithDeadline(absl::Condition(&back), deadline)) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kNodeNotConnected,
                     absl::StrCat(node, " has not come back from its restart yet: see its log"),
                     {{"node", node}});
  }
  return absl::OkStatus();
}

}  // namespace eds
