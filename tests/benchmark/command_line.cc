#include "tests/benchmark/command_line.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/command_line.h"
#include "common/error.h"
#include "common/status_macros.h"

namespace eds::benchmark {
namespace {

struct Flags {
  bool quick = false;
  bool tiny = false;
  bool scale = false;
  bool loaded = false;
  bool flood = false;
  int load = 0;
  std::vector<std::string> only = {};
  std::vector<std::string> servers = {};
};

// The numbers of --quick keep it below two minutes on two cores.
void MakeQuick(Plan& plan) {
  plan.callers = {1, 16};
  plan.rounds = 2;
  plan.alone = 12;
  plan.crowd = 64;
  plan.reads = 2000;
  plan.lists = 20;
  plan.flood = 2000;
  plan.idle_seconds = 5;
}

void MakeTiny(Plan& plan) {
  MakeQuick(plan);
  plan.rounds = 1;
  plan.alone = 2;
  plan.crowd = 16;
  plan.reads = 32;
  plan.lists = 2;
  plan.flood = 100;
  plan.idle_seconds = 0.2;
}

void SetLoad(const Flags& flags, Plan& plan) {
  for (const std::string& engine : Server::Engines()) {
    plan.load[engine] = flags.load > 0 ? flags.load : engine == "postgresql" ? 1000 : 10'000;
    if (flags.tiny) plan.load[engine] = 2;
  }
}

// ENGINE=HOST:PORT,USER,PASSWORD_FILE
absl::StatusOr<GivenServer> ParseServer(const std::string& text) {
  const absl::Status wrong =
      InvalidField("--server", "must be ENGINE=HOST:PORT,USER,PASSWORD_FILE");
  const std::vector<std::string> sides = absl::StrSplit(text, absl::MaxSplits('=', 1));
  if (sides.size() != 2) return wrong;
  const std::vector<std::string> parts = absl::StrSplit(sides[1], ',');
  if (parts.size() != 3) return wrong;
  GivenServer server{.engine = sides[0]};
  const size_t colon = parts[0].rfind(':');
  if (colon == std::string::npos ||
      !absl::SimpleAtoi(parts[0].substr(colon + 1), &server.admin.port)) {
    return wrong;
  }
  server.admin.host = parts[0].substr(0, colon);
  server.admin.user = parts[1];
  std::string password;
  if (!std::getline(std::ifstream(parts[2]), password)) {
    return InvalidField("--server", absl::StrCat("cannot read ", parts[2]));
  }
  server.admin.password = Secret(std::move(password));
  return server;
}

// Where the user stands: Bazel runs programs elsewhere.
std::string FromTheUsersFolder(const std::string& path) {
  const char* const folder = std::getenv("BUILD_WORKING_DIRECTORY");
  if (path.empty() || folder == nullptr) return path;
  return std::filesystem::path(folder) / path;
}

absl::Status Settle(const Flags& flags, Settings& settings) {
  if (flags.quick) MakeQuick(settings.plan);
  if (flags.tiny) MakeTiny(settings.plan);
  if (flags.scale) settings.plan.records = 1'000'000;
  SetLoad(flags, settings.plan);
  settings.parts = {flags.only.begin(), flags.only.end()};
  if (settings.parts.empty()) {
    settings.parts = {"engines", "reads", "scale"};
    if (flags.loaded) settings.parts.insert("loaded");
    if (flags.flood) settings.parts.insert("flood");
  }
  for (const std::string& text : flags.servers) {
    ASSIGN_OR_RETURN(GivenServer server, ParseServer(text));
    settings.plan.given.push_back(std::move(server));
  }
  settings.json = FromTheUsersFolder(settings.json);
  settings.svg = FromTheUsersFolder(settings.svg);
  settings.folder = FromTheUsersFolder(settings.folder);
  return absl::OkStatus();
}

void AddAmounts(CLI::App& app, Flags& flags, Settings& settings) {
  app.add_flag("--quick", flags.quick, "Few numbers, within two minutes");
  app.add_flag("--tiny", flags.tiny, "Fewer still: shows that it works, not how fast");
  app.add_flag("--scale", flags.scale,
               "Up to a million records in the controller's store, instead of 10,000");
  app.add_flag("--loaded", flags.loaded,
               "Also on a server with many databases and users against an empty one, and what "
               "both need when nobody calls");
  app.add_option("--load", flags.load,
                 "Databases on the loaded server: by default 10,000, on PostgreSQL, where each "
                 "takes 7 MB, 1,000");
  app.add_flag("--flood", flags.flood,
               "Also 10,000 calls at once on one node, while another one is measured");
  app.add_flag("--direct", settings.plan.direct_only, "With empty pools only");
}

void AddPlaces(CLI::App& app, Flags& flags, Settings& settings) {
  app.add_option("--engine", settings.plan.engines, "postgresql, mysql or mariadb; repeatable")
      ->check(CLI::IsMember(Server::Engines()));
  app.add_option("--only", flags.only,
                 "One part alone: engines, reads, scale, loaded or flood; repeatable")
      ->check(CLI::IsMember({"engines", "reads", "scale", "loaded", "flood"}));
  app.add_option("--server", flags.servers,
                 "ENGINE=HOST:PORT,USER,PASSWORD_FILE: a running server, and its administrator "
                 "as `edsctl node grants` makes it, instead of a private one; repeatable");
  app.add_option("--folder", settings.folder,
                 "Where private servers and the controller keep their data: the disk that is "
                 "measured")
      ->capture_default_str();
  app.add_option("--json", settings.json, "File to write everything to");
  app.add_option("--svg", settings.svg, "Folder to draw the curves into");
}

}  // namespace

Settings ParseSettings(int argc, const char* const* argv) {
  Settings settings;
  Flags flags;
  CLI::App app(
      "Measures what EDS costs beside raw SQL, in turns on the same server, and prints a table. "
      "Servers that this machine lacks are skipped.",
      "tools/bench");
  AddAmounts(app, flags, settings);
  AddPlaces(app, flags, settings);
  settings.exit_code = ParseCommandLine(app, argc, argv, [&] { return Settle(flags, settings); });
  return settings;
}

}  // namespace eds::benchmark
