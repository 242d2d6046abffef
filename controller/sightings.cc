#include "controller/sightings.h"

#include <utility>

namespace eds {

void Sightings::Remember(const std::string& node, const std::string& server_identity,
                         const std::set<std::string>& unknown, absl::Duration uptime) {
  absl::MutexLock lock(&mutex_);
  Sighting& last = by_node_[node];
  std::map<std::string, absl::Duration> first_seen;
  for (const std::string& name : unknown) {
    const auto found = last.first_seen.find(name);
    const bool goes_on = last.server_identity == server_identity && found != last.first_seen.end();
    first_seen[name] = goes_on ? found->second : uptime;
  }
  last = {.server_identity = server_identity, .first_seen = std::move(first_seen)};
}

std::map<std::string, absl::Duration> Sightings::Of(const std::string& node) const {
  absl::MutexLock lock(&mutex_);
  const auto found = by_node_.find(node);
  return found == by_node_.end() ? std::map<std::string, absl::Duration>()
                                 : found->second.first_seen;
}

}  // namespace eds
