#ifndef EDS_COMMON_CONFIG_KEYS_H_
#define EDS_COMMON_CONFIG_KEYS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "eds/v1/kind.pb.h"

namespace eds {

// A key of a node's configuration: "mysql/port" is the key of kind `mysql` with the
// suffix "port". proto/eds/v1/config_service.proto tells operators the same.
struct ConfigKey {
  std::string key;
  bool secret = false;
  bool required = false;
  std::string default_value;  // Empty: none.
  std::string help;           // What it is and which values it takes: one line.
};

// "mysql" or "postgresql"; empty for any other kind.
absl::string_view KindPrefix(v1::Kind kind);

// The keys of a node of `kind`, in the order in which one would set them.
std::vector<ConfigKey> KnownKeys(v1::Kind kind);

// What a node of `kind` goes by if `key` is not set; empty if that is nothing, or if it has no
// such key.
std::string DefaultOf(v1::Kind kind, absl::string_view key);

// Whether the value of `key` must not be seen. True for a key that nobody knows.
bool IsSecretKey(absl::string_view key);

// Whether only the controller goes by `key`: to the agent it makes no difference.
bool IsForController(absl::string_view key);

// OK if a node of `kind` knows `key` and may be given `value`. The error names the
// key as the field, and never repeats a secret:
//   kInvalidArgument  kUnknownKey: there is no such key; lists those there are;
//                     kInvalidField: `value` breaks the rules of its key.
absl::Status ValidateConfigValue(v1::Kind kind, absl::string_view key, absl::string_view value);

// What ParseServerConfig and the validation above agree on: the hosts in `value`,
// IPv6 addresses without their brackets. `value` must be valid.
std::vector<std::string> ParseHostList(absl::string_view value);

}  // namespace eds

#endif  // EDS_COMMON_CONFIG_KEYS_H_
