#include "tests/simulation/trace.h"

namespace eds::simulation {
namespace {

constexpr uint64_t kFnvPrime = 0x100000001B3;

}  // namespace

void Trace::Line(absl::string_view line) {
  for (const char c : line) hash_ = (hash_ ^ static_cast<uint8_t>(c)) * kFnvPrime;
  ++events_;
  if (sink_) sink_(line);
}

void Trace::Mix(uint64_t value) {
  hash_ = (hash_ ^ value) * kFnvPrime;
  ++events_;
}

}  // namespace eds::simulation
