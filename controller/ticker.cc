#include "controller/ticker.h"

#include <utility>

namespace eds {

Ticker::Ticker(absl::Duration interval, std::function<void()> tick)
    : interval_(interval), tick_(std::move(tick)), thread_([this] { Run(); }) {}

Ticker::~Ticker() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  thread_.join();
}

void Ticker::Poke() {
  absl::MutexLock lock(&mutex_);
  poked_ = true;
}

void Ticker::Run() {
  const auto awake = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return poked_ || ending_; };
  while (true) {
    tick_();
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&awake), interval_);
    if (ending_) return;
    poked_ = false;
  }
}

}  // namespace eds
