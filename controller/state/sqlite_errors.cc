#include "controller/state/sqlite_errors.h"

#include <sqlite3.h>

#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/error.h"

namespace eds {
namespace {

struct Meaning {
  int code;
  absl::StatusCode status;
  Reason reason;
  absl::string_view advice;
};

// "{store}" stands for the path of the file.
constexpr absl::string_view kRestore =
    "look with `edsctl store check --store {store}`, and go back to a backup with `edsctl store "
    "restore --store {store} BACKUP`";

// An extended code stands before the primary code it belongs to.
constexpr Meaning kMeanings[] = {
    {SQLITE_IOERR_CORRUPTFS, absl::StatusCode::kDataLoss, Reason::kStoreCorrupt, kRestore},
    {SQLITE_FULL, absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
     "make room on its disk"},
    {SQLITE_IOERR, absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
     "see that its disk is healthy and has room"},
    {SQLITE_BUSY, absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
     "end the other program that has it locked"},
    {SQLITE_LOCKED, absl::StatusCode::kUnavailable, Reason::kStoreUnavailable, "try again"},
    {SQLITE_PROTOCOL, absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
     "end the other program that has it locked"},
    {SQLITE_CANTOPEN, absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
     "see that its folder exists and may be written"},
    {SQLITE_READONLY, absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
     "see that the file and its folder may be written"},
    {SQLITE_PERM, absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
     "see that the file and its folder may be written"},
    {SQLITE_NOMEM, absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
     "give the controller more memory"},
    {SQLITE_CORRUPT, absl::StatusCode::kDataLoss, Reason::kStoreCorrupt, kRestore},
    {SQLITE_NOTADB, absl::StatusCode::kDataLoss, Reason::kStoreCorrupt, kRestore},
};

constexpr Meaning kUnknown = {SQLITE_ERROR, absl::StatusCode::kInternal, Reason::kInternal,
                              "report this as a defect"};

const Meaning& MeaningOf(int code) {
  for (const Meaning& meaning : kMeanings) {
    if (meaning.code == code || meaning.code == (code & 0xff)) return meaning;
  }
  return kUnknown;
}

absl::string_view View(const char* text) { return text == nullptr ? "" : text; }

}  // namespace

absl::Status SqliteError(int code, absl::string_view file, absl::string_view detail) {
  const Meaning& meaning = MeaningOf(code);
  return MakeError(meaning.status, meaning.reason,
                   absl::StrCat("the store ", file, ": ", detail, ": ",
                                absl::StrReplaceAll(meaning.advice, {{"{store}", file}})),
                   {{"sqlite_code", absl::StrCat(code)}});
}

absl::Status LastSqliteError(sqlite3* database, absl::string_view file) {
  const int code = sqlite3_extended_errcode(database);
  std::string detail(View(sqlite3_errmsg(database)));
  const int system_error = sqlite3_system_errno(database);
  if (system_error != 0 && ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN)) {
    absl::StrAppend(&detail, " (", std::generic_category().message(system_error), ")");
  }
  return SqliteError(code, file, detail);
}

absl::Status StoreCorrupt(absl::string_view file, absl::string_view detail) {
  return SqliteError(SQLITE_CORRUPT, file, detail);
}

}  // namespace eds
