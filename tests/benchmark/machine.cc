#include "tests/benchmark/machine.h"

#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace eds::benchmark {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// What stands after the first "`name`" and colon in a file of /proc.
std::string Field(const std::string& path, absl::string_view name) {
  for (absl::string_view line : absl::StrSplit(ReadFile(path), '\n')) {
    if (!absl::ConsumePrefix(&line, name)) continue;
    const size_t colon = line.find(':');
    if (colon != absl::string_view::npos) {
      return std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
    }
  }
  return "";
}

double Megabytes(const std::string& kilobytes) {
  double number = 0;
  const std::string digits = kilobytes.substr(0, kilobytes.find(' '));
  return absl::SimpleAtod(digits, &number) ? number / 1024 : 0;
}

// Of the file system that `folder` is on: as in "ext4 on /dev/sda1".
std::string DiskOf(const std::string& folder) {
  const std::string path = std::filesystem::absolute(folder).string() + "/";
  std::string best;
  std::string answer = "unknown";
  for (const absl::string_view line : absl::StrSplit(ReadFile("/proc/mounts"), '\n')) {
    const std::vector<std::string> parts = absl::StrSplit(line, ' ');
    if (parts.size() < 3) continue;
    const std::string point = absl::EndsWith(parts[1], "/") ? parts[1] : parts[1] + "/";
    if (!absl::StartsWith(path, point) || point.size() < best.size()) continue;
    best = point;
    answer = absl::StrCat(parts[2], " on ", parts[0]);
  }
  return answer;
}

// The fields of /proc/PID/stat that follow the name in brackets: the first is the state.
std::vector<std::string> StatOf(const std::string& pid) {
  const std::string stat = ReadFile(absl::StrCat("/proc/", pid, "/stat"));
  const size_t name_end = stat.rfind(") ");
  if (name_end == std::string::npos) return {};
  return absl::StrSplit(stat.substr(name_end + 2), ' ');
}

constexpr size_t kParent = 1;
constexpr size_t kUserTime = 11;  // The next are: of the system, and both of ended children.

absl::Duration TimeIn(const std::vector<std::string>& stat) {
  int64_t ticks = 0;
  for (size_t i = kUserTime; i < kUserTime + 4 && i < stat.size(); ++i) {
    int64_t more = 0;
    if (absl::SimpleAtoi(stat[i], &more)) ticks += more;
  }
  return absl::Seconds(static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> DescribeMachine(const std::string& folder) {
  utsname system = {};
  uname(&system);
  const double memory = Megabytes(Field("/proc/meminfo", "MemTotal")) / 1024;
  return {{"cores", absl::StrCat(std::thread::hardware_concurrency())},
          {"processor", Field("/proc/cpuinfo", "model name")},
          {"memory", absl::StrFormat("%.1f GiB", memory)},
          {"kernel", absl::StrCat(system.sysname, " ", system.release)},
          {"disk", DiskOf(folder)},
          {"load before", ReadFile("/proc/loadavg").substr(0, 4)}};
}

double ResidentMegabytes(pid_t pid) {
  return Megabytes(Field(absl::StrCat("/proc/", pid, "/status"), "VmRSS"));
}

double PeakMegabytes(pid_t pid) {
  return Megabytes(Field(absl::StrCat("/proc/", pid, "/status"), "VmHWM"));
}

absl::Duration ProcessorTime(pid_t pid) {
  absl::Duration time = TimeIn(StatOf(absl::StrCat(pid)));
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (!absl::ascii_isdigit(name.front())) continue;
    const std::vector<std::string> stat = StatOf(name);
    if (stat.size() > kParent && stat[kParent] == absl::StrCat(pid)) time += TimeIn(stat);
  }
  return time;
}

}  // namespace eds::benchmark
