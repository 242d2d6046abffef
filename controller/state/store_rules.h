#ifndef EDS_CONTROLLER_STATE_STORE_RULES_H_
#define EDS_CONTROLLER_STATE_STORE_RULES_H_

// What every StateStore checks and answers in the same words.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "controller/state/state_store.h"

namespace eds {

// kInvalidArgument if `transaction` breaks a rule of StateStore::Commit.
absl::Status CheckTransaction(const Transaction& transaction);

// kNotFound.
absl::Status NoSuchEntry(absl::string_view key);

// kAborted.
absl::Status PreconditionFailed(absl::string_view key);

// The keys from `begin` on and before `end`; none if `begin` is not before `end`.
struct KeyRange {
  std::string begin;
  std::string end;
};

// The keys that begin with `prefix` and are greater than `after`.
KeyRange KeysUnder(absl::string_view prefix, absl::string_view after = "");

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_STORE_RULES_H_
