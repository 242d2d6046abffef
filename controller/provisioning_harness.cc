#include "controller/provisioning_harness.h"

#include <utility>
#include <vector>

#include "common/resource_name.h"
#include "common/status_macros.h"
#include "glog/logging.h"

namespace eds {
namespace {

ServerConfig AdminConfig() {
  return {.hosts = {"db.example"}, .port = 3306, .user = "admin", .password = Secret("secret")};
}

template <typename T>
T Must(absl::StatusOr<T> result) {
  CHECK(result.ok()) << result.status();
  return *std::move(result);
}

RequestKey Key(const std::string& id, const std::string& method, const std::string& parameters) {
  return {.id = id, .method = method, .fingerprint = parameters};
}

}  // namespace

ProvisioningHarness::Brain::Brain(StateStore& store, Clock& clock, RandomSource& random,
                                  NodeClient& nodes, const Sealer& sealer)
    : catalog(Must(Catalog::Open(store, clock))),
      directory(clock),
      locks(clock),
      attempts(clock, random),
      pool(*catalog, clock),
      seams{*catalog, nodes, directory, sealer, clock, random, locks, attempts, pool, "abcdefgh"},
      configs(*catalog, directory, sealer, clock),
      placement(*catalog, directory, configs),
      rotator(seams),
      admin_passwords(seams, configs),
      users(seams, rotator),
      deleter(seams, configs, users),
      databases(seams, configs, placement, deleter),
      ready(seams, placement) {
  CHECK(pool.Load().ok());
}

ProvisioningHarness::ProvisioningHarness()
    : sealer_(Must(Sealer::Open(folder_->File("key"), Sealer::IfMissing::kCreate))),
      memory_(NewMemoryStore()),
      store_(*memory_),
      server_(clock_, AdminConfig()),
      administrator_(Must(server_.Open(AdminConfig(), absl::InfiniteFuture()))) {
  Restart();
}

void ProvisioningHarness::Restart() {
  brain_.reset();
  brain_ = std::make_unique<Brain>(store_, clock_, random_, nodes_, *sealer_);
  AddNode("mysql_node");
}

void ProvisioningHarness::AddNode(const std::string& id, v1::Kind kind) {
  nodes_.Add(id, *administrator_);
  CHECK(configs().Admit(id, kind).ok());
  node::v1::Hello hello;
  hello.set_node(id);
  hello.set_instance(id);
  const auto send = [this, id](const node::v1::JoinResponse& response) {
    if (response.has_configuration()) Apply(id, response.configuration());
  };
  CHECK(directory().Join(hello, {}, send).ok());
  node::v1::Outcome outcome;
  outcome.set_revision(1);
  directory().Record(id, outcome);
  CHECK(configs().SendTo(id).ok());
}

void ProvisioningHarness::Apply(const std::string& id,
                                const node::v1::Configuration& configuration) {
  const auto pass = configuration.values().find("mysql/pass");
  if (pass == configuration.values().end()) return;
  ServerConfig config = AdminConfig();
  config.password = Secret(pass->second);
  if (!configuration.next_admin_password().empty()) {
    config.next_password = Secret(configuration.next_admin_password());
  }
  auto opened = server_.Open(config, absl::InfiniteFuture());
  applied_ = opened.ok();
  if (!applied_) return;
  nodes_.Add(id, **opened);
  reopened_.push_back(*std::move(opened));
}

absl::StatusOr<StoredDatabase> ProvisioningHarness::CreateDatabase(
    const std::string& request_id, const std::string& display_name) {
  const NewDatabase request{.request = Key(request_id, "CreateDatabase", display_name),
                            .display_name = display_name,
                            .kind = v1::KIND_MYSQL};
  ASSIGN_OR_RETURN(const std::string node, databases().NodeFor(request));
  return databases().Create(request, node);
}

absl::StatusOr<StoredUser> ProvisioningHarness::CreateUser(const std::string& database,
                                                           const std::string& request_id) {
  return users().Create({.request = Key(request_id, "CreateUser", database), .database = database});
}

absl::Status ProvisioningHarness::DeleteDatabase(const std::string& id, bool force,
                                                 const std::string& request_id) {
  return deleter().Delete(
      {.request = Key(request_id, "DeleteDatabase", id), .id = id, .force = force});
}

absl::Status ProvisioningHarness::PurgeDatabase(const std::string& id,
                                                const std::string& request_id) {
  return deleter().Delete({.request = Key(request_id, "DeleteDatabase", id),
                           .id = id,
                           .force = true,
                           .purge_now = true});
}

absl::StatusOr<StoredDatabase> ProvisioningHarness::UndeleteDatabase(
    const std::string& id, const std::string& request_id, const std::string& display_name) {
  return deleter().Undelete(
      {.request = Key(request_id, "UndeleteDatabase", id), .id = id, .display_name = display_name});
}

absl::StatusOr<StoredDatabase> ProvisioningHarness::AdoptDatabase(const std::string& server_name,
                                                                  const std::string& expected_owner,
                                                                  const std::string& request_id) {
  return databases().Adopt({.request = Key(request_id, "AdoptDatabase", server_name),
                            .node = "mysql_node",
                            .server_name = server_name,
                            .expected_owner = expected_owner});
}

absl::Status ProvisioningHarness::DeleteUser(const StoredUser& user,
                                             const std::string& request_id) {
  return users().Delete({.request = Key(request_id, "DeleteUser", user.record.id()),
                         .user = {user.record.database(), user.record.id()}});
}

absl::StatusOr<StoredUser> ProvisioningHarness::Rotate(const StoredUser& user,
                                                       const std::string& request_id,
                                                       absl::Duration overlap) {
  return rotator().Rotate({.request = Key(request_id, "RotateUserPassword", user.record.id()),
                           .user = {user.record.database(), user.record.id()},
                           .overlap = overlap});
}

absl::Status ProvisioningHarness::FinishAll() {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, catalog().ListUnfinished("", 1000));
  for (const std::string& name : names) {
    const absl::StatusOr<UserName> user = ParseUserName("name", name);
    if (user.ok()) {
      RETURN_IF_ERROR(users().Finish(*user));
      continue;
    }
    const absl::StatusOr<std::string> node = ParseNodeName("name", name);
    if (node.ok()) {
      RETURN_IF_ERROR(admin_passwords().Finish(*node));
      continue;
    }
    ASSIGN_OR_RETURN(const std::string id, ParseDatabaseName("name", name));
    RETURN_IF_ERROR(databases().Finish(id));
  }
  return absl::OkStatus();
}

bool ProvisioningHarness::CanLogIn(const StoredUser& user) {
  const absl::StatusOr<Secret> password = users().PasswordOf(user);
  const absl::StatusOr<StoredDatabase> database = catalog().GetDatabase(user.record.database());
  return password.ok() && database.ok() &&
         server_.CanLogIn(user.record.server_name(), *password, database->record.server_name());
}

}  // namespace eds
