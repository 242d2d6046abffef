#ifndef EDS_NODE_SERVER_CONFIG_H_
#define EDS_NODE_SERVER_CONFIG_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eds/v1/kind.pb.h"
#include "node/database_server.h"

namespace eds {

// How to reach the server that `values`, by key as in "mysql/host", describe for
// `node`; see proto/eds/v1/config_service.proto. Reads the file that `pass_file`
// names, and sees whether those of TLS can be read. Without `pass` and `pass_file` the password is
// empty: some servers want none from their administrator. Errors:
//   kFailedPrecondition  kNodeNotConfigured: keys are missing, contradict each other,
//                        or the file cannot be used;
//   kInvalidArgument     kUnknownKey, kInvalidField: see ValidateConfigValue.
absl::StatusOr<ServerConfig> ParseServerConfig(v1::Kind kind, absl::string_view node,
                                               const std::map<std::string, std::string>& values);

}  // namespace eds

#endif  // EDS_NODE_SERVER_CONFIG_H_
