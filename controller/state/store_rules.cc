#include "controller/state/store_rules.h"

#include <algorithm>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"

namespace eds {
namespace {

absl::Status Invalid(absl::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidField, message);
}

absl::Status CheckKey(absl::string_view key) {
  if (!key.empty() && key.size() <= StateStore::kMaxKeyBytes) return absl::OkStatus();
  return Invalid(absl::StrCat("the key of a record must have 1 to ", StateStore::kMaxKeyBytes,
                              " bytes, not ", key.size()));
}

absl::Status CheckWrite(const Write& write) {
  RETURN_IF_ERROR(CheckKey(write.key));
  if (write.value.size() <= StateStore::kMaxValueBytes) return absl::OkStatus();
  return Invalid(absl::StrCat("the record ", absl::CEscape(write.key), " has ", write.value.size(),
                              " bytes; it may have ", StateStore::kMaxValueBytes));
}

// The least text that is greater than every key with this prefix.
std::string EndOf(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (end.empty()) return std::string(StateStore::kMaxKeyBytes + 1, '\xff');
  ++end.back();
  return end;
}

}  // namespace

absl::Status CheckTransaction(const Transaction& transaction) {
  for (const Precondition& precondition : transaction.preconditions) {
    RETURN_IF_ERROR(CheckKey(precondition.key));
  }
  std::set<absl::string_view> written;
  for (const Write& write : transaction.writes) {
    RETURN_IF_ERROR(CheckWrite(write));
    if (!written.insert(write.key).second) {
      return Invalid(absl::StrCat("the record ", absl::CEscape(write.key), " is written twice"));
    }
  }
  for (const std::string& key : transaction.deletes) {
    RETURN_IF_ERROR(CheckKey(key));
    if (written.contains(key)) {
      return Invalid(absl::StrCat("the record ", absl::CEscape(key), " is written and deleted"));
    }
  }
  return absl::OkStatus();
}

absl::Status NoSuchEntry(absl::string_view key) {
  return absl::NotFoundError(absl::StrCat("there is no record ", absl::CEscape(key)));
}

absl::Status PreconditionFailed(absl::string_view key) {
  return MakeError(absl::StatusCode::kAborted, Reason::kOperationInProgress,
                   absl::StrCat("the record ", absl::CEscape(key),
                                " was changed by another operation; try again"));
}

KeyRange KeysUnder(absl::string_view prefix, absl::string_view after) {
  // The least text greater than `after` is `after` and a zero byte.
  const std::string next = after.empty() ? "" : absl::StrCat(after, absl::string_view("\0", 1));
  return {std::max(std::string(prefix), next), EndOf(prefix)};
}

}  // namespace eds
