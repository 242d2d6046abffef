#include "postgresql_node/postgresql_password.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/error.h"

namespace eds {
namespace {

constexpr absl::string_view kMechanism = "SCRAM-SHA-256";
constexpr size_t kKeyBytes = 32;
constexpr size_t kLeastSaltBytes = 8;

// Bytes that `text` is the Base64 of; 0 if it is not. The decoder overlooks white
// space and missing padding, the server does not.
size_t Base64Bytes(absl::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) || absl::Base64Escape(bytes) != text) return 0;
  return bytes.size();
}

bool IsIterations(absl::string_view text) {
  int count = 0;
  return absl::ascii_isdigit(text.empty() ? '-' : text[0]) && absl::SimpleAtoi(text, &count) &&
         count >= 4096;
}

bool IsMd5(absl::string_view text) {
  constexpr size_t kDigits = 32;
  if (!absl::ConsumePrefix(&text, "md5") || text.size() != kDigits) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f'); });
}

bool IsScram(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '$');
  if (parts.size() != 3 || parts[0] != kMechanism) return false;
  const std::vector<absl::string_view> salted = absl::StrSplit(parts[1], ':');
  const std::vector<absl::string_view> keys = absl::StrSplit(parts[2], ':');
  return salted.size() == 2 && IsIterations(salted[0]) &&
         Base64Bytes(salted[1]) >= kLeastSaltBytes && keys.size() == 2 &&
         Base64Bytes(keys[0]) == kKeyBytes && Base64Bytes(keys[1]) == kKeyBytes;
}

}  // namespace

absl::StatusOr<PasswordVerifier> PasswordVerifier::Parse(const std::string& text) {
  if (!IsScram(text) && !IsMd5(text)) {
    return MakeError(absl::StatusCode::kInternal, Reason::kInternal,
                     "libpq made a password verifier of a form that is not known");
  }
  return PasswordVerifier(Secret(text));
}

}  // namespace eds
