#include "common/identifier.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"

namespace eds {

absl::StatusOr<Identifier> Identifier::Parse(absl::string_view text, absl::string_view field) {
  absl::StatusOr<Identifier> part = ParsePart(text, field);
  if (part.ok() && absl::ascii_islower(text[0])) return part;
  return InvalidField(field, absl::StrCat("must be a lower-case letter followed by lower-case "
                                          "letters and digits, at most ",
                                          kMaxLength, " characters in all"));
}

absl::StatusOr<Identifier> Identifier::ParsePart(absl::string_view text, absl::string_view field) {
  const auto legal = [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); };
  if (text.empty() || text.size() > kMaxLength || !std::all_of(text.begin(), text.end(), legal)) {
    return InvalidField(
        field, absl::StrCat("must be 1 to ", kMaxLength, " lower-case letters and digits"));
  }
  return Identifier(std::string(text));
}

absl::StatusOr<Identifier> Identifier::ParseExisting(absl::string_view text,
                                                     absl::string_view field) {
  const auto legal = [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '-';
  };
  if (text.empty() || text.size() > kMaxExistingLength || !absl::ascii_islower(text[0]) ||
      !std::all_of(text.begin(), text.end(), legal)) {
    return InvalidField(field, absl::StrCat("must be a lower-case letter followed by lower-case "
                                            "letters, digits, \"_\" and \"-\", at most ",
                                            kMaxExistingLength, " characters in all"));
  }
  return Identifier(std::string(text));
}

}  // namespace eds
