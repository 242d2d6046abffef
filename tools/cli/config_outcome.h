#ifndef EDS_TOOLS_CLI_CONFIG_OUTCOME_H_
#define EDS_TOOLS_CLI_CONFIG_OUTCOME_H_

#include <string>

#include "eds/v1/config_service.pb.h"
#include "tools/cli/session.h"

namespace eds::cli {

// Waits a few seconds for the node to apply or refuse `config`, and says in one line
// what became of it.
std::string ConfigOutcome(Session& session, const v1::Config& config);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_CONFIG_OUTCOME_H_
