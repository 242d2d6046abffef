#ifndef EDS_CONTROLLER_FLIGHTS_H_
#define EDS_CONTROLLER_FLIGHTS_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "controller/request_key.h"
#include "google/protobuf/message.h"

namespace eds {

// Requests that are being carried out, so that a repeat waits for the first call and
// gets its answer. Thread-safe.
class Flights {
 public:
  // How many wait for one answer at the most, so that repeats are bounded as jobs are.
  static constexpr size_t kMostAboard = 100;

  // Called once, with the outcome and, if that is OK, the answer.
  using Done = std::function<void(const absl::Status&, const google::protobuf::Message*)>;

  // True: the caller is the first, and must call Land. False: the request is under
  // way; `done` will be called. kAlreadyExists (kRequestIdReused) if it is under way
  // with another method or parameters, kResourceExhausted (kNodeBusy) if too many are
  // aboard. `request.id` must not be empty.
  absl::StatusOr<bool> Board(const RequestKey& request, Done done);

  // Answers everybody who is aboard.
  void Land(const RequestKey& request, const absl::Status& status,
            const google::protobuf::Message* answer);

 private:
  struct Flight {
    RequestKey request;
    std::vector<Done> waiting;
  };

  absl::Mutex mutex_;
  std::map<std::string, Flight> flights_ ABSL_GUARDED_BY(mutex_);  // By request id.
};

}  // namespace eds

#endif  // EDS_CONTROLLER_FLIGHTS_H_
