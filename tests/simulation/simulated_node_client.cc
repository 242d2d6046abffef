#include "tests/simulation/simulated_node_client.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "node/creation_options.h"
#include "node/wire.h"

namespace eds::simulation {
namespace {

absl::StatusOr<DatabaseSpec> ToSpec(const DatabaseOnServer& database) {
  ASSIGN_OR_RETURN(Identifier name, Identifier::ParseExisting(database.name));
  ASSIGN_OR_RETURN(Identifier owner, Identifier::Parse(database.owner));
  return DatabaseSpec{.name = name, .owner = owner, .options = FromProto(database.options)};
}

absl::StatusOr<UserSpec> ToSpec(const UserOnServer& user) {
  ASSIGN_OR_RETURN(Identifier name, Identifier::Parse(user.name));
  ASSIGN_OR_RETURN(DatabaseSpec database, ToSpec(user.database));
  return UserSpec{.name = name,
                  .database = database,
                  .role = FromProto(user.role),
                  .options = FromProto(user.options)};
}

std::vector<node::v1::Deviation> ToDeviations(const std::vector<Deviation>& found) {
  std::vector<node::v1::Deviation> deviations;
  for (const Deviation& deviation : found) deviations.push_back(ToDeviation(deviation));
  return deviations;
}

}  // namespace

absl::Status SimulatedNodeClient::Do(const Call& call, absl::Time deadline, Carry step) {
  Scheduler& scheduler = environment_.scheduler;
  scheduler.Yield();
  const absl::optional<JoinedNode> joined = directory_.Find(call.node);
  if (!joined) return directory_.CheckReady(call.node);
  const auto exchange = std::make_shared<Exchange>();
  exchange->controller = controller_;
  exchange->target.set_node(call.node);
  exchange->target.set_instance(joined->hello.instance());
  exchange->target.set_session(joined->hello.session());
  exchange->target.set_epoch(call.epoch);
  exchange->name = call.name;
  exchange->step = {.object = call.object, .run = std::move(step)};
  exchange->timeout = deadline - environment_.controller_clock.Now();
  network_.Send(exchange);
  const auto replied = [&exchange] { return exchange->replied; };
  const bool in_time = scheduler.WaitUntil(replied, scheduler.Now() + exchange->timeout);
  const absl::Status status =
      in_time ? exchange->reply
              : MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kNodeNotConnected,
                          absl::StrCat(call.node, " did not answer in time"));
  scheduler.Note(absl::StrCat(call.name, " ", call.object, " epoch ", call.epoch, ": ",
                              absl::StatusCodeToString(status.code()), " ", ReasonOf(status)));
  return status;
}

template <typename Answer>
absl::StatusOr<Answer> SimulatedNodeClient::Ask(
    const Call& call, absl::Time deadline,
    std::function<absl::StatusOr<Answer>(DatabaseServer&, absl::Time)> step) {
  // Shared with the exchange, which may still be under way when nobody waits for it.
  const auto answer = std::make_shared<Answer>();
  RETURN_IF_ERROR(
      Do(call, deadline, [answer, step](DatabaseServer& server, absl::Time by) -> absl::Status {
        ASSIGN_OR_RETURN(*answer, step(server, by));
        return absl::OkStatus();
      }));
  return *answer;
}

absl::Status SimulatedNodeClient::CreateDatabase(const DatabaseOnServer& database,
                                                 absl::Time deadline) {
  ASSIGN_OR_RETURN(const DatabaseSpec spec, ToSpec(database));
  return Do(
      {"CreateDatabase", database.node, database.name, database.epoch}, deadline,
      [spec](DatabaseServer& server, absl::Time by) { return server.CreateDatabase(spec, by); });
}

absl::Status SimulatedNodeClient::AdoptDatabase(const DatabaseOnServer& database,
                                                const std::string& expected_owner,
                                                absl::Time deadline) {
  ASSIGN_OR_RETURN(const DatabaseSpec spec, ToSpec(database));
  return Do({"AdoptDatabase", database.node, database.name, database.epoch}, deadline,
            [spec, expected_owner](DatabaseServer& server, absl::Time by) {
              return server.AdoptDatabase(spec, expected_owner, by);
            });
}

absl::Status SimulatedNodeClient::DropDatabase(const DatabaseOnServer& database,
                                               absl::Time deadline) {
  ASSIGN_OR_RETURN(const DatabaseSpec spec, ToSpec(database));
  return Do(
      {"DropDatabase", database.node, database.name, database.epoch}, deadline,
      [spec](DatabaseServer& server, absl::Time by) { return server.DropDatabase(spec, by); });
}

absl::Status SimulatedNodeClient::CreateUser(const UserOnServer& user, const Passwords& passwords,
                                             absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  return Do({"CreateUser", user.database.node, user.name, user.epoch}, deadline,
            [spec, passwords](DatabaseServer& server, absl::Time by) {
              return server.CreateUser(spec, passwords, by);
            });
}

absl::Status SimulatedNodeClient::PrepareUser(const LoginOnServer& login,
                                              const DatabaseOnServer* database,
                                              const Secret& password, absl::Time deadline) {
  ASSIGN_OR_RETURN(const Identifier user, Identifier::Parse(login.name));
  absl::optional<DatabaseSpec> spec;
  if (database != nullptr) {
    ASSIGN_OR_RETURN(spec, ToSpec(*database));
  }
  return Do({"PrepareUser", login.node, login.name, login.epoch}, deadline,
            [user, spec, password](DatabaseServer& server, absl::Time by) {
              return server.PrepareUser(user, spec, password, by);
            });
}

absl::Status SimulatedNodeClient::AdmitUser(const UserOnServer& user, bool has_rights,
                                            absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  const Rights rights = has_rights ? Rights::kGranted : Rights::kNone;
  return Do({"AdmitUser", user.database.node, user.name, user.epoch}, deadline,
            [spec, rights](DatabaseServer& server, absl::Time by) {
              return server.AdmitUser(spec, rights, by);
            });
}

absl::Status SimulatedNodeClient::SetUserPassword(const UserOnServer& user,
                                                  const Passwords& passwords, absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  return Do({"SetUserPassword", user.database.node, user.name, user.epoch}, deadline,
            [spec, passwords](DatabaseServer& server, absl::Time by) {
              return server.SetUserPassword(spec.name, passwords, by);
            });
}

absl::Status SimulatedNodeClient::LockUser(const UserOnServer& user, absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  return Do(
      {"LockUser", user.database.node, user.name, user.epoch}, deadline,
      [spec](DatabaseServer& server, absl::Time by) { return server.LockUser(spec.name, by); });
}

absl::Status SimulatedNodeClient::DropUser(const UserOnServer& user, absl::Time deadline) {
  ASSIGN_OR_RETURN(const Identifier name, Identifier::Parse(user.name));
  absl::optional<DatabaseSpec> database;
  if (!user.database.name.empty()) {
    ASSIGN_OR_RETURN(database, ToSpec(user.database));
  }
  return Do({"DropUser", user.database.node, user.name, user.epoch}, deadline,
            [name, database](DatabaseServer& server, absl::Time by) {
              return server.DropUser(name, database, by);
            });
}

absl::Status SimulatedNodeClient::SetAdminPassword(const std::string& node, int64_t, int64_t epoch,
                                                   absl::Time deadline) {
  return Do({"SetAdminPassword", node, "administrator", epoch}, deadline,
            [](DatabaseServer& server, absl::Time by) { return server.SetAdminPassword(by); });
}

absl::StatusOr<ObjectsOnServer> SimulatedNodeClient::ListObjects(const std::string& node,
                                                                 const std::string& installation,
                                                                 absl::Time deadline) {
  ASSIGN_OR_RETURN(const Identifier prefix, Identifier::ParsePart(installation));
  ASSIGN_OR_RETURN(Inventory inventory,
                   Ask<Inventory>({"ListObjects", node}, deadline,
                                  [prefix](DatabaseServer& server, absl::Time by) {
                                    return server.ListObjects(prefix, by);
                                  }));
  return ObjectsOnServer{.databases = std::move(inventory.databases),
                         .users = std::move(inventory.users)};
}

absl::StatusOr<std::vector<node::v1::Deviation>> SimulatedNodeClient::InspectDatabase(
    const DatabaseOnServer& database, absl::Time deadline) {
  ASSIGN_OR_RETURN(const DatabaseSpec spec, ToSpec(database));
  ASSIGN_OR_RETURN(
      const std::vector<Deviation> found,
      Ask<std::vector<Deviation>>({"InspectDatabase", database.node, database.name}, deadline,
                                  [spec](DatabaseServer& server, absl::Time by) {
                                    return server.InspectDatabase(spec, by);
                                  }));
  return ToDeviations(found);
}

absl::StatusOr<std::vector<node::v1::Deviation>> SimulatedNodeClient::InspectUser(
    const UserOnServer& user, absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  ASSIGN_OR_RETURN(
      const std::vector<Deviation> found,
      Ask<std::vector<Deviation>>(
          {"InspectUser", user.database.node, user.name}, deadline,
          [spec](DatabaseServer& server, absl::Time by) { return server.InspectUser(spec, by); }));
  return ToDeviations(found);
}

}  // namespace eds::simulation
