#include "controller/placement.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/config_keys.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"

namespace eds {
namespace {

struct Obstacle {
  std::string node;
  absl::Status status;
};

// Which of several obstacles decides what the caller should do: waiting for one that
// passes beats everything else.
int Rank(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return 2;
    case absl::StatusCode::kResourceExhausted:
      return 1;
    default:
      return 0;
  }
}

absl::Status Summary(v1::Kind kind, const std::vector<Obstacle>& obstacles) {
  if (obstacles.empty()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kNodeNotConnected,
                     absl::StrCat("no ", KindPrefix(kind), " node has ever joined: start ",
                                  KindPrefix(kind), "_node"));
  }
  const Obstacle* leading = &obstacles.front();
  for (const Obstacle& obstacle : obstacles) {
    if (Rank(obstacle.status) > Rank(leading->status)) leading = &obstacle;
  }
  absl::Status status = leading->status;
  if (obstacles.size() > 1) {
    const std::string all =
        absl::StrJoin(obstacles, "; ", [](std::string* out, const Obstacle& obstacle) {
          absl::StrAppend(out, obstacle.status.message());
        });
    status = MakeError(status.code(), ParseReason(ReasonOf(status)).value_or(Reason::kInternal),
                       absl::StrCat("no ", KindPrefix(kind), " node can take it: ", all));
    if (status.code() != absl::StatusCode::kFailedPrecondition) {
      status = WithRetryAfter(status, absl::Seconds(1));
    }
  }
  for (const Obstacle& obstacle : obstacles) {
    status = WithViolation(status, ReasonOf(obstacle.status), FormatNodeName(obstacle.node),
                           obstacle.status.message());
  }
  return status;
}

}  // namespace

absl::StatusOr<std::string> Placement::Choose(v1::Kind kind) {
  ASSIGN_OR_RETURN(const std::vector<StoredNode> nodes, catalog_.ListNodes());
  std::vector<Obstacle> obstacles;
  std::string chosen;
  int64_t fewest = 0;
  for (const StoredNode& node : nodes) {
    if (node.record.kind() != kind) continue;
    const std::string& id = node.record.id();
    if (const absl::Status status = Check(node); !status.ok()) {
      obstacles.push_back({id, status});
      continue;
    }
    const int64_t count = catalog_.CountDatabases(id);
    if (chosen.empty() || count < fewest) {
      chosen = id;
      fewest = count;
    }
  }
  if (chosen.empty()) return Summary(kind, obstacles);
  return chosen;
}

absl::Status Placement::Check(const StoredNode& node) {
  const std::string& id = node.record.id();
  if (node.record.cordoned()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kNodeCordoned,
                     absl::StrCat(id, " is cordoned: edsctl node uncordon ", id), {{"node", id}});
  }
  RETURN_IF_ERROR(directory_.CheckReady(id));
  ASSIGN_OR_RETURN(const int64_t limit, configs_.MaxDatabases(id));
  if (limit > 0 && catalog_.CountDatabases(id) >= limit) {
    return WithRetryAfter(MakeError(absl::StatusCode::kResourceExhausted, Reason::kNodeFull,
                                    absl::StrCat(id, " has its ", limit,
                                                 " databases: delete some, add a node, or "
                                                 "raise max_databases"),
                                    {{"node", id}}),
                          absl::Minutes(1));
  }
  return absl::OkStatus();
}

}  // namespace eds
