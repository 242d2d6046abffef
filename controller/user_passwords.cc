#include "controller/user_passwords.h"

#include "absl/strings/str_cat.h"
#include "common/resource_name.h"
#include "common/status_macros.h"

namespace eds {
namespace {

using state::v1::ReadyLogin;
using state::v1::UserRecord;

std::string SealContext(const UserRecord& user, int64_t generation) {
  return absl::StrCat(FormatUserName(user.database(), user.id()), "#", generation);
}

std::string SealContext(const ReadyLogin& login) { return absl::StrCat("ready/", login.id()); }

}  // namespace

std::string SealPassword(const Sealer& sealer, const UserRecord& user, int64_t generation,
                         const Secret& password) {
  return sealer.Seal(password, SealContext(user, generation));
}

std::string SealPassword(const Sealer& sealer, const ReadyLogin& login, const Secret& password) {
  return sealer.Seal(password, SealContext(login));
}

absl::StatusOr<Secret> ReadyPassword(const Sealer& sealer, const ReadyLogin& login) {
  return sealer.Unseal(login.sealed_password(), SealContext(login));
}

absl::StatusOr<Secret> CurrentPassword(const Sealer& sealer, const UserRecord& user) {
  return sealer.Unseal(user.sealed_password(), SealContext(user, user.password_generation()));
}

absl::StatusOr<Secret> NextPassword(const Sealer& sealer, const UserRecord& user) {
  return sealer.Unseal(user.sealed_next_password(),
                       SealContext(user, user.password_generation() + 1));
}

absl::StatusOr<Secret> PreviousPassword(const Sealer& sealer, const UserRecord& user) {
  return sealer.Unseal(user.sealed_previous_password(),
                       SealContext(user, user.password_generation() - 1));
}

absl::StatusOr<Passwords> AcceptedPasswords(const Sealer& sealer, const UserRecord& user) {
  ASSIGN_OR_RETURN(Passwords passwords, CurrentPassword(sealer, user));
  if (!user.sealed_previous_password().empty() && user.previous_server_name().empty()) {
    ASSIGN_OR_RETURN(passwords.previous, PreviousPassword(sealer, user));
  }
  return passwords;
}

}  // namespace eds
