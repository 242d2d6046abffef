#include "tools/cli/completion_scripts.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace eds::cli {
namespace {

using Levels = std::vector<CompletionLevel>;

std::string Quoted(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

std::string FishQuoted(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

// Every path but the first, quoted.
std::vector<std::string> QuotedPaths(const Levels& levels) {
  std::vector<std::string> paths;
  for (size_t i = 1; i < levels.size(); ++i) paths.push_back(Quoted(levels[i].path));
  return paths;
}

// "PATH OPTION", quoted, for each option that takes a value, by its choices.
std::map<std::string, std::vector<std::string>> OptionsByChoices(const Levels& levels) {
  std::map<std::string, std::vector<std::string>> options;
  for (const CompletionLevel& level : levels) {
    for (const CompletionOption& option : level.options) {
      if (!option.takes_value) continue;
      for (const std::string& name : option.names) {
        options[absl::StrJoin(option.choices, " ")].push_back(
            Quoted(absl::StrCat(level.path, " ", name)));
      }
    }
  }
  return options;
}

// Lines of a `case` on "$level OPTION": `with_choices` and `free` are what to do,
// with $ for the choices.
std::string ValueCases(const Levels& levels, absl::string_view with_choices,
                       absl::string_view free) {
  std::string cases;
  for (const auto& [choices, patterns] : OptionsByChoices(levels)) {
    const std::string action =
        choices.empty() ? std::string(free) : absl::StrReplaceAll(with_choices, {{"$", choices}});
    absl::StrAppend(&cases, "    ", absl::StrJoin(patterns, " | \\\n    "), ")\n      ", action,
                    " ;;\n");
  }
  return cases;
}

std::string WordsOf(const CompletionLevel& level) {
  std::vector<std::string> words;
  for (const CompletionWord& word : level.words) words.push_back(word.word);
  for (const CompletionOption& option : level.options) {
    words.insert(words.end(), option.names.begin(), option.names.end());
  }
  return absl::StrJoin(words, " ");
}

// One element of an array for zsh's _describe.
std::string Described(const std::string& word, const std::string& description) {
  return Quoted(absl::StrCat(word, ":", absl::StrReplaceAll(description, {{":", "\\:"}})));
}

std::string ZshCase(const CompletionLevel& level) {
  std::vector<std::string> commands;
  std::vector<std::string> options;
  for (const CompletionWord& word : level.words) {
    commands.push_back(Described(word.word, word.description));
  }
  for (const CompletionOption& option : level.options) {
    for (const std::string& name : option.names) {
      options.push_back(Described(name, option.description));
    }
  }
  return absl::StrCat("    ", Quoted(level.path), ")\n      commands=(",
                      absl::StrJoin(commands, " "), ")\n      options=(",
                      absl::StrJoin(options, " "), ") ;;\n");
}

std::string FishNames(const CompletionOption& option) {
  std::string names;
  for (absl::string_view name : option.names) {
    const bool is_long = absl::ConsumePrefix(&name, "--");
    if (!is_long) absl::ConsumePrefix(&name, "-");
    absl::StrAppend(&names, is_long ? " -l " : " -s ", name);
  }
  return names;
}

std::string FishLines(const CompletionLevel& level) {
  const std::string start = absl::StrCat(
      "  complete -c $program -n ", FishQuoted(absl::StrCat("__edsctl_at ", Quoted(level.path))));
  std::string lines;
  for (const CompletionWord& word : level.words) {
    absl::StrAppend(&lines, start, " -f -a ", FishQuoted(word.word), " -d ",
                    FishQuoted(word.description), "\n");
  }
  for (const CompletionOption& option : level.options) {
    absl::StrAppend(&lines, start, FishNames(option), " -d ", FishQuoted(option.description));
    if (!option.choices.empty()) {
      absl::StrAppend(&lines, " -x -a ", FishQuoted(absl::StrJoin(option.choices, " ")));
    } else if (option.takes_value) {
      absl::StrAppend(&lines, " -r");
    }
    absl::StrAppend(&lines, "\n");
  }
  return lines;
}

constexpr char kBash[] = R"(# Completion of edsctl, kato and helion in bash.
_edsctl() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD - 1]}" words="" level i
  case "${COMP_WORDS[0]##*/}" in
    kato | helion) level="edsctl ${COMP_WORDS[0]##*/}" ;;
    *) level="edsctl" ;;
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$level ${COMP_WORDS[i]}" in
      @PATHS@)
        level="$level ${COMP_WORDS[i]}" ;;
    esac
  done
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]]; then
    prev="${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  COMPREPLY=()
  case "$level $prev" in
@VALUES@  esac
  if [[ -z $words ]]; then
    case "$level" in
@LEVELS@    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o default -F _edsctl edsctl kato helion
)";

constexpr char kZsh[] = R"(#compdef edsctl kato helion
# Completion of edsctl, kato and helion in zsh.
_edsctl() {
  local level=edsctl word
  local -a commands options
  case "${words[1]:t}" in
    kato | helion) level="edsctl ${words[1]:t}" ;;
  esac
  for word in "${(@)words[2,CURRENT-1]}"; do
    case "$level $word" in
      @PATHS@)
        level="$level $word" ;;
    esac
  done
  case "$level ${words[CURRENT-1]}" in
@VALUES@  esac
  case "$level" in
@LEVELS@  esac
  if [[ $PREFIX == -* ]]; then
    _describe -o option options
  elif (( $#commands )); then
    _describe command commands
  else
    _files
  fi
}
if [[ "${funcstack[1]}" == _edsctl ]]; then
  _edsctl "$@"
else
  compdef _edsctl edsctl kato helion
fi
)";

constexpr char kFish[] = R"(# Completion of edsctl, kato and helion in fish.
function __edsctl_at
  set -l words (commandline -opc)
  set -l level edsctl
  set -l program (string replace -r '.*/' '' -- $words[1])
  switch $program
    case kato helion
      set level "edsctl $program"
  end
  set -e words[1]
  for word in $words
    switch "$level $word"
      case @PATHS@
        set level "$level $word"
    end
  end
  test "$level" = "$argv[1]"
end
for program in edsctl kato helion
@LEVELS@end
)";

}  // namespace

std::string BashScript(const Levels& levels) {
  std::string words;
  for (const CompletionLevel& level : levels) {
    absl::StrAppend(&words, "      ", Quoted(level.path),
                    ")\n        words=", Quoted(WordsOf(level)), " ;;\n");
  }
  return absl::StrReplaceAll(kBash,
                             {{"@PATHS@", absl::StrJoin(QuotedPaths(levels), " | \\\n      ")},
                              {"@VALUES@", ValueCases(levels, "words='$'", "return")},
                              {"@LEVELS@", words}});
}

std::string ZshScript(const Levels& levels) {
  std::string cases;
  for (const CompletionLevel& level : levels) absl::StrAppend(&cases, ZshCase(level));
  return absl::StrReplaceAll(
      kZsh, {{"@PATHS@", absl::StrJoin(QuotedPaths(levels), " | \\\n      ")},
             {"@VALUES@", ValueCases(levels, "compadd -- $; return", "_files; return")},
             {"@LEVELS@", cases}});
}

std::string FishScript(const Levels& levels) {
  std::string lines;
  for (const CompletionLevel& level : levels) absl::StrAppend(&lines, FishLines(level));
  return absl::StrReplaceAll(
      kFish, {{"@PATHS@", absl::StrJoin(QuotedPaths(levels), " ")}, {"@LEVELS@", lines}});
}

}  // namespace eds::cli
