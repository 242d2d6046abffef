#ifndef EDS_TOOLS_CLI_WORDS_H_
#define EDS_TOOLS_CLI_WORDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eds/v1/database.pb.h"
#include "eds/v1/kind.pb.h"
#include "eds/v1/maintenance_service.pb.h"
#include "eds/v1/node.pb.h"
#include "eds/v1/user.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace eds::cli {

// "mysql" or "postgresql".
std::string KindWord(v1::Kind kind);
// KIND_UNSPECIFIED if `word` is none.
v1::Kind ParseKind(absl::string_view word);

// "READ_ONLY" and so on.
std::string RoleWord(v1::User::Role role);
// Of "owner", "read-write" and "read-only"; ROLE_UNSPECIFIED if `word` is none.
v1::User::Role ParseRole(absl::string_view word);

// "READY" and so on.
std::string StateWord(v1::Node::State state);
std::string StateWord(v1::Database::State state);
std::string StateWord(v1::User::State state);
std::string SeverityWord(v1::Finding::Severity severity);
// "CREATE", "MISSING", "MENDED", "UNKNOWN" and so on.
std::string KindWord(v1::Operation::Kind kind);
std::string KindWord(v1::Discrepancy::Kind kind);
std::string ActionWord(v1::Discrepancy::Action action);
std::string CauseWord(v1::Purge::Cause cause);

// The last part of a resource name: "mysql_node" of "nodes/mysql_node".
std::string IdOf(absl::string_view resource_name);

// "MariaDB 10.11.14 at 127.0.0.1:3306", or empty if the node never reached one.
std::string ServerWords(const v1::Node& node);

// "2027-01-15T08:00:00Z", or empty if it is not set.
std::string TimeWord(const google::protobuf::Timestamp& time);

// What `text` ("30s", "24h") stands for. A UsageError that names `option` if it stands for
// nothing.
absl::StatusOr<google::protobuf::Duration> ParseDuration(absl::string_view option,
                                                         const std::string& text);

// "127.0.0.1:3306", "[::1]:3306", or empty.
std::string AddressWord(const std::string& host, int port);

// `text` as one word of a shell.
std::string ShellWord(const std::string& text);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_WORDS_H_
