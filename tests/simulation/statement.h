#ifndef EDS_TESTS_SIMULATION_STATEMENT_H_
#define EDS_TESTS_SIMULATION_STATEMENT_H_

#include <functional>
#include <string>

#include "absl/status/status.h"

namespace eds::simulation {

// A step as a server carries it out.
struct Statement {
  enum class Kind {
    kLook,   // Changes nothing.
    kClaim,  // Opens the server, and ends what others of its node do there.
    kCreateDatabase,
    kAdoptDatabase,
    kDropDatabase,
    kCreateUser,
    kChangeUser,
    kLockUser,
    kDropUser,
  };

  Kind kind = Kind::kLook;
  std::string object;                   // Name on the server of what it changes.
  std::function<absl::Status()> whole;  // All of it, at once.
  // What a crash in the middle leaves; tells whether it did anything. May be empty.
  std::function<bool()> half;
};

// As in "create user uabc".
std::string Describe(const Statement& statement);

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_STATEMENT_H_
