#ifndef EDS_CONTROLLER_STATE_RECENT_MAP_H_
#define EDS_CONTROLLER_STATE_RECENT_MAP_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace eds {

// Values by key, as far as they fit: what was not looked for since about half of the space
// was filled anew goes first. Not thread-safe.
template <typename Value>
class RecentMap {
 public:
  // Of keys and values together, with what the map itself takes.
  explicit RecentMap(size_t max_bytes) : max_bytes_(max_bytes) {}

  // Null if it is not there. Valid until the next call.
  const Value* Find(absl::string_view key) {
    if (const auto found = young_.find(key); found != young_.end()) return &found->second.value;
    const auto found = old_.find(key);
    if (found == old_.end()) return nullptr;
    Entry entry = std::move(found->second);
    old_.erase(found);
    return &Insert(std::string(key), std::move(entry));
  }

  // `bytes`: of the value.
  void Put(const std::string& key, Value value, size_t bytes) {
    Erase(key);
    Insert(key, Entry{std::move(value), bytes + key.size() + kOverhead});
  }

  void Erase(absl::string_view key) {
    if (const auto found = young_.find(key); found != young_.end()) {
      young_bytes_ -= found->second.bytes;
      young_.erase(found);
    }
    if (const auto found = old_.find(key); found != old_.end()) old_.erase(found);
  }

 private:
  static constexpr size_t kOverhead = 100;

  struct Entry {
    Value value;
    size_t bytes = 0;
  };
  using Entries = absl::flat_hash_map<std::string, Entry>;

  const Value& Insert(std::string key, Entry entry) {
    if (young_bytes_ + entry.bytes > max_bytes_ / 2) {
      old_ = std::exchange(young_, {});
      young_bytes_ = 0;
    }
    young_bytes_ += entry.bytes;
    return young_.insert_or_assign(std::move(key), std::move(entry)).first->second.value;
  }

  const size_t max_bytes_;
  Entries young_;
  Entries old_;
  size_t young_bytes_ = 0;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_RECENT_MAP_H_
