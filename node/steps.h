#ifndef EDS_NODE_STEPS_H_
#define EDS_NODE_STEPS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eds/node/v1/agent.pb.h"
#include "eds/v1/kind.pb.h"
#include "node/database_server.h"

namespace eds {

// One step on a server, with its parameters.
struct Step {
  std::string object;  // Name of the database or user that it is about.
  std::function<absl::Status(DatabaseServer& server, absl::Time deadline)> run;
};

// The step that a request asks for. INVALID_ARGUMENT, naming the field, if the
// request breaks the rules. An owner may be left out for engines without roles.
absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::CreateDatabaseRequest& request);
absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::AdoptDatabaseRequest& request);
absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::DropDatabaseRequest& request);
absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::CreateUserRequest& request);
absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::PrepareUserRequest& request);
absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::AdmitUserRequest& request);
absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::SetUserPasswordRequest& request);
absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::LockUserRequest& request);
absl::StatusOr<Step> ToStep(v1::Kind kind, const node::v1::DropUserRequest& request);

// Objects that an inspection names.
absl::StatusOr<DatabaseSpec> ToDatabase(v1::Kind kind,
                                        const node::v1::InspectDatabaseRequest& request);
absl::StatusOr<UserSpec> ToUser(v1::Kind kind, const node::v1::InspectUserRequest& request);

}  // namespace eds

#endif  // EDS_NODE_STEPS_H_
