#include "tools/cli/log_tail.h"

#include <csignal>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tools/cli/resolve.h"
#include "tools/cli/words.h"
#include "tools/cli/yaml.h"

namespace eds::cli {
namespace {

constexpr int32_t kMaxLines = 1000;
constexpr absl::Duration kPause = absl::Seconds(1);

absl::Time TimeOf(const v1::TailLogResponse& line) {
  return absl::FromUnixSeconds(line.time().seconds()) + absl::Nanoseconds(line.time().nanos());
}

std::string LineText(const v1::TailLogResponse& line) {
  return absl::StrCat(absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", TimeOf(line), absl::UTCTimeZone()),
                      " ", line.severity(), " ", line.message());
}

// One run of the command, over as many streams as it takes.
class Tail {
 public:
  Tail(Session& session, const LogTailArguments& arguments)
      : session_(session), node_(IdOf(arguments.node)) {
    session.NameField("name", "NODE");
    session.NameField("lines", "the number of lines");
    request_.set_name(NodeName(arguments.node));
    request_.set_lines(arguments.lines);
    request_.set_follow(arguments.follow);
  }

  absl::Status Run() {
    for (;;) {
      absl::Status end = session_.client().TailLog(
          request_, [this](const v1::TailLogResponse& line) { return Take(line); });
      if (!session_.environment().out) return absl::OkStatus();
      if (!GoesOn(end)) return end;
      Pause();
    }
  }

 private:
  bool Take(const v1::TailLogResponse& line) {
    was_answered_ = true;
    if (TimeOf(line) > newest_) Print(line);
    return static_cast<bool>(session_.environment().out);
  }

  void Print(const v1::TailLogResponse& line) {
    newest_ = TimeOf(line);
    is_told_ = false;
    const Json json = ToJson(line, session_.settings().reveal);
    switch (session_.settings().format) {
      case Format::kTable:
        return session_.PrintLine(LineText(line));
      case Format::kJson:
        session_.environment().out << FormatJsonLine(json) << std::flush;
        return;
      case Format::kYaml:
        session_.environment().out << FormatYaml(Json::array({json})) << std::flush;
        return;
    }
  }

  // Whether the stream ended for a reason that passes. One that never began tells
  // what is wrong at once.
  bool GoesOn(const absl::Status& end) const {
    if (!request_.follow()) return false;
    return end.ok() ||
           (was_answered_ && (absl::IsUnavailable(end) || absl::IsResourceExhausted(end)));
  }

  // From the next stream everything is wanted that was not seen.
  void Pause() {
    if (!is_told_) session_.Notice(absl::StrCat(node_, " went away; waiting for it"));
    is_told_ = true;
    request_.set_lines(kMaxLines);
    session_.environment().sleep(kPause);
  }

  Session& session_;
  const std::string node_;
  v1::TailLogRequest request_;
  absl::Time newest_ = absl::InfinitePast();
  bool was_answered_ = false;
  bool is_told_ = false;
};

// Each line is flushed as it is printed, so that nothing is lost.
void EndWithSuccess(int) { std::_Exit(0); }

}  // namespace

absl::Status TailLog(Session& session, const LogTailArguments& arguments) {
  if (!arguments.follow) return Tail(session, arguments).Run();
  const auto before = std::signal(SIGINT, EndWithSuccess);
  absl::Status status = Tail(session, arguments).Run();
  std::signal(SIGINT, before);
  return status;
}

}  // namespace eds::cli
