#include "controller/node_configs.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/config_keys.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "common/timestamp.h"

namespace eds {
namespace {

using state::v1::ConfigRecord;

// What sealed values are bound to, so that none can be moved to another key.
std::string SealContext(absl::string_view node, absl::string_view key) {
  return absl::StrCat(FormatConfigName(node), "#", key);
}

// What is wrong with an entry, with its place in the request as the field. The field of
// `status`, which ValidateConfigValue answered, is the key.
absl::Status AtField(const absl::Status& status, absl::string_view field) {
  absl::string_view description = status.message();
  const size_t key_end = description.find(": ");
  if (key_end != absl::string_view::npos) description.remove_prefix(key_end + 2);
  const Reason reason = ParseReason(ReasonOf(status)).value_or(Reason::kInvalidField);
  return InvalidField(reason, field, description);
}

std::string ValueOf(const ConfigRecord& record, absl::string_view suffix, v1::Kind kind) {
  const std::string key = absl::StrCat(KindPrefix(kind), "/", suffix);
  const auto found = record.values().find(key);
  if (found != record.values().end()) return found->second;
  return DefaultOf(kind, key);
}

int64_t NumberIn(const ConfigRecord& record, absl::string_view suffix, v1::Kind kind) {
  int64_t number = 0;
  return absl::SimpleAtoi(ValueOf(record, suffix, kind), &number) ? number : 0;
}

// Where the next password of the administrator is bound to.
constexpr absl::string_view kNextPassword = "next_pass";

// Whether a change of `key` would cross a rotation of the administrator's password.
bool IsOfLogin(v1::Kind kind, absl::string_view key) {
  for (const absl::string_view suffix : {"user", "pass", "pass_file"}) {
    if (key == absl::StrCat(KindPrefix(kind), "/", suffix)) return true;
  }
  return false;
}

absl::Status IsRotating(const std::string& node) {
  return WithRetryAfter(
      MakeError(absl::StatusCode::kAborted, Reason::kOperationInProgress,
                absl::StrCat("the administrator's password of ", node,
                             " is being rotated: try again later, or with force")),
      absl::Seconds(1));
}

absl::Status WrongKind(const std::string& node, v1::Kind kind) {
  return MakeError(absl::StatusCode::kAlreadyExists, Reason::kNodeIdInUse,
                   absl::StrCat(node, " is the name of a ", KindPrefix(kind),
                                " node: start this one with another --id"));
}

}  // namespace

absl::StatusOr<v1::Kind> NodeConfigs::KindOf(const std::string& node) {
  const absl::StatusOr<StoredNode> stored = catalog_.GetNode(node);
  if (stored.ok()) return stored->record.kind();
  if (stored.status().code() != absl::StatusCode::kNotFound) return stored.status();
  if (node == "mysql_node") return v1::KIND_MYSQL;
  if (node == "postgresql_node") return v1::KIND_POSTGRESQL;
  return stored.status();
}

absl::StatusOr<ConfigRecord> NodeConfigs::Get(const std::string& node) {
  RETURN_IF_ERROR(KindOf(node).status());
  ASSIGN_OR_RETURN(StoredConfig config, catalog_.GetConfig(node));
  return std::move(config.record);
}

absl::StatusOr<ConfigRecord> NodeConfigs::Set(const std::string& node, const Values& values,
                                              bool force, bool validate_only,
                                              const RequestKey& request) {
  ASSIGN_OR_RETURN(const v1::Kind kind, KindOf(node));
  ASSIGN_OR_RETURN(const auto earlier, catalog_.FindRequest(ToStored(request)));
  ASSIGN_OR_RETURN(StoredConfig config, catalog_.GetConfig(node));
  if (earlier) return std::move(config.record);
  bool changed = force && !config.record.force();
  for (size_t i = 0; i < values.size(); ++i) {
    const auto& [key, value] = values[i];
    if (const absl::Status valid = ValidateConfigValue(kind, key, value); !valid.ok()) {
      const bool bad_key = HasReason(valid, Reason::kUnknownKey);
      return AtField(valid, absl::StrCat("entries[", i, bad_key ? "].key" : "].value"));
    }
    if (IsOfLogin(kind, key) && !config.record.sealed_next_pass().empty()) {
      if (!force) return IsRotating(node);
      config.record.clear_sealed_next_pass();
      config.record.clear_rotation_request_id();
      changed = true;
    }
    if (IsSecretKey(key)) {
      const std::string context = SealContext(node, key);
      const auto found = config.record.sealed_values().find(key);
      if (found != config.record.sealed_values().end()) {
        ASSIGN_OR_RETURN(const Secret old, sealer_.Unseal(found->second, context));
        if (old == Secret(value)) continue;
      }
      (*config.record.mutable_sealed_values())[key] = sealer_.Seal(Secret(value), context);
    } else {
      std::string& old = (*config.record.mutable_values())[key];
      if (old == value) continue;
      old = value;
    }
    changed = true;
  }
  if (changed) {
    config.record.set_force(force);
    config.record.set_revision(config.record.revision() + 1);
  }
  if (validate_only) return std::move(config.record);
  return Write(std::move(config), changed, request);
}

absl::StatusOr<ConfigRecord> NodeConfigs::Unset(const std::string& node,
                                                const std::vector<std::string>& keys,
                                                const RequestKey& request) {
  ASSIGN_OR_RETURN(const v1::Kind kind, KindOf(node));
  ASSIGN_OR_RETURN(const auto earlier, catalog_.FindRequest(ToStored(request)));
  ASSIGN_OR_RETURN(StoredConfig config, catalog_.GetConfig(node));
  if (earlier) return std::move(config.record);
  size_t removed = 0;
  for (size_t i = 0; i < keys.size(); ++i) {
    // Any value will do: only whether the key is known is of interest.
    const absl::Status valid = ValidateConfigValue(kind, keys[i], "");
    if (HasReason(valid, Reason::kUnknownKey)) return AtField(valid, absl::StrCat("keys[", i, "]"));
    if (IsOfLogin(kind, keys[i]) && !config.record.sealed_next_pass().empty()) {
      return IsRotating(node);
    }
    removed += config.record.mutable_values()->erase(keys[i]);
    removed += config.record.mutable_sealed_values()->erase(keys[i]);
  }
  if (removed > 0) {
    config.record.set_force(false);
    config.record.set_revision(config.record.revision() + 1);
  }
  return Write(std::move(config), removed > 0, request);
}

RequestKey NodeConfigs::ToStored(const RequestKey& request) const {
  return {.id = request.id,
          .method = request.method,
          .fingerprint = sealer_.Authenticate(
              absl::StrCat("fingerprint of ", request.method, "\n", request.fingerprint))};
}

absl::StatusOr<ConfigRecord> NodeConfigs::Write(StoredConfig config, bool changed,
                                                const RequestKey& request) {
  if (!changed && request.id.empty()) return std::move(config.record);
  if (changed) *config.record.mutable_update_time() = ToTimestamp(clock_.Now());
  ASSIGN_OR_RETURN(StoredConfig written, catalog_.PutConfig(config, ToStored(request)));
  if (changed) RETURN_IF_ERROR(SendTo(written.record.node()));
  return std::move(written.record);
}

absl::StatusOr<bool> NodeConfigs::Knows(const RequestKey& request) {
  ASSIGN_OR_RETURN(const auto earlier, catalog_.FindRequest(ToStored(request)));
  return earlier.has_value();
}

absl::Status NodeConfigs::NameNextPassword(const std::string& node, const Secret& next,
                                           const RequestKey& request) {
  ASSIGN_OR_RETURN(const v1::Kind kind, KindOf(node));
  ASSIGN_OR_RETURN(StoredConfig config, catalog_.GetConfig(node));
  if (!config.record.sealed_next_pass().empty()) return IsRotating(node);
  const std::string pass = absl::StrCat(KindPrefix(kind), "/pass");
  if (!config.record.sealed_values().contains(pass)) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kNodeNotConfigured,
                     absl::StrCat(pass, " of ", node,
                                  " is not set: a password that is kept elsewhere must be "
                                  "changed there"));
  }
  config.record.set_sealed_next_pass(sealer_.Seal(next, SealContext(node, kNextPassword)));
  config.record.set_rotation_request_id(request.id);
  config.record.set_revision(config.record.revision() + 1);
  return Write(std::move(config), /*changed=*/true, request).status();
}

absl::Status NodeConfigs::AdoptNextPassword(StoredConfig config) {
  const std::string& node = config.record.node();
  ASSIGN_OR_RETURN(const v1::Kind kind, KindOf(node));
  ASSIGN_OR_RETURN(const Secret next, sealer_.Unseal(config.record.sealed_next_pass(),
                                                     SealContext(node, kNextPassword)));
  const std::string pass = absl::StrCat(KindPrefix(kind), "/pass");
  (*config.record.mutable_sealed_values())[pass] = sealer_.Seal(next, SealContext(node, pass));
  config.record.clear_sealed_next_pass();
  config.record.clear_rotation_request_id();
  config.record.set_revision(config.record.revision() + 1);
  return Write(std::move(config), /*changed=*/true, {}).status();
}

absl::Status NodeConfigs::AbandonNextPassword(StoredConfig config) {
  config.record.set_revision(config.record.revision() + 1);
  *config.record.mutable_update_time() = ToTimestamp(clock_.Now());
  RETURN_IF_ERROR(catalog_.AbandonRotation(config).status());
  return SendTo(config.record.node());
}

absl::StatusOr<int64_t> NodeConfigs::Admit(const std::string& node, v1::Kind kind) {
  const absl::StatusOr<v1::Kind> known = KindOf(node);
  if (known.ok() && *known != kind) return WrongKind(node, *known);
  absl::StatusOr<StoredNode> stored = catalog_.GetNode(node);
  if (stored.status().code() == absl::StatusCode::kNotFound) {
    stored = StoredNode();
    stored->record.set_id(node);
    stored->record.set_kind(kind);
  }
  RETURN_IF_ERROR(stored.status());
  // Written even if nothing changes: each commit has a revision of its own.
  ASSIGN_OR_RETURN(const StoredNode joined, catalog_.PutNode(*stored));
  return joined.version;
}

absl::Status NodeConfigs::SendTo(const std::string& node) {
  ASSIGN_OR_RETURN(const StoredConfig config, catalog_.GetConfig(node));
  if (config.record.revision() == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const node::v1::Configuration configuration, ToConfiguration(config.record));
  directory_.Configure(node, configuration, catalog_.HasObjects(node));
  return absl::OkStatus();
}

absl::Status NodeConfigs::HoldToServer(const std::string& node) {
  const absl::optional<JoinedNode> joined = directory_.Find(node);
  return !joined || joined->holds_to_server ? absl::OkStatus() : SendTo(node);
}

absl::StatusOr<node::v1::Configuration> NodeConfigs::ToConfiguration(const ConfigRecord& record) {
  node::v1::Configuration configuration;
  configuration.set_revision(record.revision());
  *configuration.mutable_values() = record.values();
  for (const auto& [key, sealed] : record.sealed_values()) {
    ASSIGN_OR_RETURN(const Secret value, sealer_.Unseal(sealed, SealContext(record.node(), key)));
    (*configuration.mutable_values())[key] = value.Reveal();
  }
  if (!record.sealed_next_pass().empty()) {
    ASSIGN_OR_RETURN(const Secret next, sealer_.Unseal(record.sealed_next_pass(),
                                                       SealContext(record.node(), kNextPassword)));
    configuration.set_next_admin_password(next.Reveal());
  }
  const absl::StatusOr<StoredNode> node = catalog_.GetNode(record.node());
  if (node.ok() && !record.force() && catalog_.HasObjects(record.node())) {
    configuration.set_expected_identity(node->record.server_identity());
  }
  return configuration;
}

absl::Status NodeConfigs::RecordServer(const std::string& node, const v1::Server& server) {
  ASSIGN_OR_RETURN(StoredNode stored, catalog_.GetNode(node));
  if (server.identity().empty() || stored.record.server_identity() == server.identity()) {
    return absl::OkStatus();
  }
  stored.record.set_server_identity(server.identity());
  return catalog_.PutNode(stored).status();
}

absl::StatusOr<Endpoint> NodeConfigs::EndpointOf(const std::string& node) {
  ASSIGN_OR_RETURN(const v1::Kind kind, KindOf(node));
  ASSIGN_OR_RETURN(const StoredConfig config, catalog_.GetConfig(node));
  Endpoint endpoint{.host = ValueOf(config.record, "advertise_host", kind)};
  if (endpoint.host.empty()) {
    const std::vector<std::string> hosts = ParseHostList(ValueOf(config.record, "host", kind));
    if (!hosts.empty()) endpoint.host = hosts.front();
  }
  std::string port = ValueOf(config.record, "advertise_port", kind);
  if (port.empty()) port = ValueOf(config.record, "port", kind);
  if (!absl::SimpleAtoi(port, &endpoint.port)) endpoint.port = 0;
  return endpoint;
}

absl::StatusOr<int64_t> NodeConfigs::NumberOf(const std::string& node, absl::string_view suffix) {
  ASSIGN_OR_RETURN(const v1::Kind kind, KindOf(node));
  ASSIGN_OR_RETURN(const StoredConfig config, catalog_.GetConfig(node));
  return NumberIn(config.record, suffix, kind);
}

absl::StatusOr<absl::Duration> NodeConfigs::Retention(const std::string& node) {
  ASSIGN_OR_RETURN(const int64_t days, NumberOf(node, "retention_days"));
  return absl::Hours(24 * days);
}

absl::StatusOr<std::vector<std::string>> NodeConfigs::Extensions(const std::string& node) {
  ASSIGN_OR_RETURN(const v1::Kind kind, KindOf(node));
  ASSIGN_OR_RETURN(const StoredConfig config, catalog_.GetConfig(node));
  return absl::StrSplit(ValueOf(config.record, "extensions", kind), ',', absl::SkipEmpty());
}

absl::StatusOr<int64_t> NodeConfigs::MaxDatabases(const std::string& node) {
  return NumberOf(node, "max_databases");
}

absl::StatusOr<ReadyConfig> NodeConfigs::ReadyConfigOf(const std::string& node) {
  ASSIGN_OR_RETURN(const v1::Kind kind, KindOf(node));
  ASSIGN_OR_RETURN(const StoredConfig config, catalog_.GetConfig(node));
  return ReadyConfig{.databases = NumberIn(config.record, "ready_databases", kind),
                     .users = NumberIn(config.record, "ready_users", kind),
                     .rate = NumberIn(config.record, "ready_rate", kind)};
}

}  // namespace eds
