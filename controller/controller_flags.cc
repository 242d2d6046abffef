#include "controller/controller_flags.h"

#include "CLI/CLI.hpp"
#include "common/command_line.h"
#include "common/error.h"
#include "common/listen_address.h"
#include "common/version.h"

namespace eds {
namespace {

absl::Status Check(const ControllerFlags& flags) {
  if (flags.store.empty()) return InvalidField("--store", "names no file");
  if (flags.options.key_file.empty()) return InvalidField("--key_file", "names no file");
  return CheckListenAddress(flags.options.listen, flags.options.insecure);
}

}  // namespace

ControllerFlags ParseControllerFlags(int argc, const char* const* argv) {
  ControllerFlags flags;
  CLI::App app("Holds configuration and records, and has nodes create databases and users.",
               "controller");
  app.add_option("--listen", flags.options.listen,
                 "Where to serve: host:port (port 0: any free one) or unix:/path")
      ->capture_default_str();
  app.add_option("--store", flags.store, "File that holds the records; made if missing")
      ->capture_default_str();
  app.add_option("--key_file", flags.options.key_file,
                 "File with the key that secrets are sealed with; made, for its owner alone, "
                 "together with the store; keep a copy of it apart from the store")
      ->capture_default_str();
  app.add_flag("--insecure", flags.options.insecure,
               "Listen beyond loopback and unix:, although nothing is encrypted yet");
  // For tests: nobody else should shorten it.
  app.add_option_function<int>(
         "--purge_wait_seconds",
         [&flags](int seconds) { flags.options.purge_wait = absl::Seconds(seconds); },
         "For how long something must be in no record before it can be purged")
      ->check(CLI::NonNegativeNumber)
      ->group("");
  app.set_version_flag("--version", std::string("controller ") + kVersion);
  flags.exit_code = ParseCommandLine(app, argc, argv, [&flags] { return Check(flags); });
  return flags;
}

}  // namespace eds
