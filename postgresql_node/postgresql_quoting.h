#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_QUOTING_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_QUOTING_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/identifier.h"

namespace eds::sql {

// The name of something that is not ours, quoted by the server itself (quote_ident).
struct QuotedName {
  std::string text;
};

// An Identifier holds nothing that must be escaped in either.
inline std::string Name(const Identifier& id) { return absl::StrCat("\"", id.text(), "\""); }
inline std::string Text(const Identifier& id) { return absl::StrCat("'", id.text(), "'"); }

// Any text as a literal, where standard_conforming_strings is on.
inline std::string Literal(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}}), "'");
}

}  // namespace eds::sql

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_QUOTING_H_
