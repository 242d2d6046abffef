#include "tools/cli/terminal.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_format.h"

namespace eds::cli {
namespace {

struct CodePoint {
  uint32_t value;
  size_t length;  // In bytes; 0 if the bytes are not UTF-8.
};

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

CodePoint FirstCodePoint(absl::string_view text) {
  const auto first = static_cast<uint8_t>(text[0]);
  if (first < 0x80) return {first, 1};
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || first > 0xF4 || text.size() < length) return {first, 0};
  uint32_t value = first & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return {first, 0};
    value = value << 6 | (static_cast<uint8_t>(text[i]) & 0x3F);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[length] || value > 0x10FFFF) return {first, 0};
  return {value, length};
}

bool IsControl(uint32_t value) { return value < 0x20 || (value >= 0x7F && value < 0xA0); }

// Line separators, and marks that turn the direction of writing.
bool MovesText(uint32_t value) {
  return value == 0x200E || value == 0x200F || (value >= 0x2028 && value <= 0x202E) ||
         (value >= 0x2066 && value <= 0x2069);
}

}  // namespace

std::string ForTerminal(absl::string_view text, Newlines newlines) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const auto [value, length] = FirstCodePoint(text);
    if (value == '\n' && newlines == Newlines::kKeep) {
      safe.push_back('\n');
    } else if (length == 0) {
      absl::StrAppendFormat(&safe, "\\x%02x", value);
    } else if (IsControl(value) || MovesText(value)) {
      absl::StrAppendFormat(&safe, "\\u%04x", value);
    } else {
      safe.append(text.data(), length);
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return safe;
}

size_t Columns(absl::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !IsContinuation(c); }));
}

}  // namespace eds::cli
