#include "controller/overdue.h"

#include <utility>

namespace eds {

absl::Duration Overdue::Note(const std::string& key, absl::Duration uptime) {
  const auto seen = since_.find(key);
  const absl::Duration since = seen == since_.end() ? uptime : seen->second;
  noted_[key] = since;
  return uptime - since;
}

void Overdue::EndLook() { since_ = std::exchange(noted_, {}); }

}  // namespace eds
