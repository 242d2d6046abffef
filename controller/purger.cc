#include "controller/purger.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "common/timestamp.h"
#include "controller/object_name.h"
#include "glog/logging.h"

namespace eds {
namespace {

using Names = std::set<std::string>;

// Whether the other objects cannot be dropped either.
bool IsOutOfReach(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kDeadlineExceeded;
}

bool Is(ObjectLetter letter, const std::string& name) {
  return name[0] == static_cast<char>(letter);
}

bool IsLogin(const std::string& name) {
  return Is(ObjectLetter::kUser, name) || Is(ObjectLetter::kOtherLogin, name);
}

// A database and its roles are dropped by one step: so none of them may be known, nor
// too young.
bool IsSafe(const std::string& name, const std::string& installation, const Comparison& comparison,
            const Names& candidates) {
  if (IsLogin(name)) return true;
  const std::string id = IdInObjectName(installation, name);
  const auto is_no_obstacle = [&](ObjectLetter letter) {
    const std::string part = FormatObjectName(letter, installation, id);
    return !comparison.objects.contains(part) ||
           (comparison.unknown.contains(part) && candidates.contains(part));
  };
  return is_no_obstacle(ObjectLetter::kDatabase) && is_no_obstacle(ObjectLetter::kOwner) &&
         is_no_obstacle(ObjectLetter::kWriters) && is_no_obstacle(ObjectLetter::kReaders);
}

absl::Status CheckShare(const std::string& node, size_t doomed, size_t objects, int max_percent) {
  if (doomed * 100 <= objects * max_percent) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kFailedPrecondition, Reason::kPurgeRefused,
      absl::StrCat(doomed, " of the ", objects, " objects of ", node,
                   " would be dropped, more than ", max_percent,
                   " percent: find out why they are in no record, and allow more if they may go"));
}

}  // namespace

absl::Status Purger::Purge(const std::string& node, const Names& candidates, int max_percent) {
  ASSIGN_OR_RETURN(const Comparison comparison, CompareWithRecords(seams_, node));
  Names doomed;
  std::copy_if(candidates.begin(), candidates.end(), std::inserter(doomed, doomed.end()),
               [&](const std::string& name) {
                 return comparison.unknown.contains(name) &&
                        IsSafe(name, seams_.installation, comparison, candidates);
               });
  RETURN_IF_ERROR(CheckShare(node, doomed.size(), comparison.objects.size(), max_percent));
  RETURN_IF_ERROR(LockUsers(node, doomed));
  RETURN_IF_ERROR(DropDatabases(node, doomed));
  // Last: by now they own nothing that went with a database.
  return DropUsers(node, doomed);
}

absl::Status Purger::LockUsers(const std::string& node, Names& doomed) {
  const Names all = doomed;
  for (const std::string& name : all) {
    if (!IsLogin(name)) continue;
    const std::string id = IdInObjectName(seams_.installation, name);
    const absl::Status locked =
        seams_.nodes.LockUser({.name = name, .database = NameDatabase(node, id)}, StepDeadline());
    if (locked.ok()) continue;
    doomed.erase(name);
    RETURN_IF_ERROR(Tell(name, locked));
  }
  return absl::OkStatus();
}

absl::Status Purger::DropDatabases(const std::string& node, const Names& doomed) {
  for (const std::string& name : doomed) {
    if (IsLogin(name)) continue;
    const DatabaseOnServer database = NameDatabase(node, IdInObjectName(seams_.installation, name));
    // Roles go with their database, which comes first.
    if (name != database.name && doomed.contains(database.name)) continue;
    ASSIGN_OR_RETURN(const bool is_adopted, IsAdopted(database));
    if (is_adopted) continue;
    RETURN_IF_ERROR(Record(node, name));
    const absl::Status dropped = seams_.nodes.DropDatabase(database, StepDeadline());
    RETURN_IF_ERROR(Tell(name, dropped));
    if (name != database.name) continue;
    std::vector<std::string> roles = GroupNames(database.owner);
    roles.push_back(database.owner);
    for (const std::string& role : roles) {
      if (doomed.contains(role)) RETURN_IF_ERROR(Tell(role, dropped));
    }
  }
  return absl::OkStatus();
}

// Somebody may have taken it over since the last look.
absl::StatusOr<bool> Purger::IsAdopted(const DatabaseOnServer& database) {
  const absl::Status found = seams_.catalog.FindAdopted(database.node, database.name).status();
  if (found.code() == absl::StatusCode::kNotFound) return false;
  RETURN_IF_ERROR(found);
  return true;
}

absl::Status Purger::DropUsers(const std::string& node, const Names& doomed) {
  for (const std::string& name : doomed) {
    if (!IsLogin(name)) continue;
    const std::string id = IdInObjectName(seams_.installation, name);
    RETURN_IF_ERROR(Record(node, name));
    const absl::Status dropped =
        seams_.nodes.DropUser({.name = name, .database = NameDatabase(node, id)}, StepDeadline());
    RETURN_IF_ERROR(Tell(name, dropped));
  }
  return absl::OkStatus();
}

absl::Status Purger::Record(const std::string& node, const std::string& name) {
  LOG(WARNING) << "purging " << name << " of " << node << ", which is in no record";
  v1::Purge purge;
  purge.set_node(FormatNodeName(node));
  purge.set_server_name(name);
  purge.set_cause(v1::Purge::CAUSE_UNKNOWN);
  *purge.mutable_purge_time() = ToTimestamp(seams_.clock.Now());
  return seams_.catalog.RecordPurge(purge);
}

absl::Status Purger::Tell(const std::string& name, const absl::Status& dropped) {
  if (IsOutOfReach(dropped)) return dropped;
  v1::Discrepancy discrepancy;
  discrepancy.set_kind(v1::Discrepancy::KIND_UNKNOWN);
  discrepancy.set_server_name(name);
  discrepancy.set_action(v1::Discrepancy::ACTION_PURGED);
  discrepancy.set_detail("it was in no record");
  if (!dropped.ok()) {
    discrepancy.set_action(v1::Discrepancy::ACTION_FAILED);
    discrepancy.set_detail(absl::StrCat("it cannot be dropped: ", dropped.message()));
  }
  found_.Put(std::move(discrepancy));
  return absl::OkStatus();
}

// The owner of a user that nobody knows is not known either: the names are those of a
// database that is not there.
DatabaseOnServer Purger::NameDatabase(const std::string& node, const std::string& id) const {
  return {.node = node,
          .name = FormatObjectName(ObjectLetter::kDatabase, seams_.installation, id),
          .owner = FormatObjectName(ObjectLetter::kOwner, seams_.installation, id)};
}

}  // namespace eds
