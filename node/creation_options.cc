#include "node/creation_options.h"

#include "absl/time/time.h"

namespace eds {

DatabaseOptions FromProto(const v1::DatabaseOptions& options) {
  return {.character_set = options.character_set(),
          .collation = options.collation(),
          .encoding = options.encoding(),
          .locale = options.locale(),
          .extensions = {options.extensions().begin(), options.extensions().end()},
          .connection_limit = options.connection_limit()};
}

UserOptions FromProto(const v1::UserOptions& options) {
  const google::protobuf::Duration& timeout = options.statement_timeout();
  return {
      .connection_limit = options.connection_limit(),
      .require_tls = options.require_tls(),
      .statement_timeout = absl::Seconds(timeout.seconds()) + absl::Nanoseconds(timeout.nanos())};
}

Role FromProto(v1::User::Role role) {
  switch (role) {
    case v1::User::ROLE_READ_WRITE:
      return Role::kReadWrite;
    case v1::User::ROLE_READ_ONLY:
      return Role::kReadOnly;
    default:
      return Role::kOwner;
  }
}

}  // namespace eds
