#include "tests/benchmark/series.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace eds::benchmark {

absl::Duration Series::Percentile(double share) const {
  if (times.empty()) return absl::InfiniteDuration();
  std::vector<absl::Duration> sorted = times;
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  const auto wanted = sorted.begin() + static_cast<std::ptrdiff_t>(std::max<size_t>(rank, 1) - 1);
  std::nth_element(sorted.begin(), wanted, sorted.end());
  return *wanted;
}

double Series::Rate() const {
  if (elapsed <= absl::ZeroDuration()) return 0;
  return static_cast<double>(times.size()) / absl::ToDoubleSeconds(elapsed);
}

}  // namespace eds::benchmark
