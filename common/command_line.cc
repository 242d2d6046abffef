#include "common/command_line.h"

#include <iostream>

namespace eds {
namespace {

constexpr int kUsageError = 2;
constexpr char kHint[] = " (--help lists the flags)";

}  // namespace

absl::optional<int> ParseCommandLine(CLI::App& app, int argc, const char* const* argv,
                                     const std::function<absl::Status()>& check) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::cerr << app.get_name() << ": " << error.what() << kHint << std::endl;
    return kUsageError;
  }
  if (const absl::Status status = check(); !status.ok()) {
    std::cerr << app.get_name() << ": " << status.message() << kHint << std::endl;
    return kUsageError;
  }
  return absl::nullopt;
}

}  // namespace eds
