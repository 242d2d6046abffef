#include "controller/flights.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"

namespace eds {

absl::StatusOr<bool> Flights::Board(const RequestKey& request, Done done) {
  absl::MutexLock lock(&mutex_);
  const auto [position, is_first] = flights_.try_emplace(request.id, Flight{.request = request});
  Flight& flight = position->second;
  if (flight.request.method != request.method ||
      flight.request.fingerprint != request.fingerprint) {
    return MakeError(absl::StatusCode::kAlreadyExists, Reason::kRequestIdReused,
                     absl::StrCat("request_id ", request.id, " is in use for another ",
                                  flight.request.method, ": take a new one"));
  }
  if (flight.waiting.size() >= kMostAboard) {
    return WithRetryAfter(
        MakeError(absl::StatusCode::kResourceExhausted, Reason::kNodeBusy,
                  absl::StrCat("request_id ", request.id, " is waited for by ", kMostAboard,
                               " calls already: wait for one of them, or try again later")),
        absl::Seconds(1));
  }
  flight.waiting.push_back(std::move(done));
  return is_first;
}

void Flights::Land(const RequestKey& request, const absl::Status& status,
                   const google::protobuf::Message* answer) {
  Flight flight;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = flights_.find(request.id);
    flight = std::move(found->second);
    flights_.erase(found);
  }
  for (const Done& done : flight.waiting) done(status, answer);
}

}  // namespace eds
