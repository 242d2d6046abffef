#ifndef EDS_CONTROLLER_STATE_CHECKSUM_H_
#define EDS_CONTROLLER_STATE_CHECKSUM_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "controller/state/state_store.h"

namespace eds {

// A code over a whole entry, kept with it: whatever a disk does to any of the bits, the
// code fits no more, but for one chance in 2^64. It guards against accidents, not
// against people.
uint64_t ChecksumOf(absl::string_view key, int64_t version, absl::string_view value);
inline uint64_t ChecksumOf(const StoredEntry& entry) {
  return ChecksumOf(entry.key, entry.version, entry.value);
}

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_CHECKSUM_H_
