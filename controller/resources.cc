#include "controller/resources.h"

#include <map>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/config_keys.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "common/timestamp.h"
#include "controller/database_deleter.h"

namespace eds {
namespace {

v1::Node::State StateOf(const JoinedNode& node, const absl::Status& ready) {
  if (ready.ok()) return v1::Node::STATE_READY;
  if (node.reported && node.applied_revision == 0) return v1::Node::STATE_UNCONFIGURED;
  return v1::Node::STATE_UNAVAILABLE;
}

}  // namespace

absl::StatusOr<v1::Database> Resources::ToDatabase(const StoredDatabase& stored) {
  const state::v1::DatabaseRecord& record = stored.record;
  ASSIGN_OR_RETURN(const Endpoint endpoint, configs_.EndpointOf(record.node()));
  ASSIGN_OR_RETURN(const int64_t users, catalog_.CountUsers(record.id()));
  v1::Database database;
  database.set_name(FormatDatabaseName(record.id()));
  database.set_display_name(record.display_name());
  database.set_kind(record.kind());
  database.set_node(FormatNodeName(record.node()));
  database.set_state(record.state());
  database.set_server_name(record.server_name());
  database.set_host(endpoint.host);
  database.set_port(endpoint.port);
  database.set_user_count(users);
  *database.mutable_create_time() = record.create_time();
  *database.mutable_update_time() = record.update_time();
  database.set_deletion_protection(record.deletion_protection());
  if (record.has_delete_time()) *database.mutable_delete_time() = record.delete_time();
  if (record.has_purge_time()) *database.mutable_purge_time() = record.purge_time();
  if (record.has_options()) *database.mutable_options() = record.options();
  database.set_etag(EtagOf(stored.version));
  database.set_condition(attempts_.Condition(database.name()));
  return database;
}

v1::User Resources::ToUser(const StoredUser& stored) {
  const state::v1::UserRecord& record = stored.record;
  v1::User user;
  user.set_name(FormatUserName(record.database(), record.id()));
  user.set_role(record.role());
  user.set_state(record.state());
  user.set_server_name(record.server_name());
  user.set_password_generation(record.password_generation());
  *user.mutable_create_time() = record.create_time();
  *user.mutable_update_time() = record.update_time();
  user.set_condition(attempts_.Condition(user.name()));
  if (record.has_options()) *user.mutable_options() = record.options();
  if (record.has_previous_password_expire_time()) {
    *user.mutable_previous_password_expire_time() = record.previous_password_expire_time();
    user.set_previous_server_name(record.previous_server_name());
  }
  return user;
}

absl::StatusOr<v1::Credentials> Resources::ToCredentials(const StoredUser& user,
                                                         const Secret& password) {
  ASSIGN_OR_RETURN(const StoredDatabase database, catalog_.GetDatabase(user.record.database()));
  ASSIGN_OR_RETURN(const Endpoint endpoint, configs_.EndpointOf(database.record.node()));
  v1::Credentials credentials;
  credentials.set_user(FormatUserName(user.record.database(), user.record.id()));
  credentials.set_host(endpoint.host);
  credentials.set_port(endpoint.port);
  credentials.set_database(database.record.server_name());
  credentials.set_username(user.record.server_name());
  credentials.set_password(password.Reveal());
  // Names and passwords are letters and digits: only an IPv6 address needs care.
  const bool is_ipv6 = absl::StrContains(endpoint.host, ":");
  credentials.set_uri(absl::StrCat(KindPrefix(database.record.kind()), "://",
                                   credentials.username(), ":", password.Reveal(), "@",
                                   is_ipv6 ? "[" : "", endpoint.host, is_ipv6 ? "]" : "", ":",
                                   endpoint.port, "/", credentials.database()));
  credentials.set_password_generation(user.record.password_generation());
  return credentials;
}

absl::StatusOr<v1::Node> Resources::ToNode(const StoredNode& stored) {
  const std::string& id = stored.record.id();
  ASSIGN_OR_RETURN(const StoredConfig config, catalog_.GetConfig(id));
  v1::Node node;
  node.set_name(FormatNodeName(id));
  node.set_kind(stored.record.kind());
  node.set_cordoned(stored.record.cordoned());
  node.set_wanted_revision(config.record.revision());
  node.set_database_count(catalog_.CountDatabases(id));
  const ReadyCount ready_count = pool_.Count(id);
  node.set_ready_database_count(ready_count.databases);
  node.set_ready_user_count(ready_count.users);
  const absl::Status ready = directory_.CheckReady(id);
  // The resource says whose condition it is.
  node.set_condition(std::string(absl::StripPrefix(ready.message(), absl::StrCat(id, ": "))));
  const absl::optional<JoinedNode> joined = directory_.Find(id);
  if (!joined) {
    node.set_state(v1::Node::STATE_DISCONNECTED);
    const absl::optional<absl::Time> last_seen = directory_.LastSeen(id);
    if (last_seen) *node.mutable_last_seen_time() = ToTimestamp(*last_seen);
    return node;
  }
  node.set_state(StateOf(*joined, ready));
  if (ready.ok() && joined->config_problem) {
    node.set_condition(absl::StrCat("revision ", joined->rejected_revision,
                                    " was not applied: ", joined->config_problem->message()));
  }
  node.set_address(joined->hello.address());
  node.set_build(joined->hello.build());
  if (joined->server) *node.mutable_server() = *joined->server;
  node.set_applied_revision(joined->applied_revision);
  if (joined->config_problem) node.set_rejected_revision(joined->rejected_revision);
  *node.mutable_last_seen_time() = ToTimestamp(joined->last_seen);
  *node.mutable_start_time() = joined->hello.start_time();
  return node;
}

v1::Config Resources::ToConfig(const state::v1::ConfigRecord& record) {
  v1::Config config;
  config.set_name(FormatConfigName(record.node()));
  config.set_revision(record.revision());
  std::map<std::string, v1::ConfigEntry> entries;
  for (const auto& [key, value] : record.values()) {
    entries[key].set_key(key);
    entries[key].set_value(value);
  }
  for (const auto& [key, sealed] : record.sealed_values()) {
    entries[key].set_key(key);
    entries[key].set_secret(true);
  }
  for (const auto& [key, entry] : entries) *config.add_entries() = entry;
  if (record.has_update_time()) *config.mutable_update_time() = record.update_time();
  return config;
}

}  // namespace eds
