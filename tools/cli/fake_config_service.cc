#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/error.h"
#include "eds/v1/config_service.grpc.pb.h"
#include "tools/cli/fake_controller.h"

namespace eds::cli {
namespace {

bool IsSecret(const std::string& key) { return absl::EndsWith(key, "/pass"); }

std::string KindWordOf(const v1::Node& node) {
  return node.kind() == v1::KIND_MYSQL ? "mysql" : "postgresql";
}

v1::ConfigEntry* FindEntry(v1::Config& config, const std::string& key) {
  for (v1::ConfigEntry& entry : *config.mutable_entries()) {
    if (entry.key() == key) return &entry;
  }
  return nullptr;
}

// As it is answered.
v1::Config WithoutSecrets(v1::Config config) {
  for (v1::ConfigEntry& entry : *config.mutable_entries()) {
    if (entry.secret()) entry.clear_value();
  }
  return config;
}

// What an agent would make of `config`.
void Try(v1::Node& node, v1::Config& config) {
  node.set_wanted_revision(config.revision());
  for (const char* key : {"host", "user", "pass"}) {
    const std::string full = absl::StrCat(KindWordOf(node), "/", key);
    if (FindEntry(config, full) != nullptr) continue;
    node.set_rejected_revision(config.revision());
    node.set_condition(full + " is not set");
    return;
  }
  const std::string prefix = KindWordOf(node);
  const v1::ConfigEntry* port = FindEntry(config, prefix + "/port");
  const char* default_port = prefix == "mysql" ? "3306" : "5432";
  node.set_applied_revision(config.revision());
  node.set_rejected_revision(0);
  node.clear_condition();
  node.set_state(v1::Node::STATE_READY);
  node.mutable_server()->set_flavour(prefix == "mysql" ? "MariaDB" : "PostgreSQL");
  node.mutable_server()->set_version(prefix == "mysql" ? "10.11.14" : "15.8");
  node.mutable_server()->set_address(absl::StrCat(FindEntry(config, prefix + "/host")->value(), ":",
                                                  port != nullptr ? port->value() : default_port));
}

class FakeConfigService final : public v1::ConfigService::Service {
 public:
  FakeConfigService(absl::Mutex& mutex, FakeState& state) : mutex_(mutex), state_(state) {}

  grpc::Status SetConfig(grpc::ServerContext*, const v1::SetConfigRequest* request,
                         v1::Config* response) override {
    absl::MutexLock lock(&mutex_);
    return ToAnswer(Set(*request, *response));
  }

  grpc::Status GetConfig(grpc::ServerContext*, const v1::GetConfigRequest* request,
                         v1::Config* response) override {
    absl::MutexLock lock(&mutex_);
    if (auto failure = TakeFailure(state_, "GetConfig"); !failure.ok()) {
      return ToAnswer(failure);
    }
    if (NodeOf(request->name()) == nullptr) return ToAnswer(NodeNotFound(request->name()));
    *response = WithoutSecrets(ConfigOf(request->name()));
    return grpc::Status::OK;
  }

  grpc::Status UnsetConfig(grpc::ServerContext*, const v1::UnsetConfigRequest* request,
                           v1::Config* response) override {
    absl::MutexLock lock(&mutex_);
    v1::Config& config = ConfigOf(request->name());
    auto& entries = *config.mutable_entries();
    for (const std::string& key : request->keys()) {
      entries.erase(std::remove_if(entries.begin(), entries.end(),
                                   [&key](const auto& entry) { return entry.key() == key; }),
                    entries.end());
    }
    return ToAnswer(Finish(config, *response));
  }

  grpc::Status ListConfigs(grpc::ServerContext*, const v1::ListConfigsRequest*,
                           v1::ListConfigsResponse* response) override {
    absl::MutexLock lock(&mutex_);
    for (const auto& [name, config] : state_.configs) {
      *response->add_configs() = WithoutSecrets(config);
    }
    return grpc::Status::OK;
  }

 private:
  v1::Node* NodeOf(const std::string& config_name) {
    const auto node = state_.nodes.find(std::string(absl::StripSuffix(config_name, "/config")));
    return node == state_.nodes.end() ? nullptr : &node->second;
  }

  v1::Config& ConfigOf(const std::string& name) {
    v1::Config& config = state_.configs[name];
    config.set_name(name);
    return config;
  }

  absl::Status Set(const v1::SetConfigRequest& request, v1::Config& response) {
    if (auto failure = TakeFailure(state_, "SetConfig"); !failure.ok()) return failure;
    if (NodeOf(request.name()) == nullptr) return NodeNotFound(request.name());
    v1::Config& config = ConfigOf(request.name());
    for (int i = 0; i < request.entries_size(); ++i) {
      const v1::ConfigEntry& wanted = request.entries(i);
      if (absl::EndsWith(wanted.key(), "/port") && wanted.value() == "0") {
        return InvalidField(absl::StrCat("entries[", i, "].value"), "must be 1 to 65535");
      }
      v1::ConfigEntry* entry = FindEntry(config, wanted.key());
      if (entry == nullptr) entry = config.add_entries();
      *entry = wanted;
      entry->set_secret(IsSecret(wanted.key()));
    }
    return Finish(config, response);
  }

  absl::Status Finish(v1::Config& config, v1::Config& response) {
    config.set_revision(config.revision() + 1);
    v1::Node& node = *NodeOf(config.name());
    const bool is_deaf = state_.ignores_config.count(node.name()) > 0;
    if (node.state() != v1::Node::STATE_DISCONNECTED && !is_deaf) Try(node, config);
    response = WithoutSecrets(config);
    return absl::OkStatus();
  }

  absl::Mutex& mutex_;
  FakeState& state_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewFakeConfigService(absl::Mutex& mutex, FakeState& state) {
  return std::make_unique<FakeConfigService>(mutex, state);
}

}  // namespace eds::cli
