#ifndef EDS_TESTS_BENCHMARK_RECORD_FILLER_H_
#define EDS_TESTS_BENCHMARK_RECORD_FILLER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace eds::benchmark {

// Adds the records of `databases` databases that are READY, each with its display name, the
// request that made it, and one user with its request, to the store in the file `path`, which
// no controller may have open. They are on a node of the kind "mysql" that no agent ever
// joins as, so that nobody looks for them on a server.
absl::Status FillRecords(const std::string& path, int64_t databases);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_RECORD_FILLER_H_
