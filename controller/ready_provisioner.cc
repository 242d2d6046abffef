#include "controller/ready_provisioner.h"

#include "absl/types/optional.h"
#include "common/status_macros.h"
#include "controller/object_name.h"
#include "controller/user_passwords.h"

namespace eds {
namespace {

using state::v1::ReadyRecord;

std::string NameOf(const ReadyRecord& record) {
  return FormatReadyName(record.node(), record.id());
}

}  // namespace

DatabaseOnServer ToServer(const StoredReady& ready) {
  return {.node = ready.record.node(),
          .name = ready.record.database().server_name(),
          .owner = ready.record.database().owner_name(),
          .options = ready.record.database().options(),
          .epoch = ready.version};
}

ReadyRecord ReadyProvisioner::NewRecord(const std::string& node) {
  const std::string id = RandomBase32(seams_.random, kIdLength);
  ReadyRecord record;
  record.set_node(node);
  record.set_state(state::v1::READY_STATE_PREPARING);
  record.set_server_identity(seams_.directory.ServerIdentity(node));
  record.mutable_login()->set_id(id);
  record.mutable_login()->set_server_name(
      FormatObjectName(ObjectLetter::kUser, seams_.installation, id));
  record.mutable_login()->set_sealed_password(
      SealPassword(seams_.sealer, record.login(), RandomPassword(seams_.random)));
  return record;
}

absl::Status ReadyProvisioner::PrepareDatabase(const std::string& node,
                                               const v1::DatabaseOptions& options) {
  ASSIGN_OR_RETURN(const StoredNode home, seams_.catalog.GetNode(node));
  ReadyRecord record = NewRecord(node);
  record.set_id(RandomBase32(seams_.random, kIdLength));
  state::v1::ReadyDatabase& database = *record.mutable_database();
  database.set_server_name(
      FormatObjectName(ObjectLetter::kDatabase, seams_.installation, record.id()));
  database.set_owner_name(FormatObjectName(ObjectLetter::kOwner, seams_.installation, record.id()));
  *database.mutable_options() = options;
  database.set_kind(home.record.kind());
  return Prepare(record);
}

absl::Status ReadyProvisioner::PrepareUser(const std::string& node) {
  ReadyRecord record = NewRecord(node);
  record.set_id(record.login().id());
  return Prepare(record);
}

absl::Status ReadyProvisioner::Prepare(const ReadyRecord& record) {
  const std::string name = NameOf(record);
  const auto hold = seams_.locks.Own(name, absl::InfiniteFuture());
  ASSIGN_OR_RETURN(const StoredReady begun, seams_.catalog.PutReady({}, record));
  RETURN_IF_ERROR(placement_.Taken(record.node()));
  if (const absl::Status prepared = PrepareOnServer(begun); !prepared.ok()) {
    seams_.attempts.Failed(name, prepared);
    return prepared;
  }
  ReadyRecord ready = begun.record;
  ready.set_state(state::v1::READY_STATE_READY);
  seams_.pool.Reserve(begun);
  const absl::StatusOr<StoredReady> written = seams_.catalog.PutReady(begun, ready);
  if (written.ok()) {
    seams_.pool.Put(*written);
  } else {
    seams_.pool.LetGo(begun);
    seams_.pool.MakeStale();
  }
  return written.status();
}

absl::Status ReadyProvisioner::PrepareOnServer(const StoredReady& ready) {
  const ReadyRecord& record = ready.record;
  ASSIGN_OR_RETURN(const Secret password, ReadyPassword(seams_.sealer, record.login()));
  const LoginOnServer login{
      .node = record.node(), .name = record.login().server_name(), .epoch = ready.version};
  if (!record.has_database()) {
    return seams_.nodes.PrepareUser(login, nullptr, password, StepDeadline());
  }
  const DatabaseOnServer database = ToServer(ready);
  RETURN_IF_ERROR(seams_.nodes.CreateDatabase(database, StepDeadline()));
  return seams_.nodes.PrepareUser(login, &database, password, StepDeadline());
}

absl::Status ReadyProvisioner::Drop(const StoredReady& ready) {
  const std::string name = NameOf(ready.record);
  const auto hold = seams_.locks.Own(name, seams_.clock.Now());
  const absl::StatusOr<StoredReady> begun = hold ? BeginToDrop(ready) : OwnedByAnother(name);
  if (begun.ok()) {
    seams_.pool.LetGo(ready);
  } else if (ready.record.state() == state::v1::READY_STATE_READY) {
    // Claimed or dropped since, or nobody knows.
    seams_.pool.PutBack(ready).IgnoreError();
  }
  ASSIGN_OR_RETURN(const StoredReady dropping, begun);
  if (const absl::Status dropped = DropOnServer(dropping); !dropped.ok()) {
    seams_.attempts.Failed(name, dropped);
    return dropped;
  }
  RETURN_IF_ERROR(seams_.catalog.RemoveReady(dropping));
  seams_.attempts.Forget(name);
  return absl::OkStatus();
}

absl::StatusOr<StoredReady> ReadyProvisioner::BeginToDrop(const StoredReady& ready) {
  if (ready.record.state() == state::v1::READY_STATE_DROPPING) return ready;
  ReadyRecord dropping = ready.record;
  dropping.set_state(state::v1::READY_STATE_DROPPING);
  return seams_.catalog.PutReady(ready, dropping);
}

// As DatabaseDeleter does: the login after what it might own.
absl::Status ReadyProvisioner::DropOnServer(const StoredReady& ready) {
  const DatabaseOnServer database = ToServer(ready);
  if (ready.record.has_database()) {
    RETURN_IF_ERROR(seams_.nodes.DropDatabase(database, StepDeadline()));
  }
  const UserOnServer login{
      .name = ready.record.login().server_name(), .database = database, .epoch = ready.version};
  return seams_.nodes.DropUser(login, StepDeadline());
}

absl::Status ReadyProvisioner::Finish(const ReadyName& name) {
  const std::string resource = FormatReadyName(name.node, name.id);
  absl::StatusOr<StoredReady> ready = absl::NotFoundError("");
  {
    const auto hold = seams_.locks.Own(resource, seams_.clock.Now());
    if (hold == nullptr) return absl::OkStatus();
    ready = seams_.catalog.GetReady(name);
  }
  if (absl::IsNotFound(ready.status())) return absl::OkStatus();
  RETURN_IF_ERROR(ready.status());
  if (ready->record.state() == state::v1::READY_STATE_READY) return absl::OkStatus();
  const absl::Status dropped = Drop(*ready);
  return absl::IsAborted(dropped) ? absl::OkStatus() : dropped;
}

}  // namespace eds
