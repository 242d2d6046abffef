#ifndef EDS_COMMON_IDENTIFIER_H_
#define EDS_COMMON_IDENTIFIER_H_

#include <cstddef>
#include <ostream>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace eds {

// The name of a database, user or role on a server: a lower-case letter, then
// lower-case letters and digits, at most 32 characters in all. It is legal, and
// means the same quoted or not, on every engine: no `_` and `%`, which are
// wildcards in MySQL grants; no upper case, which some servers fold.
class Identifier {
 public:
  static constexpr size_t kMaxLength = 32;
  static constexpr size_t kMaxExistingLength = 63;

  // INVALID_ARGUMENT, naming `field`, if `text` breaks the rule above.
  static absl::StatusOr<Identifier> Parse(absl::string_view text, absl::string_view field = "name");

  // The name of a database that somebody else made: `_` and `-` too, at most 63
  // characters. Whoever writes it into SQL quotes it, and escapes its wildcards.
  static absl::StatusOr<Identifier> ParseExisting(absl::string_view text,
                                                  absl::string_view field = "name");

  // A part of a name, such as the id of an installation: a digit may come first.
  static absl::StatusOr<Identifier> ParsePart(absl::string_view text,
                                              absl::string_view field = "name");

  const std::string& text() const { return text_; }

  friend auto operator<=>(const Identifier&, const Identifier&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Identifier& id) {
    return out << id.text_;
  }

 private:
  explicit Identifier(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace eds

#endif  // EDS_COMMON_IDENTIFIER_H_
