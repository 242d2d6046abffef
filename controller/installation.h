#ifndef EDS_CONTROLLER_INSTALLATION_H_
#define EDS_CONTROLLER_INSTALLATION_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/random.h"
#include "common/secret.h"
#include "controller/sealer.h"
#include "controller/state/state_store.h"

namespace eds {

// Who this installation is, and the key that its secrets are sealed with.
struct Installation {
  std::string id;  // Eight characters of [a-z2-7], part of every name on a server.
  std::unique_ptr<Sealer> sealer;
};

// Reads the installation from `store`; a store that is empty becomes a new one, and
// `key_file` is made then if it is not there. kFailedPrecondition if the key file is
// missing, or belongs to another store: without it no secret can be read.
absl::StatusOr<Installation> OpenInstallation(StateStore& store, const std::string& key_file,
                                              RandomSource& random);

// What the agents of an installation name the locks by that claim a server: 26 characters of
// [a-z2-7], always the same, that nobody can tell without the key file.
Secret ClaimKeyOf(const Installation& installation);

// Whether `key_file` belongs to the installation in `store`; changes neither. kNotFound
// if there is none; otherwise the errors of OpenInstallation.
absl::Status CheckKeyFile(StateStore& store, const std::string& key_file);

}  // namespace eds

#endif  // EDS_CONTROLLER_INSTALLATION_H_
