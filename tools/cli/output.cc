#include "tools/cli/output.h"

#include <algorithm>
#include <memory>

#include "google/protobuf/util/json_util.h"
#include "tools/cli/mask.h"
#include "tools/cli/terminal.h"

namespace eds::cli {
namespace {

constexpr size_t kGap = 2;

using Row = std::vector<std::string>;

Row Cells(const Row& row) {
  Row cells;
  for (const std::string& cell : row) cells.push_back(cell.empty() ? "-" : ForTerminal(cell));
  return cells;
}

void AppendRow(const Row& row, const std::vector<size_t>& widths, std::string& out) {
  for (size_t i = 0; i < row.size(); ++i) {
    out += row[i];
    if (i + 1 < row.size()) out.append(widths[i] + kGap - Columns(row[i]), ' ');
  }
  out += "\n";
}

std::string Dump(const Json& value, int indent) {
  const std::string text = value.dump(indent, ' ', false, Json::error_handler_t::replace);
  return ForTerminal(text, Newlines::kKeep) + "\n";
}

}  // namespace

std::string FormatTable(const Table& table) {
  std::vector<Row> rows = {table.header};
  for (const Row& row : table.rows) rows.push_back(Cells(row));
  std::vector<size_t> widths(table.header.size());
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Columns(row[i]));
  }
  std::string out;
  for (const Row& row : rows) AppendRow(row, widths, out);
  return out;
}

Json ToJson(const google::protobuf::Message& message, bool reveal) {
  const std::unique_ptr<google::protobuf::Message> copy(message.New());
  copy->CopyFrom(message);
  if (!reveal) MaskSecrets(*copy);
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  // Fails for a google.protobuf.Any or a time out of range alone.
  if (!google::protobuf::util::MessageToJsonString(*copy, &text, options).ok()) return Json();
  return Json::parse(text);
}

std::string FormatJson(const Json& value) { return Dump(value, 2); }

std::string FormatJsonLine(const Json& value) { return Dump(value, -1); }

}  // namespace eds::cli
