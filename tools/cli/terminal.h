#ifndef EDS_TOOLS_CLI_TERMINAL_H_
#define EDS_TOOLS_CLI_TERMINAL_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace eds::cli {

enum class Newlines { kEscape, kKeep };

// `text` with everything written out (as in `\u001b`) that could move the cursor,
// colour the screen, reorder letters or break a line. What a server says passes
// through here before it reaches the terminal.
std::string ForTerminal(absl::string_view text, Newlines newlines = Newlines::kEscape);

// How many columns `text` takes, if each character takes one.
size_t Columns(absl::string_view text);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_TERMINAL_H_
