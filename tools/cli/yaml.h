#ifndef EDS_TOOLS_CLI_YAML_H_
#define EDS_TOOLS_CLI_YAML_H_

#include <string>

#include "nlohmann/json.hpp"

namespace eds::cli {

// `value` as a block of YAML 1.1 and 1.2, ending with a new line. Texts that a
// reader could take for something else are quoted.
std::string FormatYaml(const nlohmann::ordered_json& value);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_YAML_H_
