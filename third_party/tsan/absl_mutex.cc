// The distribution's Abseil is not built for ThreadSanitizer, which therefore does not
// see that absl::Mutex orders what threads do, and reports races where there are none.
// These functions stand before those of the library (ld --wrap) and say so.

#include <sanitizer/tsan_interface.h>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace {

// A condition is looked at by whoever holds the mutex at the time, inside the library:
// says so before and after.
class SeenCondition {
 public:
  SeenCondition(void* mutex, const absl::Condition& condition)
      : mutex_(mutex), condition_(condition), seen_(this, &SeenCondition::Look) {}

  const absl::Condition& get() const { return seen_; }

 private:
  // What it reads of this object was written before the mutex was given up.
  __attribute__((no_sanitize("thread"))) bool Look() {
    __tsan_acquire(mutex_);
    const bool holds = condition_.Eval();
    __tsan_release(mutex_);  // It may be given up next, inside the library.
    return holds;
  }

  void* const mutex_;
  const absl::Condition& condition_;
  const absl::Condition seen_;
};

}  // namespace

extern "C" {

void __real__ZN4absl7debian35Mutex4LockEv(void* mutex);
void __wrap__ZN4absl7debian35Mutex4LockEv(void* mutex) {
  __real__ZN4absl7debian35Mutex4LockEv(mutex);
  __tsan_acquire(mutex);
}

void __real__ZN4absl7debian35Mutex6UnlockEv(void* mutex);
void __wrap__ZN4absl7debian35Mutex6UnlockEv(void* mutex) {
  __tsan_release(mutex);
  __real__ZN4absl7debian35Mutex6UnlockEv(mutex);
}

bool __real__ZN4absl7debian35Mutex7TryLockEv(void* mutex);
bool __wrap__ZN4absl7debian35Mutex7TryLockEv(void* mutex) {
  const bool locked = __real__ZN4absl7debian35Mutex7TryLockEv(mutex);
  if (locked) __tsan_acquire(mutex);
  return locked;
}

void __real__ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE(void* mutex,
                                                           const absl::Condition& condition);
void __wrap__ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE(void* mutex,
                                                           const absl::Condition& condition) {
  const SeenCondition seen(mutex, condition);
  __tsan_release(mutex);
  __real__ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE(mutex, seen.get());
  __tsan_acquire(mutex);
}

bool __real__ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE(
    void* mutex, const absl::Condition& condition, absl::Duration timeout);
bool __wrap__ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE(
    void* mutex, const absl::Condition& condition, absl::Duration timeout) {
  const SeenCondition seen(mutex, condition);
  __tsan_release(mutex);
  const bool held = __real__ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE(
      mutex, seen.get(), timeout);
  __tsan_acquire(mutex);
  return held;
}

bool __real__ZN4absl7debian35Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE(
    void* mutex, const absl::Condition& condition, absl::Time deadline);
bool __wrap__ZN4absl7debian35Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE(
    void* mutex, const absl::Condition& condition, absl::Time deadline) {
  const SeenCondition seen(mutex, condition);
  __tsan_release(mutex);
  const bool held = __real__ZN4absl7debian35Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE(
      mutex, seen.get(), deadline);
  __tsan_acquire(mutex);
  return held;
}

void __real__ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE(void* mutex,
                                                              const absl::Condition& condition);
void __wrap__ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE(void* mutex,
                                                              const absl::Condition& condition) {
  const SeenCondition seen(mutex, condition);
  __real__ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE(mutex, seen.get());
  __tsan_acquire(mutex);
}

void __real__ZN4absl7debian312Notification6NotifyEv(void* notification);
void __wrap__ZN4absl7debian312Notification6NotifyEv(void* notification) {
  __tsan_release(notification);
  __real__ZN4absl7debian312Notification6NotifyEv(notification);
}

void __real__ZNK4absl7debian312Notification19WaitForNotificationEv(const void* notification);
void __wrap__ZNK4absl7debian312Notification19WaitForNotificationEv(const void* notification) {
  __real__ZNK4absl7debian312Notification19WaitForNotificationEv(notification);
  __tsan_acquire(const_cast<void*>(notification));
}

}  // extern "C"
