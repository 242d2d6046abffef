#include "controller/object_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace eds {
namespace {

constexpr size_t kIdLength = 16;

std::string Renamed(ObjectLetter letter, std::string name) {
  name[0] = static_cast<char>(letter);
  return name;
}

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

bool IsLoginName(absl::string_view installation, absl::string_view name) {
  return IsObjectName(ObjectLetter::kUser, installation, name) ||
         IsObjectName(ObjectLetter::kOtherLogin, installation, name);
}

bool IsRoleName(absl::string_view installation, absl::string_view name) {
  return IsObjectName(ObjectLetter::kOwner, installation, name) ||
         IsObjectName(ObjectLetter::kWriters, installation, name) ||
         IsObjectName(ObjectLetter::kReaders, installation, name);
}

std::string OtherLoginName(const std::string& name) {
  const bool is_first = name[0] == static_cast<char>(ObjectLetter::kUser);
  return Renamed(is_first ? ObjectLetter::kOtherLogin : ObjectLetter::kUser, name);
}

std::vector<std::string> GroupNames(const std::string& owner) {
  return {Renamed(ObjectLetter::kWriters, owner), Renamed(ObjectLetter::kReaders, owner)};
}

std::string IdInObjectName(absl::string_view installation, absl::string_view name) {
  return std::string(name.substr(1 + installation.size()));
}

}  // namespace eds
