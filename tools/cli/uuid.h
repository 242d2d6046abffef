#ifndef EDS_TOOLS_CLI_UUID_H_
#define EDS_TOOLS_CLI_UUID_H_

#include <string>

#include "common/random.h"

namespace eds::cli {

// A random UUID (version 4), in lower case.
std::string NewUuid(RandomSource& random);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_UUID_H_
