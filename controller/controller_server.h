#ifndef EDS_CONTROLLER_CONTROLLER_SERVER_H_
#define EDS_CONTROLLER_CONTROLLER_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/random.h"
#include "controller/state/state_store.h"

namespace eds {

struct ControllerOptions {
  std::string listen;     // `host:port`, port 0 for any free one, or `unix:/path`.
  std::string key_file;   // Made if the store is empty.
  bool insecure = false;  // Listen beyond loopback without TLS.
  absl::Duration purge_wait = absl::Minutes(2);  // See Sweeper.
};

// The whole controller, put together and serving. Takes up what an earlier run left
// unfinished.
class ControllerServer {
 public:
  // The store, clock and randomness must outlive the controller.
  static absl::StatusOr<std::unique_ptr<ControllerServer>> Start(const ControllerOptions& options,
                                                                 StateStore& store, Clock& clock,
                                                                 RandomSource& random);

  // Takes no new calls; ends those that run, and the streams of the nodes.
  virtual ~ControllerServer() = default;

  // Where it listens.
  virtual const std::string& address() const = 0;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_CONTROLLER_SERVER_H_
