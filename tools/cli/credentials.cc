#include "tools/cli/credentials.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/cli/mask.h"
#include "tools/cli/terminal.h"
#include "tools/cli/words.h"

namespace eds::cli {
namespace {

std::string MysqlCommand(const v1::Credentials& credentials) {
  // The client takes "localhost" for its Unix socket, whatever the port.
  const char* protocol = credentials.host() == "localhost" ? " --protocol=TCP" : "";
  return absl::StrCat("mysql -h ", ShellWord(credentials.host()), protocol, " -P ",
                      credentials.port(), " -u ", ShellWord(credentials.username()), " -p",
                      ShellWord(credentials.password()), " ", ShellWord(credentials.database()));
}

std::string PsqlCommand(const v1::Credentials& credentials) {
  return absl::StrCat("psql ", ShellWord(credentials.uri()));
}

}  // namespace

v1::Kind KindOf(const v1::Credentials& credentials) {
  if (absl::StartsWith(credentials.uri(), "mysql://")) return v1::KIND_MYSQL;
  if (absl::StartsWith(credentials.uri(), "postgresql://")) return v1::KIND_POSTGRESQL;
  return v1::KIND_UNSPECIFIED;
}

std::string CredentialsText(const Binding& binding) {
  const v1::Credentials& credentials = binding.credentials;
  std::vector<std::pair<std::string, std::string>> lines = {
      {"Host:", credentials.host()},         {"Port:", absl::StrCat(credentials.port())},
      {"Database:", credentials.database()}, {"User:", credentials.username()},
      {"Password:", credentials.password()}, {"URI:", credentials.uri()}};
  if (!binding.service.empty()) lines.insert(lines.begin(), {"Service:", binding.service});
  if (credentials.password() != kMask) {
    const bool is_mysql = binding.kind == v1::KIND_MYSQL;
    lines.emplace_back("Command:", is_mysql ? MysqlCommand(credentials) : PsqlCommand(credentials));
  }
  std::string text;
  for (const auto& [label, value] : lines) {
    constexpr size_t kWidth = 11;
    absl::StrAppend(&text, label, std::string(kWidth - label.size(), ' '), ForTerminal(value),
                    "\n");
  }
  return text;
}

Json CredentialsJson(const v1::Credentials& credentials) {
  return Json{{"name", credentials.database()},     {"hostname", credentials.host()},
              {"host", credentials.host()},         {"port", credentials.port()},
              {"user", credentials.username()},     {"username", credentials.username()},
              {"password", credentials.password()}, {"uri", credentials.uri()}};
}

Json CredentialsVcap(const Binding& binding) {
  const std::string label = KindWord(binding.kind);
  const Json service = {{"name", binding.service},
                        {"label", label},
                        {"plan", "default"},
                        {"tags", Json::array({label, "relational"})},
                        {"credentials", CredentialsJson(binding.credentials)}};
  return Json{{label, Json::array({service})}};
}

}  // namespace eds::cli
