#ifndef EDS_COMMON_RESOURCE_NAME_H_
#define EDS_COMMON_RESOURCE_NAME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace eds {

struct UserName {
  std::string database;
  std::string user;
};

struct ReadyName {
  std::string node;
  std::string id;
};

// Ids out of resource names. INVALID_ARGUMENT, naming `field`, if `name` is not of
// the form that its comment gives.

// `nodes/{node}`
absl::StatusOr<std::string> ParseNodeName(absl::string_view field, absl::string_view name);
// `nodes/{node}/config`
absl::StatusOr<std::string> ParseConfigName(absl::string_view field, absl::string_view name);
// `databases/{database}`
absl::StatusOr<std::string> ParseDatabaseName(absl::string_view field, absl::string_view name);
// `databases/{database}/users/{user}`
absl::StatusOr<UserName> ParseUserName(absl::string_view field, absl::string_view name);

// `nodes/{node}/ready/{id}`: what is made ahead, which only lists of operations name.
absl::StatusOr<ReadyName> ParseReadyName(absl::string_view field, absl::string_view name);

std::string FormatNodeName(absl::string_view node);
std::string FormatConfigName(absl::string_view node);
std::string FormatDatabaseName(absl::string_view database);
std::string FormatUserName(absl::string_view database, absl::string_view user);
std::string FormatReadyName(absl::string_view node, absl::string_view id);

// Whether `id` is a lower-case letter, then lower-case letters, digits, `_` and
// `-`, at most 63 characters: the rule for ids of nodes.
bool IsNodeId(absl::string_view id);

}  // namespace eds

#endif  // EDS_COMMON_RESOURCE_NAME_H_
