#include "tools/cli/error_line.h"

#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/error.h"
#include "google/rpc/error_details.pb.h"
#include "tools/cli/terminal.h"

namespace eds::cli {
namespace {

constexpr size_t kMaxViolations = 5;
constexpr char kUsage[] = "eds.cli/usage";

// Empty if `status` has none.
template <typename Detail>
Detail DetailOf(const absl::Status& status) {
  Detail detail;
  const auto payload =
      status.GetPayload(absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name()));
  if (payload && !detail.ParseFromString(std::string(*payload))) detail.Clear();
  return detail;
}

std::string Word(const FieldWords& words, const std::string& field) {
  const auto found = words.find(field);
  return found == words.end() ? field : found->second;
}

// The fields to mend, or else the message.
std::string Message(const absl::Status& status, const FieldWords& words) {
  std::vector<std::string> fields;
  const auto bad_request = DetailOf<google::rpc::BadRequest>(status);
  for (const auto& violation : bad_request.field_violations()) {
    const std::string field = Word(words, violation.field());
    fields.push_back(field.empty() ? violation.description()
                                   : absl::StrCat(field, ": ", violation.description()));
  }
  if (!fields.empty()) return absl::StrJoin(fields, "; ");
  if (!status.message().empty()) return std::string(status.message());
  return absl::StatusCodeToString(status.code());
}

// Such as: (mysql_node: is cordoned; mysql_2: mysql/user is not set)
std::string Violations(const absl::Status& status, const std::string& message) {
  std::vector<std::string> texts;
  const auto failure = DetailOf<google::rpc::PreconditionFailure>(status);
  for (const auto& violation : failure.violations()) {
    const std::string& text = violation.description();
    if (absl::StrContains(message, text)) continue;
    texts.push_back(violation.subject().empty() || absl::StrContains(text, violation.subject())
                        ? text
                        : absl::StrCat(violation.subject(), ": ", text));
  }
  if (texts.empty()) return "";
  if (texts.size() > kMaxViolations) {
    const size_t more = texts.size() - kMaxViolations;
    texts.resize(kMaxViolations);
    texts.push_back(absl::StrCat("and ", more, " more"));
  }
  return absl::StrCat(" (", absl::StrJoin(texts, "; "), ")");
}

std::string RetryWords(const absl::Status& status) {
  const auto delay = RetryAfterOf(status);
  if (!delay) return "";
  return absl::StrCat("; try again in ", absl::ToInt64Seconds(absl::Ceil(*delay, absl::Seconds(1))),
                      " s");
}

}  // namespace

std::string ErrorLine(const absl::Status& status, const FieldWords& words) {
  const std::string message = Message(status, words);
  std::string line = absl::StrCat(absl::StripSuffix(message, "."), Violations(status, message),
                                  RetryWords(status));
  if (const std::string reason = ReasonOf(status); !reason.empty()) {
    absl::StrAppend(&line, " [", reason, "]");
  }
  return ForTerminal(line);
}

absl::Status UsageError(absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kUsage, absl::Cord());
  return status;
}

bool IsUsageError(const absl::Status& status) { return status.GetPayload(kUsage).has_value(); }

}  // namespace eds::cli
