#ifndef EDS_CONTROLLER_RESOURCES_H_
#define EDS_CONTROLLER_RESOURCES_H_

#include "absl/status/statusor.h"
#include "common/secret.h"
#include "controller/attempts.h"
#include "controller/catalog.h"
#include "controller/node_configs.h"
#include "controller/node_directory.h"
#include "controller/ready_pool.h"
#include "eds/v1/config_service.pb.h"
#include "eds/v1/database.pb.h"
#include "eds/v1/node.pb.h"
#include "eds/v1/user.pb.h"

namespace eds {

// Records, as the public API tells of them. Thread-safe.
class Resources {
 public:
  // All must outlive this object.
  Resources(Catalog& catalog, const NodeDirectory& directory, NodeConfigs& configs,
            const Attempts& attempts, const ReadyPool& pool)
      : catalog_(catalog),
        directory_(directory),
        configs_(configs),
        attempts_(attempts),
        pool_(pool) {}

  absl::StatusOr<v1::Database> ToDatabase(const StoredDatabase& stored);
  v1::User ToUser(const StoredUser& stored);
  absl::StatusOr<v1::Credentials> ToCredentials(const StoredUser& user, const Secret& password);
  absl::StatusOr<v1::Node> ToNode(const StoredNode& stored);
  static v1::Config ToConfig(const state::v1::ConfigRecord& record);

 private:
  Catalog& catalog_;
  const NodeDirectory& directory_;
  NodeConfigs& configs_;
  const Attempts& attempts_;
  const ReadyPool& pool_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_RESOURCES_H_
