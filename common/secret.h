#ifndef EDS_COMMON_SECRET_H_
#define EDS_COMMON_SECRET_H_

#include <ostream>
#include <string>
#include <utility>

#include "absl/types/optional.h"

namespace eds {

// Text that must not be seen: a password, a key. It prints as "[redacted]", is
// opened only by Reveal(), and is wiped when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  const std::string& Reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

  // In constant time for texts of equal length.
  friend bool operator==(const Secret& a, const Secret& b);
  friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "[redacted]"; }

 private:
  void Wipe();

  std::string text_;
};

// What a user logs in with: with these, and with no other.
struct Passwords {
  // One alone is the rule.
  Passwords(Secret current, absl::optional<Secret> previous = absl::nullopt)  // NOLINT
      : current(std::move(current)), previous(std::move(previous)) {}

  Secret current;
  absl::optional<Secret> previous;  // Works as well. Never on PostgreSQL.
};

}  // namespace eds

#endif  // EDS_COMMON_SECRET_H_
