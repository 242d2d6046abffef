#ifndef EDS_CONTROLLER_STATE_MEMORY_STORE_H_
#define EDS_CONTROLLER_STATE_MEMORY_STORE_H_

#include <memory>

#include "controller/state/state_store.h"

namespace eds {

// Keeps everything in memory: for tests and simulation.
std::unique_ptr<StateStore> NewMemoryStore();

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_MEMORY_STORE_H_
