#include "controller/ready_pool.h"

#include <algorithm>
#include <utility>

#include "common/status_macros.h"

namespace eds {
namespace {

std::string KeyOf(const v1::DatabaseOptions& options) { return options.SerializeAsString(); }

bool IsPlain(const v1::DatabaseOptions& options) { return KeyOf(options).empty(); }

template <typename Matches>
absl::optional<StoredReady> TakeFirst(std::deque<StoredReady>& entries, const Matches& matches) {
  const auto found = std::find_if(entries.begin(), entries.end(), matches);
  if (found == entries.end()) return absl::nullopt;
  StoredReady taken = std::move(*found);
  entries.erase(found);
  return taken;
}

absl::optional<StoredReady> TakeExcessOf(std::deque<StoredReady>& entries, int64_t target,
                                         const std::string& server_identity) {
  absl::optional<StoredReady> elsewhere = TakeFirst(entries, [&](const StoredReady& ready) {
    return ready.record.server_identity() != server_identity;
  });
  if (elsewhere || static_cast<int64_t>(entries.size()) <= target) return elsewhere;
  return TakeFirst(entries, [](const StoredReady&) { return true; });
}

}  // namespace

absl::Status ReadyPool::Load() {
  int64_t changes;
  {
    absl::MutexLock lock(&mutex_);
    changes = changes_;
    stale_ = true;
  }
  ASSIGN_OR_RETURN(const std::vector<StoredReady> all, catalog_.ListReady());
  absl::MutexLock lock(&mutex_);
  // What has changed since may be listed as it was: the next look will tell.
  if (changes_ != changes) return absl::OkStatus();
  for (auto& [id, node] : nodes_) {
    node.users.clear();
    for (auto& [key, kind] : node.kinds) kind.databases.clear();
  }
  for (const StoredReady& ready : all) {
    const bool is_taken = taken_.contains(ready.record.id());
    if (ready.record.state() == state::v1::READY_STATE_READY && !is_taken) PutLocked(ready);
  }
  stale_ = false;
  return absl::OkStatus();
}

void ReadyPool::MakeStale() {
  absl::MutexLock lock(&mutex_);
  stale_ = true;
}

absl::Status ReadyPool::LoadIfStale() {
  {
    absl::MutexLock lock(&mutex_);
    if (!stale_) return absl::OkStatus();
  }
  return Load();
}

absl::optional<StoredReady> ReadyPool::TakeDatabase(const std::string& node,
                                                    const v1::DatabaseOptions& options,
                                                    const std::string& server_identity) {
  absl::MutexLock lock(&mutex_);
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return absl::nullopt;
  const auto kind = found->second.kinds.find(KeyOf(options));
  if (kind == found->second.kinds.end()) return absl::nullopt;
  kind->second.last_asked = clock_.Uptime();
  return Taken(TakeFirst(kind->second.databases, [&](const StoredReady& ready) {
    return ready.record.server_identity() == server_identity;
  }));
}

absl::optional<StoredReady> ReadyPool::TakeUser(const std::string& node,
                                                const std::string& server_identity) {
  absl::MutexLock lock(&mutex_);
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return absl::nullopt;
  return Taken(TakeFirst(found->second.users, [&](const StoredReady& ready) {
    return ready.record.server_identity() == server_identity;
  }));
}

absl::optional<StoredReady> ReadyPool::TakeExcess(const std::string& node,
                                                  const ReadyTarget& target,
                                                  const std::string& server_identity) {
  absl::MutexLock lock(&mutex_);
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return absl::nullopt;
  for (auto& [key, kind] : found->second.kinds) {
    auto excess =
        TakeExcessOf(kind.databases, IsWanted(kind) ? target.databases : 0, server_identity);
    if (excess) return Leaving(std::move(excess));
  }
  return Leaving(TakeExcessOf(found->second.users, target.users, server_identity));
}

absl::optional<StoredReady> ReadyPool::Take(const ReadyName& name) {
  absl::MutexLock lock(&mutex_);
  const auto found = nodes_.find(name.node);
  if (found == nodes_.end()) return absl::nullopt;
  const auto is_it = [&](const StoredReady& ready) { return ready.record.id() == name.id; };
  for (auto& [key, kind] : found->second.kinds) {
    if (auto taken = TakeFirst(kind.databases, is_it)) return Taken(std::move(taken));
  }
  return Taken(TakeFirst(found->second.users, is_it));
}

absl::optional<StoredReady> ReadyPool::Taken(absl::optional<StoredReady> ready) {
  if (ready) taken_.insert(ready->record.id());
  return ready;
}

absl::optional<StoredReady> ReadyPool::Leaving(absl::optional<StoredReady> ready) {
  if (ready) leaving_[ready->record.id()] = ready->record;
  return Taken(std::move(ready));
}

void ReadyPool::Reserve(const StoredReady& ready) {
  absl::MutexLock lock(&mutex_);
  taken_.insert(ready.record.id());
}

void ReadyPool::Put(const StoredReady& ready) {
  absl::MutexLock lock(&mutex_);
  taken_.erase(ready.record.id());
  leaving_.erase(ready.record.id());
  ++changes_;
  PutLocked(ready);
}

void ReadyPool::LetGo(const StoredReady& ready) {
  absl::MutexLock lock(&mutex_);
  taken_.erase(ready.record.id());
  leaving_.erase(ready.record.id());
  ++changes_;
}

absl::StatusOr<bool> ReadyPool::PutBack(const StoredReady& ready) {
  const absl::StatusOr<StoredReady> stored =
      catalog_.GetReady({.node = ready.record.node(), .id = ready.record.id()});
  const bool is_there = stored.ok() && stored->version == ready.version;
  is_there ? Put(ready) : LetGo(ready);
  if (stored.ok() || absl::IsNotFound(stored.status())) return is_there;
  MakeStale();
  return stored.status();
}

void ReadyPool::PutLocked(const StoredReady& ready) {
  Node& node = nodes_[ready.record.node()];
  Entries& entries = ready.record.has_database()
                         ? KindOf(node, ready.record.database().options()).databases
                         : node.users;
  entries.push_back(ready);
}

ReadyPool::Kind& ReadyPool::KindOf(Node& node, const v1::DatabaseOptions& options) {
  const auto [found, is_new] = node.kinds.try_emplace(KeyOf(options));
  if (is_new) {
    found->second.options = options;
    found->second.last_asked = clock_.Uptime();
  }
  return found->second;
}

bool ReadyPool::IsWanted(const Kind& kind) const {
  return IsPlain(kind.options) || kind.last_asked + kKindMemory > clock_.Uptime();
}

void ReadyPool::NoteClaimed(const state::v1::DatabaseRecord& database) {
  absl::MutexLock lock(&mutex_);
  claimed_[database.node()].push_back(database.id());
}

std::vector<std::string> ReadyPool::TakeClaimed(const std::string& node) {
  absl::MutexLock lock(&mutex_);
  const auto found = claimed_.find(node);
  if (found == claimed_.end()) return {};
  return std::exchange(found->second, {});
}

void ReadyPool::NoteAdmitted(const StoredDatabase& database) {
  absl::MutexLock lock(&mutex_);
  if (admitted_.size() < kMostAdmitted) admitted_[database.record.id()] = database.version;
}

bool ReadyPool::TakeAdmitted(const StoredDatabase& database) {
  absl::MutexLock lock(&mutex_);
  const auto found = admitted_.find(database.record.id());
  if (found == admitted_.end()) return false;
  const bool is_unchanged = found->second == database.version;
  admitted_.erase(found);
  return is_unchanged;
}

void ReadyPool::NoteKind(const std::string& node, const v1::DatabaseOptions& options) {
  absl::MutexLock lock(&mutex_);
  Node& home = nodes_[node];
  std::erase_if(home.kinds, [&](const auto& entry) {
    return !IsWanted(entry.second) && entry.second.databases.empty();
  });
  const bool is_full = home.kinds.size() > kMostKinds;  // That with no options is one more.
  if (is_full && !home.kinds.contains(KeyOf(options))) return;
  KindOf(home, options).last_asked = clock_.Uptime();
}

void ReadyPool::ForgetKind(const std::string& node, const v1::DatabaseOptions& options) {
  if (IsPlain(options)) return;
  absl::MutexLock lock(&mutex_);
  KindOf(nodes_[node], options).last_asked = -absl::InfiniteDuration();
}

absl::optional<v1::DatabaseOptions> ReadyPool::FindScarce(const std::string& node,
                                                          const ReadyTarget& target) {
  absl::MutexLock lock(&mutex_);
  Node& home = nodes_[node];
  KindOf(home, {});
  for (const auto& [key, kind] : home.kinds) {
    if (IsWanted(kind) && static_cast<int64_t>(kind.databases.size()) < target.databases) {
      return kind.options;
    }
  }
  return absl::nullopt;
}

bool ReadyPool::IsAt(const std::string& node, const ReadyTarget& target,
                     const std::string& server_identity, bool making) const {
  absl::MutexLock lock(&mutex_);
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return !making || (target.databases == 0 && target.users == 0);
  const auto is_at = [&](const Entries& entries, int64_t wanted) {
    const auto size = static_cast<int64_t>(entries.size());
    const bool is_right = making ? size == wanted : size <= wanted;
    return is_right && std::all_of(entries.begin(), entries.end(), [&](const StoredReady& ready) {
             return ready.record.server_identity() == server_identity;
           });
  };
  bool has_plain = false;
  for (const auto& [key, kind] : found->second.kinds) {
    has_plain = has_plain || IsPlain(kind.options);
    if (!is_at(kind.databases, IsWanted(kind) ? target.databases : 0)) return false;
  }
  if (!has_plain && making && target.databases > 0) return false;
  return is_at(found->second.users, target.users);
}

ReadyCount ReadyPool::Count(const std::string& node) const {
  absl::MutexLock lock(&mutex_);
  ReadyCount count;
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return count;
  for (const auto& [key, kind] : found->second.kinds) {
    count.databases += static_cast<int64_t>(kind.databases.size());
  }
  count.users = static_cast<int64_t>(found->second.users.size());
  for (const auto& [id, record] : leaving_) {
    if (record.node() == node) ++(record.has_database() ? count.databases : count.users);
  }
  return count;
}

}  // namespace eds
