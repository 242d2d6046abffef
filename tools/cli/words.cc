#include "tools/cli/words.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "tools/cli/error_line.h"

namespace eds::cli {
namespace {

std::string Without(absl::string_view prefix, const std::string& name) {
  return std::string(absl::StripPrefix(name, prefix));
}

bool IsShellSafe(char c) { return absl::ascii_isalnum(c) || absl::StrContains("_-./:@%+,", c); }

}  // namespace

std::string KindWord(v1::Kind kind) {
  return absl::AsciiStrToLower(Without("KIND_", v1::Kind_Name(kind)));
}

v1::Kind ParseKind(absl::string_view word) {
  if (word == "mysql") return v1::KIND_MYSQL;
  if (word == "postgresql") return v1::KIND_POSTGRESQL;
  return v1::KIND_UNSPECIFIED;
}

std::string RoleWord(v1::User::Role role) { return Without("ROLE_", v1::User::Role_Name(role)); }

v1::User::Role ParseRole(absl::string_view word) {
  if (word == "owner") return v1::User::ROLE_OWNER;
  if (word == "read-write") return v1::User::ROLE_READ_WRITE;
  if (word == "read-only") return v1::User::ROLE_READ_ONLY;
  return v1::User::ROLE_UNSPECIFIED;
}

absl::StatusOr<google::protobuf::Duration> ParseDuration(absl::string_view option,
                                                         const std::string& text) {
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration) || duration == absl::InfiniteDuration() ||
      duration < absl::ZeroDuration()) {
    return UsageError(absl::StrCat(option, " must be a time, as in 30s, 15m or 24h"));
  }
  google::protobuf::Duration parsed;
  parsed.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  parsed.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(duration)));
  return parsed;
}

std::string StateWord(v1::Node::State state) {
  return Without("STATE_", v1::Node::State_Name(state));
}

std::string StateWord(v1::Database::State state) {
  return Without("STATE_", v1::Database::State_Name(state));
}

std::string StateWord(v1::User::State state) {
  return Without("STATE_", v1::User::State_Name(state));
}

std::string SeverityWord(v1::Finding::Severity severity) {
  return Without("SEVERITY_", v1::Finding::Severity_Name(severity));
}

std::string KindWord(v1::Operation::Kind kind) {
  return Without("KIND_", v1::Operation::Kind_Name(kind));
}

std::string KindWord(v1::Discrepancy::Kind kind) {
  return Without("KIND_", v1::Discrepancy::Kind_Name(kind));
}

std::string ActionWord(v1::Discrepancy::Action action) {
  return Without("ACTION_", v1::Discrepancy::Action_Name(action));
}

std::string CauseWord(v1::Purge::Cause cause) {
  return Without("CAUSE_", v1::Purge::Cause_Name(cause));
}

std::string IdOf(absl::string_view resource_name) {
  return std::string(resource_name.substr(resource_name.rfind('/') + 1));
}

std::string ServerWords(const v1::Node& node) {
  if (!node.has_server()) return "";
  const v1::Server& server = node.server();
  return absl::StrCat(server.flavour(), " ", server.version(), " at ", server.address());
}

std::string TimeWord(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "";
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

std::string AddressWord(const std::string& host, int port) {
  if (host.empty()) return "";
  const bool is_ipv6 = absl::StrContains(host, ':') && host.front() != '[';
  return is_ipv6 ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

std::string ShellWord(const std::string& text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), IsShellSafe)) return text;
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

}  // namespace eds::cli
