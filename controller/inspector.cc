#include "controller/inspector.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "controller/record_walk.h"

namespace eds {
namespace {

using node::v1::Deviation;

// Whether no other object fares better.
bool IsAboutTheServer(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kResourceExhausted:
      return true;
    default:
      return false;
  }
}

bool IsMissing(const std::vector<Deviation>& deviations) {
  return std::any_of(deviations.begin(), deviations.end(),
                     [](const Deviation& deviation) { return deviation.missing(); });
}

bool IsExcess(const Deviation& deviation) { return !deviation.remedy().empty(); }

// The deviations of one sort, as one.
v1::Discrepancy Join(const std::vector<Deviation>& deviations, bool excess) {
  std::vector<std::string> details;
  std::vector<std::string> remedies;
  for (const Deviation& deviation : deviations) {
    if (IsExcess(deviation) != excess) continue;
    details.push_back(deviation.detail());
    if (excess) remedies.push_back(deviation.remedy());
  }
  v1::Discrepancy joined;
  joined.set_kind(excess ? v1::Discrepancy::KIND_EXCESSIVE : v1::Discrepancy::KIND_LACKING);
  joined.set_detail(absl::StrJoin(details, "; "));
  joined.set_remedy(absl::StrJoin(remedies, "; "));
  joined.set_action(v1::Discrepancy::ACTION_REPORTED);
  return joined;
}

absl::StatusOr<bool> IsAt(const absl::StatusOr<int64_t>& version, int64_t expected) {
  if (version.status().code() == absl::StatusCode::kNotFound) return false;
  RETURN_IF_ERROR(version.status());
  return *version == expected;
}

template <typename Record>
absl::StatusOr<int64_t> VersionOf(const absl::StatusOr<Stored<Record>>& stored) {
  RETURN_IF_ERROR(stored.status());
  return stored->version;
}

}  // namespace

absl::Status Inspector::Inspect(const std::string& node) {
  return ForEachDatabase(seams_.catalog, [&](const StoredDatabase& database) {
    return database.record.node() == node ? InspectDatabase(database) : absl::OkStatus();
  });
}

absl::Status Inspector::InspectDatabase(const StoredDatabase& database) {
  const std::string& id = database.record.id();
  if (database.record.state() == v1::Database::STATE_DELETED) {
    return ForEachUser(seams_.catalog, id,
                       [&](const StoredUser& user) { return KeepLocked(user, database); });
  }
  if (database.record.state() != v1::Database::STATE_READY) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool is_there, Examine(SubjectOf(database)));
  if (!is_there) return absl::OkStatus();
  found_.Remove(v1::Discrepancy::KIND_MISSING, database.record.owner_name());
  return ForEachUser(seams_.catalog, id,
                     [&](const StoredUser& user) { return InspectUser(user, database); });
}

absl::Status Inspector::InspectUser(const StoredUser& user, const StoredDatabase& database) {
  if (user.record.state() != v1::User::STATE_READY) return absl::OkStatus();
  return Examine(SubjectOf(user, database)).status();
}

// What lacks something may be locked, or lack something else: locking it does no harm.
absl::Status Inspector::KeepLocked(const StoredUser& user, const StoredDatabase& database) {
  const v1::User::State state = user.record.state();
  if (state != v1::User::STATE_READY && state != v1::User::STATE_ROTATING) return absl::OkStatus();
  const Subject subject = SubjectOf(user, database);
  const absl::StatusOr<Deviations> deviations = subject.inspect();
  if (IsAboutTheServer(deviations.status())) return deviations.status();
  if (deviations.ok() && IsMissing(*deviations)) return absl::OkStatus();
  const absl::Status locked = subject.repair();
  const bool was_locked = !deviations.ok() || std::any_of(deviations->begin(), deviations->end(),
                                                          [](const Deviation& deviation) {
                                                            return !IsExcess(deviation);
                                                          });
  if (was_locked && locked.ok()) return absl::OkStatus();
  v1::Discrepancy discrepancy;
  discrepancy.set_kind(v1::Discrepancy::KIND_EXCESSIVE);
  discrepancy.set_resource(subject.resource);
  discrepancy.set_server_name(subject.server_name);
  discrepancy.set_detail("it can log in, although its database is deleted");
  discrepancy.set_action(v1::Discrepancy::ACTION_MENDED);
  if (!locked.ok()) {
    discrepancy.set_action(v1::Discrepancy::ACTION_FAILED);
    discrepancy.set_detail(absl::StrCat("it cannot be locked: ", locked.message()));
  }
  found_.Put(discrepancy);
  return absl::OkStatus();
}

Inspector::Subject Inspector::SubjectOf(const StoredDatabase& database) {
  const std::string id = database.record.id();
  const std::string resource = FormatDatabaseName(id);
  return {.resource = resource,
          .server_name = database.record.server_name(),
          .inspect =
              [this, database] {
                return seams_.nodes.InspectDatabase(ToServer(database), StepDeadline());
              },
          .is_unchanged =
              [this, id, version = database.version] {
                return IsAt(VersionOf(seams_.catalog.GetEvenUndone(id)), version);
              },
          .repair = [this, id] { return databases_.Repair(id); },
          .remedy_if_missing = absl::StrCat("restore it on the server, or delete ", resource)};
}

Inspector::Subject Inspector::SubjectOf(const StoredUser& user, const StoredDatabase& database) {
  const UserName name{.database = user.record.database(), .user = user.record.id()};
  return {.resource = FormatUserName(name.database, name.user),
          .server_name = user.record.server_name(),
          .inspect =
              [this, user, database] {
                return seams_.nodes.InspectUser(ToServer(user, database), StepDeadline());
              },
          .is_unchanged = [this, name, user_version = user.version,
                           database_version = database.version]() -> absl::StatusOr<bool> {
            ASSIGN_OR_RETURN(const bool is_at,
                             IsAt(VersionOf(seams_.catalog.GetEvenUndone(name)), user_version));
            if (!is_at) return false;
            return IsAt(VersionOf(seams_.catalog.GetEvenUndone(name.database)), database_version);
          },
          .repair = [this, name] { return users_.Repair(name); },
          .remedy_if_missing = ""};
}

absl::StatusOr<bool> Inspector::Examine(const Subject& subject) {
  const absl::StatusOr<Deviations> deviations = subject.inspect();
  if (IsAboutTheServer(deviations.status())) return deviations.status();
  ASSIGN_OR_RETURN(const bool is_unchanged, subject.is_unchanged());
  if (!is_unchanged) return false;
  found_.Remove(v1::Discrepancy::KIND_MISSING, subject.server_name);
  const auto put = [&](v1::Discrepancy discrepancy) {
    discrepancy.set_resource(subject.resource);
    discrepancy.set_server_name(subject.server_name);
    found_.Put(std::move(discrepancy));
  };
  if (!deviations.ok()) {
    v1::Discrepancy failed;
    failed.set_kind(v1::Discrepancy::KIND_LACKING);
    failed.set_action(v1::Discrepancy::ACTION_FAILED);
    failed.set_detail(absl::StrCat("it cannot be looked at: ", deviations.status().message()));
    put(std::move(failed));
    return true;
  }
  const bool is_missing = IsMissing(*deviations);
  v1::Discrepancy lacking = Join(*deviations, /*excess=*/false);
  if (is_missing) lacking.set_kind(v1::Discrepancy::KIND_MISSING);
  if (is_missing && !subject.remedy_if_missing.empty()) {
    lacking.set_remedy(subject.remedy_if_missing);
    put(std::move(lacking));
  } else if (!lacking.detail().empty()) {
    put(Mend(subject, std::move(lacking)));
  }
  v1::Discrepancy excessive = Join(*deviations, /*excess=*/true);
  if (!excessive.detail().empty()) put(std::move(excessive));
  return !is_missing;
}

v1::Discrepancy Inspector::Mend(const Subject& subject, v1::Discrepancy discrepancy) {
  absl::Status mended = subject.repair();
  if (mended.code() == absl::StatusCode::kAborted) {
    discrepancy.set_remedy("another operation is at it: look again later");
    return discrepancy;
  }
  if (mended.ok()) {
    const absl::StatusOr<Deviations> left = subject.inspect();
    mended = left.status();
    if (mended.ok() && !Join(*left, /*excess=*/false).detail().empty()) {
      mended = absl::InternalError("the step that should mend it made no difference");
    }
  }
  discrepancy.set_action(mended.ok() ? v1::Discrepancy::ACTION_MENDED
                                     : v1::Discrepancy::ACTION_FAILED);
  if (!mended.ok()) {
    discrepancy.set_detail(
        absl::StrCat(discrepancy.detail(), "; mending it failed: ", mended.message()));
  }
  return discrepancy;
}

}  // namespace eds
