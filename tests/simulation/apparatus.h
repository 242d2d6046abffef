#ifndef EDS_TESTS_SIMULATION_APPARATUS_H_
#define EDS_TESTS_SIMULATION_APPARATUS_H_

#include <memory>
#include <string>

#include "tests/fixtures/temporary_folder.h"
#include "tests/simulation/stack.h"

namespace eds::simulation {

// What one run after the other uses, and none leaves a trace in.
struct Apparatus {
  std::string key_file() const { return folder->File("key"); }

  const std::unique_ptr<TemporaryFolder> folder = TemporaryFolder::New().value();
  StackPool stacks;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_APPARATUS_H_
