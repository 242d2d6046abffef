#include "node/server_config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/optional.h"
#include "common/config_keys.h"
#include "common/error.h"
#include "common/status_macros.h"

namespace eds {
namespace {

using Values = std::map<std::string, std::string>;

// More than any password may have; what lies beyond is not read.
constexpr size_t kMaxFirstLineBytes = 1024;

absl::Status NotConfigured(absl::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kNodeNotConfigured, message);
}

absl::Status CheckNothingMissing(v1::Kind kind, absl::string_view node, const Values& values) {
  std::vector<std::string> missing;
  for (const ConfigKey& key : KnownKeys(kind)) {
    if (key.required && !values.contains(key.key)) missing.push_back(key.key);
  }
  if (missing.empty()) return absl::OkStatus();
  return NotConfigured(absl::StrCat(absl::StrJoin(missing, " and "),
                                    missing.size() == 1 ? " is" : " are",
                                    " not set: edsctl config set ", node, " ", missing[0], " …"));
}

// The values of `values`, and the defaults of keys that are not set.
Values WithDefaults(v1::Kind kind, Values values) {
  for (const ConfigKey& key : KnownKeys(kind)) {
    if (!key.default_value.empty()) values.try_emplace(key.key, key.default_value);
  }
  return values;
}

absl::Status CannotRead(const std::string& path, const char* why) {
  return NotConfigured(absl::StrCat("cannot read ", path, ": ", why));
}

// Its descriptor, for the caller to close.
absl::StatusOr<int> OpenFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return CannotRead(path, std::strerror(errno));
  struct stat status {};
  if (fstat(file, &status) == 0 && S_ISREG(status.st_mode)) return file;
  close(file);
  return CannotRead(path, "it is not a file");
}

absl::StatusOr<std::string> ReadFirstLine(const std::string& path) {
  ASSIGN_OR_RETURN(const int file, OpenFile(path));
  const absl::Cleanup close_file = [file] { close(file); };
  std::string text(kMaxFirstLineBytes, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = read(file, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return CannotRead(path, std::strerror(errno));
    if (count == 0) break;
    size += static_cast<size_t>(count);
  }
  text.resize(size);
  text.resize(std::min(text.find('\n'), text.size()));
  if (!text.empty() && text.back() == '\r') text.pop_back();
  return text;
}

absl::StatusOr<Secret> ParsePassword(v1::Kind kind, const Values& values) {
  const std::string pass_key = absl::StrCat(KindPrefix(kind), "/pass");
  const std::string file_key = absl::StrCat(KindPrefix(kind), "/pass_file");
  const auto pass = values.find(pass_key);
  const auto file = values.find(file_key);
  if (file == values.end()) return pass == values.end() ? Secret() : Secret(pass->second);
  if (pass != values.end()) {
    return NotConfigured(absl::StrCat(pass_key, " and ", file_key, " are both set: unset one"));
  }
  absl::StatusOr<std::string> line = ReadFirstLine(file->second);
  if (!line.ok()) return WithContext(line.status(), file_key);
  if (!ValidateConfigValue(kind, pass_key, *line).ok()) {
    return NotConfigured(absl::StrCat(file_key, ": the first line of ", file->second,
                                      " is no password: it is empty, too long, or holds control "
                                      "characters"));
  }
  return Secret(*std::move(line));
}

// The path that `key` holds; empty if it is not set.
absl::StatusOr<std::string> ParseFile(const std::string& key, const Values& values) {
  const auto path = values.find(key);
  if (path == values.end()) return std::string();
  const absl::StatusOr<int> file = OpenFile(path->second);
  if (!file.ok()) return WithContext(file.status(), key);
  close(*file);
  return path->second;
}

absl::optional<TlsMode> ParseTlsMode(const std::string& key, const Values& values) {
  const auto mode = values.find(key);
  if (mode == values.end()) return absl::nullopt;
  if (mode->second == "disabled") return TlsMode::kDisabled;
  return mode->second == "required" ? TlsMode::kRequired : TlsMode::kVerifyFull;
}

absl::StatusOr<TlsOptions> ParseTls(v1::Kind kind, const Values& values) {
  const std::string prefix = absl::StrCat(KindPrefix(kind), "/tls_");
  TlsOptions tls;
  tls.mode = ParseTlsMode(prefix + "mode", values);
  ASSIGN_OR_RETURN(tls.ca_file, ParseFile(prefix + "ca_file", values));
  ASSIGN_OR_RETURN(tls.cert_file, ParseFile(prefix + "cert_file", values));
  ASSIGN_OR_RETURN(tls.key_file, ParseFile(prefix + "key_file", values));
  if (tls.cert_file.empty() != tls.key_file.empty()) {
    return NotConfigured(absl::StrCat(prefix, "cert_file and ", prefix,
                                      "key_file belong together: set both or neither"));
  }
  if (tls.mode == TlsMode::kRequired && !tls.ca_file.empty()) {
    return NotConfigured(absl::StrCat(prefix,
                                      "mode=required verifies nothing: set it to "
                                      "verify_full, or unset ",
                                      prefix, "ca_file"));
  }
  return tls;
}

}  // namespace

absl::StatusOr<ServerConfig> ParseServerConfig(v1::Kind kind, absl::string_view node,
                                               const Values& values) {
  for (const auto& [key, value] : values) RETURN_IF_ERROR(ValidateConfigValue(kind, key, value));
  RETURN_IF_ERROR(CheckNothingMissing(kind, node, values));
  const Values all = WithDefaults(kind, values);
  const auto text = [&all, kind](absl::string_view suffix) {
    return all.at(absl::StrCat(KindPrefix(kind), "/", suffix));
  };
  const auto number = [&text](absl::string_view suffix) {
    int value = 0;
    return absl::SimpleAtoi(text(suffix), &value) ? value : 0;
  };

  ServerConfig config;
  config.hosts = ParseHostList(text("host"));
  config.port = number("port");
  config.user = text("user");
  ASSIGN_OR_RETURN(config.password, ParsePassword(kind, values));
  ASSIGN_OR_RETURN(config.tls, ParseTls(kind, values));
  config.pool_size = number("pool_size");
  config.connect_timeout = absl::Seconds(number("connect_timeout"));
  return config;
}

}  // namespace eds
