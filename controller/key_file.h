#ifndef EDS_CONTROLLER_KEY_FILE_H_
#define EDS_CONTROLLER_KEY_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/secret.h"

namespace eds {

inline constexpr size_t kKeyBytes = 32;

// The key in the file `path`: kKeyBytes bytes. kNotFound if there is no such file;
// otherwise the errors of Sealer::Open.
absl::StatusOr<Secret> ReadKeyFile(const std::string& path);

// Makes `path` with a new key in it; OK also if it is there already. It is there whole
// and durably, or not at all, whenever the machine stops.
absl::Status CreateKeyFile(const std::string& path);

}  // namespace eds

#endif  // EDS_CONTROLLER_KEY_FILE_H_
