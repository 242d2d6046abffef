#ifndef EDS_TOOLS_CLI_ERROR_LINE_H_
#define EDS_TOOLS_CLI_ERROR_LINE_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace eds::cli {

// What the command line calls the fields of a request.
using FieldWords = std::map<std::string, std::string>;

// `status` in one line that a person can act on: the message or the fields to mend,
// what holds it back, when to try again, and the reason in brackets.
std::string ErrorLine(const absl::Status& status, const FieldWords& words);

// A command line that cannot be meant; the program ends with another exit code.
absl::Status UsageError(absl::string_view message);
bool IsUsageError(const absl::Status& status);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_ERROR_LINE_H_
