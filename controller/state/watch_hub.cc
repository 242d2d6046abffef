#include "controller/state/watch_hub.h"

#include <utility>

#include "absl/strings/match.h"

namespace eds {

class WatchHub::Registration final : public StateStore::Watcher {
 public:
  Registration(WatchHub& hub, Subscriptions::iterator subscription)
      : hub_(hub), subscription_(subscription) {}
  ~Registration() override { hub_.End(subscription_); }

 private:
  WatchHub& hub_;
  const Subscriptions::iterator subscription_;
};

std::unique_ptr<StateStore::Watcher> WatchHub::Watch(
    absl::string_view prefix, std::function<void(const StoreEvent&)> callback) {
  absl::MutexLock lock(&mutex_);
  subscriptions_.push_front({std::string(prefix), std::move(callback)});
  return std::make_unique<Registration>(*this, subscriptions_.begin());
}

void WatchHub::Add(const std::vector<StoreEvent>& events) {
  absl::MutexLock lock(&mutex_);
  for (const StoreEvent& event : events) {
    for (const Subscription& subscription : subscriptions_) {
      if (absl::StartsWith(event.entry.key, subscription.prefix)) {
        queue_.push_back({&subscription, event});
      }
    }
  }
}

void WatchHub::Deliver() {
  absl::ReleasableMutexLock entry(&mutex_);
  if (delivering_) return;
  delivering_ = true;
  entry.Release();
  while (true) {
    Delivery next;
    {
      absl::MutexLock lock(&mutex_);
      running_ = nullptr;
      delivering_ = !queue_.empty();
      if (!delivering_) return;
      next = std::move(queue_.front());
      queue_.pop_front();
      running_ = next.subscription;
    }
    next.subscription->callback(next.event);
  }
}

void WatchHub::End(Subscriptions::iterator subscription) {
  Subscriptions ended;
  absl::MutexLock lock(&mutex_);
  ended.splice(ended.begin(), subscriptions_, subscription);
  std::erase_if(queue_, [&](const Delivery& next) { return next.subscription == &*subscription; });
  const auto quiet = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return running_ != &*subscription;
  };
  mutex_.Await(absl::Condition(&quiet));
}

}  // namespace eds
