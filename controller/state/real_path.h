#ifndef EDS_CONTROLLER_STATE_REAL_PATH_H_
#define EDS_CONTROLLER_STATE_REAL_PATH_H_

#include <string>

namespace eds {

// The one path of a file that may go by several names, links among them; it need not
// exist.
std::string RealPath(const std::string& path);

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_REAL_PATH_H_
