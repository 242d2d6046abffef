#ifndef EDS_CONTROLLER_REQUESTS_H_
#define EDS_CONTROLLER_REQUESTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/resource_name.h"
#include "controller/database_provisioner.h"
#include "controller/node_configs.h"
#include "controller/password_rotator.h"
#include "controller/user_provisioner.h"
#include "eds/v1/config_service.pb.h"
#include "eds/v1/database_service.pb.h"
#include "eds/v1/node_service.pb.h"

namespace eds {

// Requests of the public API, checked and turned into what the domain works with.
// Errors are kInvalidArgument and name the field by its path in the request.

struct ConfigChange {
  RequestKey request;
  std::string node;
  NodeConfigs::Values values;
};

struct ConfigReset {
  RequestKey request;
  std::string node;
  std::vector<std::string> keys;
};

struct AdminRotation {
  RequestKey request;
  std::string node;
};

absl::StatusOr<NewDatabase> Parse(const v1::CreateDatabaseRequest& request);
absl::StatusOr<DatabaseUpdate> Parse(const v1::UpdateDatabaseRequest& request);
absl::StatusOr<DatabaseDeletion> Parse(const v1::DeleteDatabaseRequest& request);
absl::StatusOr<Undeletion> Parse(const v1::UndeleteDatabaseRequest& request);
absl::StatusOr<Adoption> Parse(const v1::AdoptDatabaseRequest& request);
absl::StatusOr<NewUser> Parse(const v1::CreateUserRequest& request);
absl::StatusOr<UserDeletion> Parse(const v1::DeleteUserRequest& request);
absl::StatusOr<PasswordRotation> Parse(const v1::RotateUserPasswordRequest& request);
absl::StatusOr<OverlapEnd> Parse(const v1::EndPasswordOverlapRequest& request);
absl::StatusOr<ConfigChange> Parse(const v1::SetConfigRequest& request);
absl::StatusOr<ConfigReset> Parse(const v1::UnsetConfigRequest& request);

absl::StatusOr<AdminRotation> Parse(const v1::RotateAdminPasswordRequest& request);

// What `page_size` asks for: 0 is the default, too many are cut to what is allowed.
absl::StatusOr<size_t> ParsePageSize(int page_size);

}  // namespace eds

#endif  // EDS_CONTROLLER_REQUESTS_H_
