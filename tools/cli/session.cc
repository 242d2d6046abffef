#include "tools/cli/session.h"

#include <utility>

#include "tools/cli/terminal.h"
#include "tools/cli/uuid.h"
#include "tools/cli/yaml.h"

namespace eds::cli {

Session::Session(Settings settings, Environment& environment)
    : settings_(std::move(settings)),
      environment_(environment),
      deadline_(environment.clock.Now() + settings_.timeout),
      client_(settings_.controller, deadline_, environment) {
  NameField("request_id", "--request-id");
}

std::string Session::RequestId(const std::string& given) {
  return given.empty() ? NewUuid(environment_.random) : given;
}

void Session::Print(const google::protobuf::Message& message, const Table& table) {
  PrintText(message, FormatTable(table));
}

void Session::PrintLine(const google::protobuf::Message& message, const std::string& line) {
  PrintText(message, ForTerminal(line) + "\n");
}

void Session::PrintText(const google::protobuf::Message& message, const std::string& text) {
  if (settings_.format != Format::kTable) return Print(ToJson(message, settings_.reveal));
  environment_.out << text << std::flush;
}

void Session::PrintList(const google::protobuf::Message& message, const Table& table) {
  if (settings_.format == Format::kTable) return Print(message, table);
  Json json = ToJson(message, settings_.reveal);
  json.erase("nextPageToken");
  Print(json);
}

void Session::Print(const Json& json) {
  environment_.out << (settings_.format == Format::kJson ? FormatJson(json) : FormatYaml(json))
                   << std::flush;
}

void Session::PrintLine(const std::string& line) {
  environment_.out << ForTerminal(line) << std::endl;
}

void Session::Notice(const std::string& line) {
  environment_.err << ForTerminal(line) << std::endl;
}

}  // namespace eds::cli
