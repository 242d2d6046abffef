#ifndef EDS_CONTROLLER_OBJECT_NAME_H_
#define EDS_CONTROLLER_OBJECT_NAME_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace eds {

// Names of what an installation makes on a server: a letter for what it is, the
// installation's id, and 16 characters of [a-z2-7]. Whatever differs from that in
// anything is somebody else's.
enum class ObjectLetter : char {
  kDatabase = 'd',
  kOwner = 'o',
  kWriters = 'w',  // Group roles of the same database.
  kReaders = 'r',
  kUser = 'u',
  kOtherLogin = 'v',  // The user's, while a rotation gives it two login names.
};

std::string FormatObjectName(ObjectLetter letter, absl::string_view installation,
                             absl::string_view id);
bool IsObjectName(ObjectLetter letter, absl::string_view installation, absl::string_view name);

// Whether it is one of a user, or of a role.
bool IsLoginName(absl::string_view installation, absl::string_view name);
bool IsRoleName(absl::string_view installation, absl::string_view name);

// The login name that takes turns with `name`.
std::string OtherLoginName(const std::string& name);

// The group roles beside the one that owns a database.
std::vector<std::string> GroupNames(const std::string& owner);

// The id in a name for which IsObjectName holds.
std::string IdInObjectName(absl::string_view installation, absl::string_view name);

}  // namespace eds

#endif  // EDS_CONTROLLER_OBJECT_NAME_H_
