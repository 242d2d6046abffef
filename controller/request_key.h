#ifndef EDS_CONTROLLER_REQUEST_KEY_H_
#define EDS_CONTROLLER_REQUEST_KEY_H_

#include <string>

namespace eds {

// What tells a repeat of a mutating call from another call.
struct RequestKey {
  std::string id;           // `request_id`; empty: the caller gave none.
  std::string method;       // As in "CreateDatabase".
  std::string fingerprint;  // SHA-256 of the parameters.
};

}  // namespace eds

#endif  // EDS_CONTROLLER_REQUEST_KEY_H_
