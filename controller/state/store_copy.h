#ifndef EDS_CONTROLLER_STATE_STORE_COPY_H_
#define EDS_CONTROLLER_STATE_STORE_COPY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controller/state/draft_file.h"

namespace eds {

// A copy of the store `from` as of one moment, in the folder of `place`: one file, with
// no log beside it, that was checked as at the start of a controller and is in the
// format of today. Commits go on meanwhile. The errors of StoreSnapshot::Open;
// kDataLoss (kStoreCorrupt) if what is in `from` is damaged.
absl::StatusOr<DraftFile> CopyStore(const std::string& from, const std::string& place);

// Makes `to` a copy of the store `from`, which may be in use.
//   kAlreadyExists       `to` is there, and is not to be replaced;
//   kFailedPrecondition  it is to be replaced, but looks like a store in use.
absl::Status BackUpStore(const std::string& from, const std::string& to,
                         DraftFile::IfThere if_there);

// Puts a copy of `backup` in the place of the store `path`, and answers where it left
// what was there: a store, with its log if there was one; empty if there was nothing.
// Whenever the machine stops on the way, the store is afterwards the old or the new one.
//   kUnavailable  a controller has the store.
absl::StatusOr<std::string> RestoreStore(const std::string& path, const std::string& backup);

// Ends what RestoreStore() began, if it got as far as having to. For who holds the lock
// of `path`, before anything is opened.
absl::Status FinishRestore(const std::string& path);

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_STORE_COPY_H_
