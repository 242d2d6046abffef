#include "common/resource_name.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/error.h"

namespace eds {
namespace {

constexpr size_t kMaxIdLength = 63;

// Ids of databases and users are made by the service: lower-case letters and digits.
bool IsResourceId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxIdLength && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c);
  });
}

absl::Status Malformed(absl::string_view field, absl::string_view form) {
  return InvalidField(field, absl::StrCat("must be of the form ", form));
}

}  // namespace

bool IsNodeId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxIdLength && absl::ascii_islower(id[0]) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '-';
         });
}

absl::StatusOr<std::string> ParseNodeName(absl::string_view field, absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 2 || parts[0] != "nodes" || !IsNodeId(parts[1])) {
    return Malformed(field, "nodes/{node}, as in nodes/mysql_node");
  }
  return std::string(parts[1]);
}

absl::StatusOr<std::string> ParseConfigName(absl::string_view field, absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 3 || parts[0] != "nodes" || !IsNodeId(parts[1]) || parts[2] != "config") {
    return Malformed(field, "nodes/{node}/config, as in nodes/mysql_node/config");
  }
  return std::string(parts[1]);
}

absl::StatusOr<std::string> ParseDatabaseName(absl::string_view field, absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 2 || parts[0] != "databases" || !IsResourceId(parts[1])) {
    return Malformed(field, "databases/{database}");
  }
  return std::string(parts[1]);
}

absl::StatusOr<UserName> ParseUserName(absl::string_view field, absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4 || parts[0] != "databases" || !IsResourceId(parts[1]) ||
      parts[2] != "users" || !IsResourceId(parts[3])) {
    return Malformed(field, "databases/{database}/users/{user}");
  }
  return UserName{.database = std::string(parts[1]), .user = std::string(parts[3])};
}

absl::StatusOr<ReadyName> ParseReadyName(absl::string_view field, absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4 || parts[0] != "nodes" || !IsNodeId(parts[1]) || parts[2] != "ready" ||
      !IsResourceId(parts[3])) {
    return Malformed(field, "nodes/{node}/ready/{id}");
  }
  return ReadyName{.node = std::string(parts[1]), .id = std::string(parts[3])};
}

std::string FormatNodeName(absl::string_view node) { return absl::StrCat("nodes/", node); }

std::string FormatConfigName(absl::string_view node) {
  return absl::StrCat("nodes/", node, "/config");
}

std::string FormatDatabaseName(absl::string_view database) {
  return absl::StrCat("databases/", database);
}

std::string FormatUserName(absl::string_view database, absl::string_view user) {
  return absl::StrCat("databases/", database, "/users/", user);
}

std::string FormatReadyName(absl::string_view node, absl::string_view id) {
  return absl::StrCat("nodes/", node, "/ready/", id);
}

}  // namespace eds
