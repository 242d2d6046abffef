#ifndef EDS_TESTS_SIMULATION_TRACE_H_
#define EDS_TESTS_SIMULATION_TRACE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace eds::simulation {

// What happened in a run, in order. Keeps a hash of it: equal for equal runs. Holds no
// password.
class Trace {
 public:
  using Sink = std::function<void(absl::string_view line)>;

  // `sink`, if not empty, is given each line.
  explicit Trace(Sink sink) : sink_(std::move(sink)) {}

  void Line(absl::string_view line);

  // A decision too small for a line.
  void Mix(uint64_t value);

  uint64_t hash() const { return hash_; }
  uint64_t events() const { return events_; }

 private:
  const Sink sink_;
  uint64_t hash_ = 0xCBF29CE484222325;
  uint64_t events_ = 0;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_TRACE_H_
