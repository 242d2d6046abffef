#ifndef EDS_CONTROLLER_OVERDUE_H_
#define EDS_CONTROLLER_OVERDUE_H_

#include <map>
#include <string>

#include "absl/time/time.h"

namespace eds {

// For how long, by Clock::Uptime(), look after look has found something to be due: what a
// wall clock that is ahead for a while makes due is due no more before long. Forgotten with
// the process. Not thread-safe.
class Overdue {
 public:
  // This look, at `uptime`, found `key` due; answers for how long that has been so without a
  // break.
  absl::Duration Note(const std::string& key, absl::Duration uptime);

  // This look is over: what it did not note is not due.
  void EndLook();

 private:
  std::map<std::string, absl::Duration> since_;  // By the last look.
  std::map<std::string, absl::Duration> noted_;  // By this one.
};

}  // namespace eds

#endif  // EDS_CONTROLLER_OVERDUE_H_
