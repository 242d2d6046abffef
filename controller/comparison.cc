#include "controller/comparison.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "controller/object_name.h"
#include "controller/record_walk.h"

namespace eds {
namespace {

using Names = std::set<std::string>;

absl::Time StepDeadline(const ProvisionerSeams& seams) { return seams.clock.Now() + kStepBudget; }

absl::StatusOr<Names> ListObjects(const ProvisionerSeams& seams, const std::string& node) {
  ASSIGN_OR_RETURN(const ObjectsOnServer listed,
                   seams.nodes.ListObjects(node, seams.installation, StepDeadline(seams)));
  Names names;
  for (const std::string& name : listed.databases) {
    if (IsObjectName(ObjectLetter::kDatabase, seams.installation, name)) names.insert(name);
  }
  for (const std::string& name : listed.users) {
    if (IsLoginName(seams.installation, name) || IsRoleName(seams.installation, name)) {
      names.insert(name);
    }
  }
  return names;
}

// Whether it is on the server, and nothing is being done to it.
bool IsSettled(const state::v1::DatabaseRecord& record) {
  return record.state() == v1::Database::STATE_READY ||
         record.state() == v1::Database::STATE_DELETED;
}

bool IsSettled(const state::v1::UserRecord& record) {
  return record.state() == v1::User::STATE_READY;
}

// Something that was not on the server when its record was read. It may have come
// between: this has to be looked at again.
struct Suspect {
  v1::Discrepancy discrepancy;
  StoredDatabase database;
  absl::optional<StoredUser> user;
};

Suspect NewSuspect(const StoredDatabase& database, const std::string& name,
                   absl::string_view detail, std::string remedy) {
  Suspect suspect{.database = database};
  suspect.discrepancy.set_kind(v1::Discrepancy::KIND_MISSING);
  suspect.discrepancy.set_server_name(name);
  suspect.discrepancy.set_resource(FormatDatabaseName(database.record.id()));
  suspect.discrepancy.set_detail(std::string(detail));
  suspect.discrepancy.set_action(v1::Discrepancy::ACTION_REPORTED);
  suspect.discrepancy.set_remedy(std::move(remedy));
  return suspect;
}

// One look at one node. Its memory grows with the server's objects, and with what is
// missing there; the records are read by page.
class Look {
 public:
  Look(const ProvisionerSeams& seams, std::string node) : seams_(seams), node_(std::move(node)) {}

  absl::StatusOr<Comparison> Take();

 private:
  absl::Status CompareOwn(const StoredDatabase& database);
  absl::Status RecogniseOthers(const StoredDatabase& database);
  void Recognise(const std::string& name) { comparison_.unknown.erase(name); }
  void Recognise(const state::v1::DatabaseRecord& record);
  void Recognise(const StoredUser& user, const StoredDatabase& database);
  bool IsThere(const std::string& name) const { return comparison_.objects.contains(name); }
  // Whether nobody has touched it since it was suspected.
  absl::StatusOr<bool> IsUnchanged(const Suspect& suspect);
  absl::StatusOr<bool> IsStillMissing(const Suspect& suspect, const Names& objects);
  absl::Status CompareReady();
  static bool IsThere(const StoredReady& ready, const Names& objects);
  absl::Status Confirm();

  const ProvisionerSeams& seams_;
  const std::string node_;
  Comparison comparison_;
  std::vector<Suspect> suspects_;
  std::vector<StoredReady> suspected_ready_;
};

absl::StatusOr<Comparison> Look::Take() {
  ASSIGN_OR_RETURN(comparison_.objects, ListObjects(seams_, node_));
  comparison_.unknown = comparison_.objects;
  // First: what is claimed meanwhile is then found among the databases and users.
  RETURN_IF_ERROR(CompareReady());
  RETURN_IF_ERROR(ForEachDatabase(seams_.catalog, [this](const StoredDatabase& database) {
    return database.record.node() == node_ ? CompareOwn(database) : absl::OkStatus();
  }));
  // By mistake, two nodes may lead to one server.
  if (!comparison_.unknown.empty()) {
    RETURN_IF_ERROR(ForEachDatabase(seams_.catalog, [this](const StoredDatabase& database) {
      return database.record.node() == node_ ? absl::OkStatus() : RecogniseOthers(database);
    }));
  }
  if (!suspects_.empty() || !suspected_ready_.empty()) RETURN_IF_ERROR(Confirm());
  return std::move(comparison_);
}

void Look::Recognise(const state::v1::DatabaseRecord& record) {
  Recognise(record.server_name());
  Recognise(record.owner_name());
  for (const std::string& group : GroupNames(record.owner_name())) Recognise(group);
  Recognise(record.first_login().server_name());
}

void Look::Recognise(const StoredUser& user, const StoredDatabase& database) {
  for (const UserOnServer& login : LoginsOf(user, database)) Recognise(login.name);
}

// Another node may lead to this server, here as well.
absl::Status Look::CompareReady() {
  ASSIGN_OR_RETURN(const std::vector<StoredReady> all, seams_.catalog.ListReady());
  for (const StoredReady& ready : all) {
    Recognise(ready.record.login().server_name());
    Recognise(ready.record.database().server_name());
    const std::string& owner = ready.record.database().owner_name();
    Recognise(owner);
    const bool is_settled = ready.record.state() == state::v1::READY_STATE_READY;
    const bool is_ours = ready.record.node() == node_;
    if (is_ours && is_settled && !IsThere(ready, comparison_.objects)) {
      suspected_ready_.push_back(ready);
    }
  }
  return absl::OkStatus();
}

bool Look::IsThere(const StoredReady& ready, const Names& objects) {
  if (!objects.contains(ready.record.login().server_name())) return false;
  return !ready.record.has_database() || objects.contains(ready.record.database().server_name());
}

absl::Status Look::CompareOwn(const StoredDatabase& database) {
  const state::v1::DatabaseRecord& record = database.record;
  const std::string resource = FormatDatabaseName(record.id());
  Recognise(record);
  const bool is_settled = IsSettled(record);
  if (is_settled && !IsThere(record.server_name())) {
    suspects_.push_back(NewSuspect(database, record.server_name(),
                                   "the database is not on the server",
                                   absl::StrCat("restore it on the server, or delete ", resource)));
  }
  const bool has_owner = record.kind() == v1::KIND_POSTGRESQL;
  if (is_settled && has_owner && !IsThere(record.owner_name())) {
    suspects_.push_back(NewSuspect(database, record.owner_name(),
                                   "the role that owns the database is not on the server",
                                   absl::StrCat("edsctl reconcile ", node_)));
  }
  return ForEachUser(seams_.catalog, record.id(), [&](const StoredUser& user) {
    Recognise(user, database);
    if (!is_settled || !IsSettled(user.record) || IsThere(user.record.server_name())) {
      return absl::OkStatus();
    }
    Suspect suspect =
        NewSuspect(database, user.record.server_name(), "the user is not on the server",
                   record.state() == v1::Database::STATE_DELETED
                       ? absl::StrCat("undelete ", resource, " to have it again")
                       : absl::StrCat("edsctl reconcile ", node_));
    suspect.discrepancy.set_resource(FormatUserName(record.id(), user.record.id()));
    suspect.user = user;
    suspects_.push_back(std::move(suspect));
    return absl::OkStatus();
  });
}

absl::Status Look::RecogniseOthers(const StoredDatabase& database) {
  Recognise(database.record);
  return ForEachUser(seams_.catalog, database.record.id(), [&](const StoredUser& user) {
    Recognise(user, database);
    return absl::OkStatus();
  });
}

// What was settled before this listing and is settled after it was there all the time, if
// it is there at all.
absl::Status Look::Confirm() {
  ASSIGN_OR_RETURN(const Names objects, ListObjects(seams_, node_));
  for (Suspect& suspect : suspects_) {
    ASSIGN_OR_RETURN(const bool is_missing, IsStillMissing(suspect, objects));
    if (!is_missing) continue;
    ASSIGN_OR_RETURN(const bool is_unchanged, IsUnchanged(suspect));
    if (is_unchanged) comparison_.missing.push_back(std::move(suspect.discrepancy));
  }
  for (StoredReady& ready : suspected_ready_) {
    if (!IsThere(ready, objects)) comparison_.lost.push_back(std::move(ready));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Look::IsStillMissing(const Suspect& suspect, const Names& objects) {
  const std::string& name = suspect.discrepancy.server_name();
  const state::v1::DatabaseRecord& record = suspect.database.record;
  if (objects.contains(name)) return false;
  // A name that somebody else chose is never listed.
  if (record.adopted_from().empty() || name != record.server_name()) return true;
  ASSIGN_OR_RETURN(const std::vector<node::v1::Deviation> deviations,
                   seams_.nodes.InspectDatabase(ToServer(suspect.database), StepDeadline(seams_)));
  return !deviations.empty() && deviations[0].missing();
}

absl::StatusOr<bool> Look::IsUnchanged(const Suspect& suspect) {
  const std::string& id = suspect.database.record.id();
  const auto database = seams_.catalog.GetEvenUndone(id);
  if (database.status().code() == absl::StatusCode::kNotFound) return false;
  RETURN_IF_ERROR(database.status());
  if (database->version != suspect.database.version) return false;
  if (!suspect.user) return true;
  const auto user =
      seams_.catalog.GetEvenUndone(UserName{.database = id, .user = suspect.user->record.id()});
  if (user.status().code() == absl::StatusCode::kNotFound) return false;
  RETURN_IF_ERROR(user.status());
  return user->version == suspect.user->version;
}

}  // namespace

absl::StatusOr<Comparison> CompareWithRecords(const ProvisionerSeams& seams,
                                              const std::string& node) {
  return Look(seams, node).Take();
}

}  // namespace eds
