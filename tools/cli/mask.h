#ifndef EDS_TOOLS_CLI_MASK_H_
#define EDS_TOOLS_CLI_MASK_H_

#include "google/protobuf/message.h"

namespace eds::cli {

// What is printed in place of a secret, whatever its length.
inline constexpr char kMask[] = "********";

// Overwrites every field that is marked eds.v1.sensitive and set, at any depth.
// The value of a ConfigEntry is one only if the entry says so.
void MaskSecrets(google::protobuf::Message& message);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_MASK_H_
