#ifndef EDS_CONTROLLER_OBJECT_NAME_H_
#define EDS_CONTROLLER_OBJECT_NAME_H_

#include <string>

#include "absl/strings/string_view.h"

namespace eds {

// Names of what an installation makes on a server: a letter for what it is, the
// installation's id, and 16 characters of [a-z2-7]. Whatever differs from that in
// anything is somebody else's.
enum class ObjectLetter : char { kDatabase = 'd', kOwner = 'o', kUser = 'u' };

std::string FormatObjectName(ObjectLetter letter, absl::string_view installation,
                             absl::string_view id);
bool IsObjectName(ObjectLetter letter, absl::string_view installation, absl::string_view name);

// The id in a name for which IsObjectName holds.
std::string IdInObjectName(absl::string_view installation, absl::string_view name);

}  // namespace eds

#endif  // EDS_CONTROLLER_OBJECT_NAME_H_
