#include "node/configuration_trial.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/config_keys.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "glog/logging.h"
#include "google/protobuf/util/message_differencer.h"
#include "node/server_config.h"
#include "node/wire.h"

namespace eds {
namespace {

using google::protobuf::util::MessageDifferencer;

// What the checks may take once a connection stands.
constexpr absl::Duration kCheckTime = absl::Seconds(10);
constexpr absl::Duration kLongestAttempt = absl::Seconds(60);

// What the agent goes by.
std::map<std::string, std::string> ValuesOf(const node::v1::Configuration& configuration) {
  std::map<std::string, std::string> values;
  for (const auto& [key, value] : configuration.values()) {
    if (!IsForController(key)) values[key] = value;
  }
  return values;
}

absl::Duration TimeFor(const ServerConfig& config) {
  return std::min(config.connect_timeout * static_cast<int>(config.hosts.size()) + kCheckTime,
                  kLongestAttempt);
}

bool PassesByItself(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsResourceExhausted(status);
}

bool IsLost(const absl::Status& status) { return HasReason(status, Reason::kServerClaimed); }

}  // namespace

ConfigurationTrial::ConfigurationTrial(Subject subject, DatabaseServerOpener open,
                                       TrialPauses pauses, RandomSource& random, ServerSlot& slot,
                                       Listener listener)
    : subject_(std::move(subject)),
      open_(std::move(open)),
      slot_(slot),
      listener_(std::move(listener)),
      unreachable_(pauses.unreachable, random),
      refused_(pauses.refused, random),
      thread_([this] { Run(); }) {}

ConfigurationTrial::~ConfigurationTrial() {
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
  }
  thread_.join();
}

void ConfigurationTrial::Claim(const ServerClaim& claim) {
  absl::MutexLock lock(&mutex_);
  const bool elsewhere = claim.installation != claim_.installation;
  claim_ = claim;
  if (!wanted_ || !(elsewhere || trying_ || IsLost(refusal_))) return;
  outcome_ = absl::nullopt;
  due_ = absl::InfinitePast();
}

void ConfigurationTrial::TryAgain() {
  absl::MutexLock lock(&mutex_);
  if (wanted_ && !trying_ && due_ == absl::InfiniteFuture()) due_ = absl::InfinitePast();
}

void ConfigurationTrial::Offer(const node::v1::Configuration& configuration) {
  absl::optional<node::v1::Outcome> known;
  {
    absl::MutexLock lock(&mutex_);
    if (wanted_ && MessageDifferencer::Equals(*wanted_, configuration)) {
      known = outcome_;
    } else {
      wanted_ = configuration;
      outcome_ = absl::nullopt;
      refusal_ = absl::OkStatus();
      due_ = absl::InfinitePast();
    }
  }
  if (known) listener_(*known);
}

absl::Status ConfigurationTrial::Refusal() const {
  absl::MutexLock lock(&mutex_);
  return refusal_;
}

absl::Status ConfigurationTrial::AwaitInUse(int64_t revision, absl::Time deadline) const {
  absl::MutexLock lock(&mutex_);
  const auto decided = [this, revision]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (closing_) return true;
    return wanted_ && (wanted_->revision() > revision ||
                       (wanted_->revision() == revision && outcome_.has_value()));
  };
  if (!mutex_.AwaitWithDeadline(absl::Condition(&decided), deadline) || closing_) {
    return MakeError(absl::StatusCode::kUnavailable, Reason::kNodeNotConnected,
                     absl::StrCat("revision ", revision, " is not in use yet; nothing was done"));
  }
  if (wanted_->revision() == revision) return refusal_;
  return MakeError(absl::StatusCode::kAborted, Reason::kOperationInProgress,
                   absl::StrCat("revision ", revision, " was replaced; nothing was done"));
}

void ConfigurationTrial::Run() {
  int64_t last_revision = 0;
  while (const absl::optional<node::v1::Configuration> configuration = Next()) {
    if (configuration->revision() != last_revision) {
      unreachable_.Reset();
      refused_.Reset();
    }
    last_revision = configuration->revision();
    Record(*configuration, Try(*configuration));
  }
}

absl::optional<node::v1::Configuration> ConfigurationTrial::Next() {
  absl::MutexLock lock(&mutex_);
  while (!closing_ && absl::Now() < due_) {
    const absl::Time due = due_;
    const auto changed = [this, due]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return closing_ || due_ != due;
    };
    mutex_.AwaitWithDeadline(absl::Condition(&changed), due);
  }
  if (closing_) return absl::nullopt;
  due_ = absl::InfiniteFuture();
  trying_ = true;
  return wanted_;
}

absl::Status ConfigurationTrial::Try(const node::v1::Configuration& configuration) {
  const SlotState state = slot_.State();
  if (!IsInUse(state, configuration)) return Open(configuration);
  slot_.Expect(configuration.expected_identity());
  RETURN_IF_ERROR(CheckIdentity(configuration.expected_identity(), *state.info));
  if (state.revision == configuration.revision()) return absl::OkStatus();
  slot_.Advance(configuration.revision());
  LOG(INFO) << "applied revision " << configuration.revision() << ", which changes nothing here";
  return absl::OkStatus();
}

bool ConfigurationTrial::IsInUse(const SlotState& state,
                                 const node::v1::Configuration& configuration) const {
  return state.server != nullptr && !IsLost(state.health) &&
         ValuesOf(configuration) == applied_values_ &&
         Secret(configuration.next_admin_password()) == applied_next_password_ &&
         held_.installation == NewestClaim().installation;
}

absl::Status ConfigurationTrial::Open(const node::v1::Configuration& configuration) {
  std::map<std::string, std::string> values = ValuesOf(configuration);
  ASSIGN_OR_RETURN(ServerConfig config, ParseServerConfig(subject_.kind, subject_.node, values));
  if (!configuration.next_admin_password().empty()) {
    config.next_password = Secret(configuration.next_admin_password());
  }
  const absl::Time deadline = absl::Now() + TimeFor(config);
  ASSIGN_OR_RETURN(std::unique_ptr<DatabaseServer> server, OpenClaimed(config, deadline));
  ASSIGN_OR_RETURN(const ServerInfo info, server->Probe(deadline));
  RETURN_IF_ERROR(CheckIdentity(configuration.expected_identity(), info));
  slot_.Install(configuration.revision(), std::move(server), info,
                configuration.expected_identity());
  applied_values_ = std::move(values);
  applied_next_password_ = Secret(configuration.next_admin_password());
  LOG(INFO) << "applied revision " << configuration.revision() << ": " << info.flavour << " "
            << info.version << " at " << info.address;
  return absl::OkStatus();
}

// Beside a server that works, another is opened with the same claim: a newer one would
// take the first one's connections away, even if the trial failed later.
absl::StatusOr<std::unique_ptr<DatabaseServer>> ConfigurationTrial::OpenClaimed(
    ServerConfig config, absl::Time deadline) {
  const SlotState state = slot_.State();
  const ServerClaim newest = NewestClaim();
  const bool beside =
      state.server != nullptr && !IsLost(state.health) && held_.installation == newest.installation;
  config.claim = beside ? held_ : newest;
  absl::StatusOr<std::unique_ptr<DatabaseServer>> server = open_(config, deadline);
  if (IsLost(server.status()) && config.claim.epoch < newest.epoch) {
    config.claim = newest;
    server = open_(config, deadline);
  }
  if (server.ok()) held_ = config.claim;
  return server;
}

ServerClaim ConfigurationTrial::NewestClaim() const {
  absl::MutexLock lock(&mutex_);
  return claim_;
}

void ConfigurationTrial::Record(const node::v1::Configuration& configuration,
                                const absl::Status& status) {
  node::v1::Outcome outcome;
  outcome.set_revision(configuration.revision());
  if (status.ok()) {
    const SlotState state = slot_.State();
    if (state.info) *outcome.mutable_server() = ToServer(*state.info);
  } else {
    *outcome.mutable_problem() = ToProblem(status);
    slot_.Refuse(status);
  }
  {
    absl::MutexLock lock(&mutex_);
    trying_ = false;
    if (MessageDifferencer::Equals(*wanted_, configuration)) {
      refusal_ = status;
      if (!status.ok()) {
        const absl::Duration pause = (PassesByItself(status) ? unreachable_ : refused_).Next();
        due_ = std::min(due_, absl::Now() + pause);
      }
      if (outcome_ && MessageDifferencer::Equals(*outcome_, outcome)) return;
      outcome_ = outcome;
    }
  }
  if (!status.ok()) {
    LOG(WARNING) << "revision " << configuration.revision() << " refused: " << status.message();
  }
  listener_(outcome);
}

}  // namespace eds
