#include "tools/cli/yaml.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "tools/cli/terminal.h"

namespace eds::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kIndent = 2;

bool IsPlainCharacter(char c) { return absl::ascii_isalnum(c) || absl::StrContains("_-./@ ", c); }

// Words that YAML 1.1 or 1.2 takes for a boolean or for nothing.
bool IsReserved(const std::string& text) {
  constexpr absl::string_view kWords[] = {"y",  "yes", "n",     "no",  "true",
                                          "on", "off", "false", "null"};
  const std::string lower = absl::AsciiStrToLower(text);
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&lower](absl::string_view word) { return lower == word; });
}

// Begins with a letter, so that it is no number, no time and no indicator.
bool IsPlain(const std::string& text) {
  return !text.empty() && absl::ascii_isalpha(text.front()) && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), IsPlainCharacter) && !IsReserved(text);
}

// A JSON text is a YAML text in double quotes.
std::string Scalar(const Json& value) {
  if (value.is_string() && IsPlain(value.get_ref<const std::string&>())) {
    return value.get<std::string>();
  }
  return ForTerminal(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

bool IsBlock(const Json& value) { return value.is_structured() && !value.empty(); }

void Emit(const Json& value, size_t indent, std::string& out);

void EmitObject(const Json& object, size_t indent, std::string& out) {
  bool first = true;
  for (const auto& [key, value] : object.items()) {
    if (!first) out.append(indent, ' ');
    first = false;
    out += Scalar(key) + ":";
    if (IsBlock(value)) {
      out += "\n" + std::string(indent + kIndent, ' ');
    } else {
      out += " ";
    }
    Emit(value, indent + kIndent, out);
  }
}

void EmitArray(const Json& array, size_t indent, std::string& out) {
  bool first = true;
  for (const Json& value : array) {
    if (!first) out.append(indent, ' ');
    first = false;
    out += "- ";
    Emit(value, indent + kIndent, out);
  }
}

// Writes `value` where the cursor stands, which is in column `indent`.
void Emit(const Json& value, size_t indent, std::string& out) {
  if (!IsBlock(value)) {
    out += Scalar(value) + "\n";
  } else if (value.is_object()) {
    EmitObject(value, indent, out);
  } else {
    EmitArray(value, indent, out);
  }
}

}  // namespace

std::string FormatYaml(const Json& value) {
  std::string out;
  Emit(value, 0, out);
  return out;
}

}  // namespace eds::cli
