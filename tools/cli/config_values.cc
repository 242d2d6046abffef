#include "tools/cli/config_values.h"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status_macros.h"
#include "tools/cli/error_line.h"

namespace eds::cli {
namespace {

// More than any value may have; a device that never ends is not read to its end.
constexpr size_t kMaxBytes = 65'536;

// Keeps a terminal from showing what is typed, while it lives.
class HiddenTyping {
 public:
  HiddenTyping() {
    tcgetattr(STDIN_FILENO, &before_);
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  ~HiddenTyping() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }

  HiddenTyping(const HiddenTyping&) = delete;
  HiddenTyping& operator=(const HiddenTyping&) = delete;

 private:
  termios before_;
};

Secret AskPerson(const std::string& key) {
  std::cerr << key << ": " << std::flush;
  std::string line;
  {
    const HiddenTyping hidden;
    std::getline(std::cin, line);
  }
  std::cerr << std::endl;
  return Secret(std::move(line));
}

absl::StatusOr<Secret> ReadAll(const std::string& key, std::istream& in) {
  std::string text(kMaxBytes, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (in.bad()) return absl::UnavailableError(absl::StrCat(key, ": its value cannot be read"));
  if (text.size() == kMaxBytes) return UsageError(absl::StrCat(key, ": the value is too long"));
  absl::string_view value = text;
  if (absl::ConsumeSuffix(&value, "\n")) absl::ConsumeSuffix(&value, "\r");
  text.resize(value.size());
  return Secret(std::move(text));
}

absl::StatusOr<Secret> ReadFile(const std::string& key, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(
        absl::StrCat(key, ": cannot read ", path, ": ", std::generic_category().message(errno)));
  }
  return ReadAll(key, file);
}

class Reader {
 public:
  explicit Reader(std::istream& in) : in_(in) {}

  absl::Status AddValue(const std::string& key, const std::string& value) {
    if (value != "-") return Add(key, Secret(value));
    ASSIGN_OR_RETURN(Secret read, ReadStandardInput(key));
    return Add(key, std::move(read));
  }

  absl::Status AddFile(const std::string& key, const std::string& path) {
    if (path == "-") return AddValue(key, path);
    ASSIGN_OR_RETURN(Secret read, ReadFile(key, path));
    return Add(key, std::move(read));
  }

  std::vector<ConfigValue> Take() { return std::move(values_); }

 private:
  absl::Status Add(const std::string& key, Secret value) {
    const bool is_given = std::any_of(values_.begin(), values_.end(),
                                      [&key](const ConfigValue& v) { return v.key == key; });
    if (is_given) return UsageError(absl::StrCat(key, " is given twice"));
    values_.push_back({.key = key, .value = std::move(value)});
    return absl::OkStatus();
  }

  absl::StatusOr<Secret> ReadStandardInput(const std::string& key) {
    if (input_is_read_) {
      return UsageError("only one value can be read from standard input");
    }
    input_is_read_ = true;
    if (&in_ == &std::cin && isatty(STDIN_FILENO) != 0) return AskPerson(key);
    return ReadAll(key, in_);
  }

  std::istream& in_;
  bool input_is_read_ = false;
  std::vector<ConfigValue> values_;
};

struct Pair {
  std::string key;
  std::string value;
};

absl::StatusOr<Pair> Split(const std::string& word, absl::string_view form) {
  const size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0) {
    return UsageError(absl::StrCat("give each value as ", form));
  }
  return Pair{.key = word.substr(0, equals), .value = word.substr(equals + 1)};
}

}  // namespace

absl::StatusOr<std::vector<ConfigValue>> ReadConfigValues(const std::vector<std::string>& words,
                                                          const std::vector<std::string>& files,
                                                          std::istream& in) {
  Reader reader(in);
  if (words.size() == 2 && !absl::StrContains(words[0], '=')) {
    RETURN_IF_ERROR(reader.AddValue(words[0], words[1]));
  } else {
    for (const std::string& word : words) {
      ASSIGN_OR_RETURN(const Pair pair, Split(word, "KEY VALUE, or as KEY=VALUE"));
      RETURN_IF_ERROR(reader.AddValue(pair.key, pair.value));
    }
  }
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(const Pair pair, Split(file, "--from-file KEY=PATH"));
    RETURN_IF_ERROR(reader.AddFile(pair.key, pair.value));
  }
  std::vector<ConfigValue> values = reader.Take();
  if (values.empty()) return UsageError("give at least one KEY VALUE");
  return values;
}

}  // namespace eds::cli
