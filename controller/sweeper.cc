#include "controller/sweeper.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "controller/inspector.h"
#include "controller/purger.h"
#include "glog/logging.h"

namespace eds {
namespace {

// Some two megabytes, where a client of gRPC takes four.
constexpr int kMostDiscrepancies = 10'000;

}  // namespace

absl::StatusOr<Comparison> Sweeper::Look(const std::string& node) {
  const std::string resource = FormatNodeName(node);
  const auto hold = seams_.locks.Own(resource, seams_.clock.Now());
  if (hold == nullptr) return OwnedByAnother(resource);
  return LookAndRemember(node);
}

absl::StatusOr<v1::ReconcileNodeResponse> Sweeper::Reconcile(const Reconciliation& request) {
  RETURN_IF_ERROR(seams_.catalog.GetNode(request.node).status());
  RETURN_IF_ERROR(seams_.directory.CheckReady(request.node));
  const std::string resource = FormatNodeName(request.node);
  const auto hold = seams_.locks.Own(resource, seams_.clock.Now());
  if (hold == nullptr) return OwnedByAnother(resource);
  ASSIGN_OR_RETURN(const Comparison comparison, LookAndRemember(request.node));
  Discrepancies found;
  Tell(request.node, comparison, found);
  if (request.purge) RETURN_IF_ERROR(Purge(request, found));
  RETURN_IF_ERROR(Inspector(seams_, databases_, users_, found).Inspect(request.node));
  v1::ReconcileNodeResponse response;
  response.set_object_count(static_cast<int64_t>(comparison.objects.size()));
  found.AddTo(response, kMostDiscrepancies);
  return response;
}

absl::StatusOr<Comparison> Sweeper::LookAndRemember(const std::string& node) {
  const absl::optional<JoinedNode> joined = seams_.directory.Find(node);
  ASSIGN_OR_RETURN(Comparison comparison, CompareWithRecords(seams_, node));
  const std::string identity = joined && joined->server ? joined->server->identity() : "";
  for (const StoredReady& lost : comparison.lost) Forget(lost);
  sightings_.Remember(node, identity, comparison.unknown, seams_.clock.Uptime());
  return comparison;
}

// Half of it may be there.
void Sweeper::Forget(const StoredReady& lost) {
  const ReadyName name{.node = lost.record.node(), .id = lost.record.id()};
  seams_.pool.Take(name);
  const absl::Status dropped = ready_.Drop(lost);
  LOG(WARNING) << FormatReadyName(name.node, name.id)
               << ", made ahead, is not on the server any more; it is forgotten: " << dropped;
}

void Sweeper::Tell(const std::string& node, const Comparison& comparison,
                   Discrepancies& found) const {
  for (const v1::Discrepancy& missing : comparison.missing) found.Put(missing);
  const std::string purge = absl::StrCat("edsctl reconcile ", node, " --purge drops it");
  for (const auto& [name, first_seen] : sightings_.Of(node)) {
    const absl::Duration wait = first_seen + purge_wait_ - seams_.clock.Uptime();
    v1::Discrepancy unknown;
    unknown.set_kind(v1::Discrepancy::KIND_UNKNOWN);
    unknown.set_server_name(name);
    unknown.set_detail("it bears the mark of this installation, and is in no record");
    unknown.set_action(v1::Discrepancy::ACTION_REPORTED);
    unknown.set_remedy(wait <= absl::ZeroDuration() ? purge
                                                    : absl::StrCat(purge, " after another ",
                                                                   absl::FormatDuration(absl::Ceil(
                                                                       wait, absl::Seconds(1)))));
    found.Put(std::move(unknown));
  }
}

absl::Status Sweeper::Purge(const Reconciliation& request, Discrepancies& found) {
  std::set<std::string> candidates;
  for (const auto& [name, first_seen] : sightings_.Of(request.node)) {
    if (first_seen + purge_wait_ <= seams_.clock.Uptime()) candidates.insert(name);
  }
  if (candidates.empty()) return absl::OkStatus();
  return Purger(seams_, found).Purge(request.node, candidates, request.max_purge_percent);
}

}  // namespace eds
