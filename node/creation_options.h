#ifndef EDS_NODE_CREATION_OPTIONS_H_
#define EDS_NODE_CREATION_OPTIONS_H_

#include "eds/v1/database.pb.h"
#include "eds/v1/user.pb.h"
#include "node/database_server.h"

namespace eds {

// Options as the controller sends them; see common/creation_options.h for what they may be.
DatabaseOptions FromProto(const v1::DatabaseOptions& options);
UserOptions FromProto(const v1::UserOptions& options);
Role FromProto(v1::User::Role role);

}  // namespace eds

#endif  // EDS_NODE_CREATION_OPTIONS_H_
