#ifndef EDS_TOOLS_CLI_CREDENTIALS_H_
#define EDS_TOOLS_CLI_CREDENTIALS_H_

#include <string>

#include "eds/v1/kind.pb.h"
#include "eds/v1/user.pb.h"
#include "tools/cli/output.h"

namespace eds::cli {

// A user's credentials, and the database they are for.
struct Binding {
  std::string service;  // Display name of the database.
  v1::Kind kind;
  v1::Credentials credentials;
};

// Which engine `credentials` are for, as their URI tells.
v1::Kind KindOf(const v1::Credentials& credentials);

// Aligned lines for a person, with a command line that is ready to type (if the
// password is not masked).
std::string CredentialsText(const Binding& binding);

// The keys that applications of cloud platforms read.
Json CredentialsJson(const v1::Credentials& credentials);

// What such a platform puts into VCAP_SERVICES.
Json CredentialsVcap(const Binding& binding);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_CREDENTIALS_H_
