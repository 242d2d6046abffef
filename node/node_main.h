#ifndef EDS_NODE_NODE_MAIN_H_
#define EDS_NODE_NODE_MAIN_H_

#include "common/random.h"
#include "node/agent.h"
#include "node/database_server.h"

namespace eds {

// The life of a node's process: reads the command line, runs an agent after another
// (the controller can ask for a restart) until SIGINT or SIGTERM, and answers the
// exit code: 0, 1 if it cannot listen, 2 if the command line is wrong. To be called
// before any thread is started.
int RunNode(int argc, const char* const* argv, const AgentOptions& defaults,
            const DatabaseServerOpener& open, RandomSource& random);

}  // namespace eds

#endif  // EDS_NODE_NODE_MAIN_H_
