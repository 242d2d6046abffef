#ifndef EDS_CONTROLLER_STORED_RECORD_H_
#define EDS_CONTROLLER_STORED_RECORD_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "controller/state/state_store.h"
#include "eds/state/v1/records.pb.h"

namespace eds {

// A record and the version of it that was read or written.
template <typename Record>
struct Stored {
  Record record;
  int64_t version = 0;
};
using StoredDatabase = Stored<state::v1::DatabaseRecord>;
using StoredUser = Stored<state::v1::UserRecord>;
using StoredNode = Stored<state::v1::NodeRecord>;
using StoredReady = Stored<state::v1::ReadyRecord>;
using StoredConfig = Stored<state::v1::ConfigRecord>;

// kDataLoss (kStoreCorrupt). A record that is used again keeps its memory.
template <typename Record>
absl::Status DecodeInto(Record& record, const StoredEntry& entry) {
  if (record.ParseFromString(entry.value)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
                   absl::StrCat("the record ", entry.key, " cannot be read"));
}

template <typename Record>
absl::StatusOr<Stored<Record>> Decode(const StoredEntry& entry) {
  Stored<Record> stored;
  stored.version = entry.version;
  RETURN_IF_ERROR(DecodeInto(stored.record, entry));
  return stored;
}

template <typename Record>
absl::StatusOr<std::vector<Stored<Record>>> DecodeAll(
    absl::StatusOr<std::vector<StoredEntry>> entries) {
  RETURN_IF_ERROR(entries.status());
  std::vector<Stored<Record>> records;
  records.reserve(entries->size());
  for (const StoredEntry& entry : *entries) {
    ASSIGN_OR_RETURN(records.emplace_back(), Decode<Record>(entry));
  }
  return records;
}

}  // namespace eds

#endif  // EDS_CONTROLLER_STORED_RECORD_H_
