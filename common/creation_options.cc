#include "common/creation_options.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"

namespace eds {
namespace {

constexpr size_t kMaxNameBytes = 64;
constexpr int kMaxExtensions = 16;
constexpr int kMaxConnections = 10'000;
constexpr int64_t kMaxStatementSeconds = 86'400;  // A day.
constexpr int32_t kNanosPerMillisecond = 1'000'000;

std::string Path(absl::string_view field, absl::string_view part) {
  return absl::StrCat(field, ".", part);
}

absl::Status CheckHas(bool has, bool is_set, absl::string_view field, absl::string_view why) {
  if (has || !is_set) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must be left out: ", why));
}

// Goes into SQL, where it stands in quotes: so it may hold nothing that ends them.
absl::Status CheckName(absl::string_view field, absl::string_view name, absl::string_view marks) {
  const auto legal = [marks](char c) {
    return absl::ascii_isalnum(c) || marks.find(c) != absl::string_view::npos;
  };
  if (name.size() <= kMaxNameBytes && std::all_of(name.begin(), name.end(), legal)) {
    return absl::OkStatus();
  }
  return InvalidField(
      field, absl::StrCat("must be at most ", kMaxNameBytes, " letters, digits and ", marks));
}

absl::Status CheckConnectionLimit(absl::string_view field, int limit) {
  if (limit >= 0 && limit <= kMaxConnections) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must be 1 to ", kMaxConnections, ", or 0 for no limit"));
}

absl::Status CheckExtensions(absl::string_view field, const v1::DatabaseOptions& options) {
  if (options.extensions_size() > kMaxExtensions) {
    return InvalidField(field, absl::StrCat("may hold at most ", kMaxExtensions));
  }
  std::set<std::string> seen;
  for (int i = 0; i < options.extensions_size(); ++i) {
    const std::string& name = options.extensions(i);
    const std::string path = absl::StrCat(field, "[", i, "]");
    if (name.empty()) return InvalidField(path, "must not be empty");
    RETURN_IF_ERROR(CheckName(path, name, "_-"));
    if (!seen.insert(name).second) return InvalidField(path, "stands twice");
  }
  return absl::OkStatus();
}

absl::Status CheckStatementTimeout(absl::string_view field,
                                   const google::protobuf::Duration& timeout) {
  const bool in_range = timeout.seconds() >= 0 && timeout.nanos() >= 0 &&
                        (timeout.seconds() < kMaxStatementSeconds ||
                         (timeout.seconds() == kMaxStatementSeconds && timeout.nanos() == 0)) &&
                        (timeout.seconds() > 0 || timeout.nanos() > 0);
  if (in_range && timeout.nanos() % kNanosPerMillisecond == 0) return absl::OkStatus();
  return InvalidField(field, "must be 1 ms to 1 day, in whole milliseconds, or left out");
}

}  // namespace

absl::Status CheckDatabaseOptions(v1::Kind kind, const v1::DatabaseOptions& options,
                                  absl::string_view field) {
  const bool can_be_mysql = kind != v1::KIND_POSTGRESQL;
  const bool can_be_postgresql = kind != v1::KIND_MYSQL;
  constexpr absl::string_view kNotOnPostgresql = "PostgreSQL has encoding and locale instead";
  constexpr absl::string_view kNotOnMysql = "MySQL has character_set and collation instead";
  const auto path = [field](absl::string_view part) { return Path(field, part); };
  RETURN_IF_ERROR(CheckHas(can_be_mysql, !options.character_set().empty(), path("character_set"),
                           kNotOnPostgresql));
  RETURN_IF_ERROR(
      CheckHas(can_be_mysql, !options.collation().empty(), path("collation"), kNotOnPostgresql));
  RETURN_IF_ERROR(
      CheckHas(can_be_postgresql, !options.encoding().empty(), path("encoding"), kNotOnMysql));
  RETURN_IF_ERROR(
      CheckHas(can_be_postgresql, !options.locale().empty(), path("locale"), kNotOnMysql));
  RETURN_IF_ERROR(CheckHas(can_be_postgresql, options.extensions_size() > 0, path("extensions"),
                           "MySQL has none"));
  RETURN_IF_ERROR(CheckHas(can_be_postgresql, options.connection_limit() != 0,
                           path("connection_limit"), "MySQL limits the sessions of users alone"));
  RETURN_IF_ERROR(CheckName(path("character_set"), options.character_set(), "_"));
  RETURN_IF_ERROR(CheckName(path("collation"), options.collation(), "_"));
  RETURN_IF_ERROR(CheckName(path("encoding"), options.encoding(), "_"));
  RETURN_IF_ERROR(CheckName(path("locale"), options.locale(), "_.@-"));
  RETURN_IF_ERROR(CheckExtensions(path("extensions"), options));
  return CheckConnectionLimit(path("connection_limit"), options.connection_limit());
}

absl::Status CheckUserOptions(v1::Kind kind, const v1::UserOptions& options,
                              absl::string_view field) {
  RETURN_IF_ERROR(CheckHas(kind != v1::KIND_POSTGRESQL, options.require_tls(),
                           Path(field, "require_tls"),
                           "PostgreSQL decides this in pg_hba.conf, for the whole server"));
  RETURN_IF_ERROR(
      CheckConnectionLimit(Path(field, "connection_limit"), options.connection_limit()));
  if (!options.has_statement_timeout()) return absl::OkStatus();
  return CheckStatementTimeout(Path(field, "statement_timeout"), options.statement_timeout());
}

}  // namespace eds
