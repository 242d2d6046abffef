#ifndef EDS_TOOLS_CLI_OUTPUT_H_
#define EDS_TOOLS_CLI_OUTPUT_H_

#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "nlohmann/json.hpp"

namespace eds::cli {

// Keeps the order of fields.
using Json = nlohmann::ordered_json;

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

// Aligned columns, two blanks between them. An empty cell shows as "-".
std::string FormatTable(const Table& table);

// `message` in the JSON form of Protocol Buffers. Secrets are masked unless `reveal`.
Json ToJson(const google::protobuf::Message& message, bool reveal);

// Indented, ending with a new line; safe for a terminal.
std::string FormatJson(const Json& value);
// The same in one line.
std::string FormatJsonLine(const Json& value);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_OUTPUT_H_
