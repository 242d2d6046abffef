#include "controller/page_token.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"

namespace eds {
namespace {

std::string Authenticated(absl::string_view scope, absl::string_view after) {
  return absl::StrCat("page-token\n", scope, "\n", after);
}

}  // namespace

std::string FormatPageToken(const Sealer& sealer, absl::string_view scope,
                            absl::string_view after) {
  return absl::StrCat(after, ".",
                      absl::WebSafeBase64Escape(sealer.Authenticate(Authenticated(scope, after))));
}

absl::StatusOr<std::string> ParsePageToken(const Sealer& sealer, absl::string_view scope,
                                           absl::string_view token) {
  if (token.empty()) return std::string();
  const size_t dot = token.find('.');
  std::string mac;
  if (dot == absl::string_view::npos || !absl::WebSafeBase64Unescape(token.substr(dot + 1), &mac) ||
      !sealer.Verify(Authenticated(scope, token.substr(0, dot)), mac)) {
    return InvalidField(Reason::kInvalidPageToken, "page_token",
                        "is none that was answered for this question: begin again without one");
  }
  return std::string(token.substr(0, dot));
}

}  // namespace eds
