#ifndef EDS_TESTS_BENCHMARK_MACHINE_H_
#define EDS_TESTS_BENCHMARK_MACHINE_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace eds::benchmark {

// What this runs on: name and value, as in {"cores", "2"}. `folder` is where the data of
// servers and controller lie.
std::vector<std::pair<std::string, std::string>> DescribeMachine(const std::string& folder);

// Resident memory of a process, in MB: now, and at its peak.
double ResidentMegabytes(pid_t pid);
double PeakMegabytes(pid_t pid);

// The time that a process and its children have had on processors.
absl::Duration ProcessorTime(pid_t pid);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_MACHINE_H_
