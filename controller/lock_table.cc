#include "controller/lock_table.h"

namespace eds {

std::unique_ptr<LockTable::Hold> LockTable::Own(const std::string& name, absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  const auto free = [&]()
                        ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !holders_.contains(name); };
  if (!clock_.Await(mutex_, absl::Condition(&free), deadline)) return nullptr;
  holders_[name] = kOwned;
  return std::make_unique<Hold>(*this, name, /*shared=*/false);
}

std::unique_ptr<LockTable::Hold> LockTable::Share(const std::string& name, absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  const auto not_owned = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto found = holders_.find(name);
    return found == holders_.end() || found->second != kOwned;
  };
  if (!clock_.Await(mutex_, absl::Condition(&not_owned), deadline)) return nullptr;
  ++holders_[name];
  return std::make_unique<Hold>(*this, name, /*shared=*/true);
}

void LockTable::Release(const std::string& name, bool shared) {
  absl::MutexLock lock(&mutex_);
  const auto found = holders_.find(name);
  if (!shared || --found->second == 0) holders_.erase(found);
}

}  // namespace eds
