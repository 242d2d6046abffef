#ifndef EDS_TOOLS_CLI_SESSION_H_
#define EDS_TOOLS_CLI_SESSION_H_

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "tools/cli/client.h"
#include "tools/cli/environment.h"
#include "tools/cli/error_line.h"
#include "tools/cli/output.h"

namespace eds::cli {

enum class Format { kTable, kJson, kYaml };

// What is asked of every command.
struct Settings {
  std::string controller;
  absl::Duration timeout;
  Format format = Format::kTable;
  bool reveal = false;
};

// What a command works with while it runs.
class Session {
 public:
  Session(Settings settings, Environment& environment);

  Client& client() { return client_; }
  Environment& environment() { return environment_; }
  const Settings& settings() const { return settings_; }
  // When the command must end.
  absl::Time deadline() const { return deadline_; }

  // `given`, or a fresh one if it is empty.
  std::string RequestId(const std::string& given);

  // Prints `message` as JSON or YAML; or, if neither is asked for, a table, one line,
  // or some lines that are safe for a terminal.
  void Print(const google::protobuf::Message& message, const Table& table);
  void PrintLine(const google::protobuf::Message& message, const std::string& line);
  void PrintText(const google::protobuf::Message& message, const std::string& text);
  // The same for an answer that was put together from all its pages.
  void PrintList(const google::protobuf::Message& message, const Table& table);
  // Prints one line.
  void PrintLine(const std::string& line);
  // Tells a person something beside the output.
  void Notice(const std::string& line);

  // Has errors call a field of a request by the command line's word for it.
  void NameField(const std::string& field, const std::string& word) { words_[field] = word; }
  const FieldWords& field_words() const { return words_; }

 private:
  void Print(const Json& json);

  const Settings settings_;
  Environment& environment_;
  const absl::Time deadline_;
  Client client_;
  FieldWords words_;
};

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_SESSION_H_
