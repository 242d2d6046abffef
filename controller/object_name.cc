#include "controller/object_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace eds {
namespace {

constexpr size_t kIdLength = 16;

bool IsBase32(char c) { return absl::ascii_islower(c) || (c >= '2' && c <= '7'); }

}  // namespace

std::string FormatObjectName(ObjectLetter letter, absl::string_view installation,
                             absl::string_view id) {
  const char first = static_cast<char>(letter);
  return absl::StrCat(absl::string_view(&first, 1), installation, id);
}

bool IsObjectName(ObjectLetter letter, absl::string_view installation, absl::string_view name) {
  return absl::ConsumePrefix(&name, FormatObjectName(letter, installation, "")) &&
         name.size() == kIdLength && std::all_of(name.begin(), name.end(), IsBase32);
}

std::string IdInObjectName(absl::string_view installation, absl::string_view name) {
  return std::string(name.substr(1 + installation.size()));
}

}  // namespace eds
