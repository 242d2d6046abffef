#ifndef EDS_CONTROLLER_STATE_STORE_FINDING_H_
#define EDS_CONTROLLER_STATE_STORE_FINDING_H_

#include <string>

namespace eds {

// Something that is wrong with a store.
struct StoreFinding {
  std::string key;  // Of the entry that is wrong; empty: the file as a whole.
  std::string problem;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_STORE_FINDING_H_
