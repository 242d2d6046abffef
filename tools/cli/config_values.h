#ifndef EDS_TOOLS_CLI_CONFIG_VALUES_H_
#define EDS_TOOLS_CLI_CONFIG_VALUES_H_

#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/secret.h"

namespace eds::cli {

struct ConfigValue {
  std::string key;
  Secret value;  // Any may be one: the service knows.
};

// The values that a command line gives: `words` are KEY VALUE or KEY=VALUE…,
// `files` are KEY=PATH…. "-" for a value or a path stands for `in`, once; a final
// end-of-line of what is read is left out. Errors show no value.
absl::StatusOr<std::vector<ConfigValue>> ReadConfigValues(const std::vector<std::string>& words,
                                                          const std::vector<std::string>& files,
                                                          std::istream& in);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_CONFIG_VALUES_H_
