#ifndef EDS_CONTROLLER_USER_PASSWORDS_H_
#define EDS_CONTROLLER_USER_PASSWORDS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/secret.h"
#include "controller/sealer.h"
#include "eds/state/v1/records.pb.h"

namespace eds {

// The passwords in a user's record. Each is sealed for the user and for its generation, so
// that it cannot be moved to another user, nor brought back after a rotation.

std::string SealPassword(const Sealer& sealer, const state::v1::UserRecord& user,
                         int64_t generation, const Secret& password);

// That of a login made ahead.
std::string SealPassword(const Sealer& sealer, const state::v1::ReadyLogin& login,
                         const Secret& password);
absl::StatusOr<Secret> ReadyPassword(const Sealer& sealer, const state::v1::ReadyLogin& login);

absl::StatusOr<Secret> CurrentPassword(const Sealer& sealer, const state::v1::UserRecord& user);
// The one that a rotation is about to set.
absl::StatusOr<Secret> NextPassword(const Sealer& sealer, const state::v1::UserRecord& user);
// The one before, while it works as well.
absl::StatusOr<Secret> PreviousPassword(const Sealer& sealer, const state::v1::UserRecord& user);

// What its login of today is to accept: the current password and, during an overlap in
// which both share one login name, the one before.
absl::StatusOr<Passwords> AcceptedPasswords(const Sealer& sealer,
                                            const state::v1::UserRecord& user);

}  // namespace eds

#endif  // EDS_CONTROLLER_USER_PASSWORDS_H_
