#include "tools/cli/config_outcome.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "tools/cli/words.h"

namespace eds::cli {
namespace {

constexpr absl::Duration kLongestWait = absl::Seconds(5);
constexpr absl::Duration kPause = absl::Milliseconds(100);

// The node, or an error while it is not known.
absl::StatusOr<v1::Node> GetNode(Session& session, const std::string& name) {
  v1::GetNodeRequest request;
  request.set_name(name);
  return session.client().Call(&v1::NodeService::Stub::GetNode, request);
}

bool IsApplied(const v1::Node& node, int64_t revision) {
  return node.applied_revision() >= revision;
}

bool IsDecided(const v1::Node& node, int64_t revision) {
  return IsApplied(node, revision) || node.rejected_revision() >= revision ||
         node.state() == v1::Node::STATE_DISCONNECTED;
}

std::string Words(const v1::Node& node, int64_t revision) {
  if (IsApplied(node, revision)) {
    return absl::StrCat("applied revision ", node.applied_revision(), " (", ServerWords(node), ")");
  }
  if (node.state() == v1::Node::STATE_DISCONNECTED) return "saved; the node is not running";
  absl::string_view reason = "the node is still trying it";
  if (node.rejected_revision() >= revision) reason = node.condition();
  // A node that goes on with an older revision says so itself.
  absl::ConsumePrefix(&reason, absl::StrCat("revision ", revision, " was not applied: "));
  return absl::StrCat("revision ", revision, " not applied yet: ", reason);
}

}  // namespace

std::string ConfigOutcome(Session& session, const v1::Config& config) {
  Environment& environment = session.environment();
  const std::string name(absl::StripSuffix(config.name(), "/config"));
  const absl::Time until = std::min(environment.clock.Now() + kLongestWait, session.deadline());
  for (;;) {
    const absl::StatusOr<v1::Node> node = GetNode(session, name);
    if (absl::IsNotFound(node.status())) {
      return absl::StrCat(IdOf(name), ": saved; the node is not running");
    }
    if (!node.ok()) {
      return absl::StrCat(IdOf(name),
                          ": saved; whether it is applied is not known: ", node.status().message());
    }
    const bool is_late = environment.clock.Now() + kPause >= until;
    if (is_late || IsDecided(*node, config.revision())) {
      return absl::StrCat(IdOf(name), ": ", Words(*node, config.revision()));
    }
    environment.sleep(kPause);
  }
}

}  // namespace eds::cli
