#ifndef EDS_COMMON_CREATION_OPTIONS_H_
#define EDS_COMMON_CREATION_OPTIONS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "eds/v1/database.pb.h"
#include "eds/v1/kind.pb.h"
#include "eds/v1/user.pb.h"

namespace eds {

// Whether options keep the rules stated on their fields, and the engine has them.
// kInvalidArgument names the field as a part of `field`: "database.options.locale".
// KIND_UNSPECIFIED: the engine is not known yet, and may have any of them.
absl::Status CheckDatabaseOptions(v1::Kind kind, const v1::DatabaseOptions& options,
                                  absl::string_view field);
absl::Status CheckUserOptions(v1::Kind kind, const v1::UserOptions& options,
                              absl::string_view field);

}  // namespace eds

#endif  // EDS_COMMON_CREATION_OPTIONS_H_
