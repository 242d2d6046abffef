#include "mysql_node/mysql_grants.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace eds {
namespace {

// The first place of `word` in `text` that is in no backticks and no brackets.
size_t FindOutside(absl::string_view text, absl::string_view word) {
  bool quoted = false;
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!quoted && depth == 0 && absl::StartsWith(text.substr(i), word)) return i;
    if (text[i] == '`') quoted = !quoted;
    if (quoted) continue;
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
  }
  return absl::string_view::npos;
}

// Takes what is in front of `word` off `text`, and the word itself.
absl::optional<absl::string_view> TakeUntil(absl::string_view& text, absl::string_view word) {
  const size_t at = FindOutside(text, word);
  if (at == absl::string_view::npos) return absl::nullopt;
  const absl::string_view taken = text.substr(0, at);
  text.remove_prefix(at + word.size());
  return taken;
}

std::vector<std::string> SplitList(absl::string_view list) {
  std::vector<std::string> parts;
  while (const auto part = TakeUntil(list, ",")) {
    parts.emplace_back(absl::StripAsciiWhitespace(*part));
  }
  parts.emplace_back(absl::StripAsciiWhitespace(list));
  return parts;
}

}  // namespace

absl::optional<MysqlGrant> ParseMysqlGrant(absl::string_view line) {
  if (!absl::ConsumePrefix(&line, "GRANT ")) return absl::nullopt;
  const absl::optional<absl::string_view> what = TakeUntil(line, " TO ");
  if (!what) return absl::nullopt;
  MysqlGrant grant;
  absl::string_view object = *what;
  if (const auto privileges = TakeUntil(object, " ON ")) {
    grant.privileges = SplitList(*privileges);
    grant.object = std::string(object);
  } else {
    grant.privileges = SplitList(*what);
  }
  grant.grantee = std::string(line.substr(0, std::min(FindOutside(line, " "), line.size())));
  grant.grant_option = FindOutside(line, "GRANT OPTION") != absl::string_view::npos;
  return grant;
}

absl::optional<std::string> DatabasePatternOf(absl::string_view object) {
  if (object == "*.*") return "%";
  if (!absl::ConsumePrefix(&object, "`") || !absl::ConsumeSuffix(&object, "`.*")) {
    return absl::nullopt;
  }
  return std::string(object);
}

bool MatchesDatabasePattern(absl::string_view name, absl::string_view pattern) {
  while (!pattern.empty() && pattern[0] != '%') {
    if (name.empty()) return false;
    const bool any = pattern[0] == '_';
    if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
    if (!any && pattern[0] != name[0]) return false;
    pattern.remove_prefix(1);
    name.remove_prefix(1);
  }
  if (pattern.empty()) return name.empty();
  pattern.remove_prefix(1);
  for (size_t i = 0; i <= name.size(); ++i) {
    if (MatchesDatabasePattern(name.substr(i), pattern)) return true;
  }
  return false;
}

}  // namespace eds
