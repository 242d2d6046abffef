#include "node/node_flags.h"

#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/command_line.h"
#include "common/config_keys.h"
#include "common/error.h"
#include "common/listen_address.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "common/version.h"

namespace eds {
namespace {

bool IsWildcard(absl::string_view address) {
  return absl::StartsWith(address, "0.0.0.0:") || absl::StartsWith(address, "[::]:");
}

// An address that the agent dials, or is dialled at, rather than listens on.
absl::Status CheckPeerAddress(absl::string_view flag, absl::string_view address, bool insecure) {
  const absl::Status form = CheckListenAddress(address, /*insecure=*/true);
  if (!form.ok() || absl::EndsWith(address, ":0") || IsWildcard(address)) {
    return InvalidField(flag,
                        absl::StrCat("\"", address, "\" is neither host:port nor unix:/path"));
  }
  if (!CheckListenAddress(address, insecure).ok()) {
    return InvalidField(flag, absl::StrCat(address,
                                           " is another machine, and nothing is encrypted yet: "
                                           "accept the risk with --insecure"));
  }
  return absl::OkStatus();
}

absl::Status Check(const AgentOptions& options) {
  if (!IsNodeId(options.node)) {
    return InvalidField("--id",
                        "must be a lower-case letter, then lower-case letters, digits, \"_\" and "
                        "\"-\", at most 63 characters");
  }
  RETURN_IF_ERROR(CheckListenAddress(options.listen, options.insecure));
  RETURN_IF_ERROR(CheckPeerAddress("--controller", options.controller, options.insecure));
  if (!options.advertise.empty()) {
    RETURN_IF_ERROR(CheckPeerAddress("--advertise", options.advertise, options.insecure));
  } else if (IsWildcard(options.listen)) {
    return InvalidField("--advertise",
                        absl::StrCat("is needed with --listen ", options.listen,
                                     ": host:port at which the controller reaches this node"));
  }
  return absl::OkStatus();
}

}  // namespace

NodeFlags ParseNodeFlags(int argc, const char* const* argv, const AgentOptions& defaults) {
  NodeFlags flags{.options = defaults};
  AgentOptions& options = flags.options;
  const std::string program = absl::StrCat(KindPrefix(options.kind), "_node");
  CLI::App app(
      "Creates databases and users on the server that the controller's configuration "
      "names.",
      program);
  app.add_option("--controller", options.controller,
                 "Where the controller listens: host:port or unix:/path")
      ->capture_default_str();
  app.add_option("--listen", options.listen,
                 "Where to serve: host:port (port 0: any free one) or unix:/path")
      ->capture_default_str();
  app.add_option("--advertise", options.advertise,
                 "Where the controller reaches this node, if not at --listen");
  app.add_option("--id", options.node, "Name of the node")->capture_default_str();
  app.add_flag("--insecure", options.insecure,
               "Reach beyond loopback and unix:, although nothing is encrypted yet");
  app.set_version_flag("--version", absl::StrCat(program, " ", kVersion));
  flags.exit_code = ParseCommandLine(app, argc, argv, [&options] { return Check(options); });
  return flags;
}

}  // namespace eds
