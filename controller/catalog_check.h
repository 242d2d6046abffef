#ifndef EDS_CONTROLLER_CATALOG_CHECK_H_
#define EDS_CONTROLLER_CATALOG_CHECK_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/state/state_store.h"
#include "controller/state/store_finding.h"

namespace eds {

// Whether the records of `store` are what the catalog writes, and fit together: each can
// be read and is under its own key; what stands beside it (its display name, its mark as
// unfinished, when it expires) is there and nothing else is; each user's database exists.
// Answers what is wrong, up to about `limit` findings, ordered by key.
//
// Nothing may be committed meanwhile: give it a snapshot. Fails only if `store` does.
absl::StatusOr<std::vector<StoreFinding>> CheckCatalog(StateStore& store, size_t limit);

}  // namespace eds

#endif  // EDS_CONTROLLER_CATALOG_CHECK_H_
