#ifndef EDS_NODE_ADMIN_PASSWORDS_H_
#define EDS_NODE_ADMIN_PASSWORDS_H_

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "common/error.h"
#include "common/secret.h"

namespace eds {

// What the administrator logs in with: one password, or two while it is being changed, of
// which nobody knows yet whether the server has the one or the other. Thread-safe.
class AdminPasswords {
 public:
  explicit AdminPasswords(Secret password, absl::optional<Secret> next = absl::nullopt)
      : likely_(std::move(password)), other_(std::move(next)) {}

  // Calls `log_in` with the password that worked last; only if the server refuses that
  // (kAdminLoginRefused), with the other.
  template <typename LogIn>
  auto Try(const LogIn& log_in) {
    const auto [likely, other] = Get();
    auto result = log_in(likely);
    if (!other || !HasReason(result.status(), Reason::kAdminLoginRefused)) return result;
    auto second = log_in(*other);
    if (!second.ok()) return result;
    Prefer(*other);
    return second;
  }

  // It is tried first from now on, if it is one of them.
  void Prefer(const Secret& password) {
    absl::MutexLock lock(&mutex_);
    if (other_ && *other_ == password) std::swap(likely_, *other_);
  }

 private:
  std::pair<Secret, absl::optional<Secret>> Get() const {
    absl::MutexLock lock(&mutex_);
    return {likely_, other_};
  }

  mutable absl::Mutex mutex_;
  Secret likely_ ABSL_GUARDED_BY(mutex_);
  absl::optional<Secret> other_ ABSL_GUARDED_BY(mutex_);
};

// What SetAdminPassword answers if there is nothing to change to.
inline absl::Status NoNextPassword() {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kNodeNotConfigured,
                   "the configuration names no next password of the administrator");
}

}  // namespace eds

#endif  // EDS_NODE_ADMIN_PASSWORDS_H_
