#include "controller/state/sqlite_errors.h"

#include <sqlite3.h>

#include <string>

#include "common/error.h"
#include "gmock/gmock.h"

namespace eds {
namespace {

using testing::HasSubstr;

TEST(SqliteErrorsTest, EachCodeHasItsMeaning) {
  for (const int code : {SQLITE_FULL, SQLITE_IOERR, SQLITE_IOERR_FSYNC, SQLITE_BUSY,
                         SQLITE_BUSY_RECOVERY, SQLITE_LOCKED, SQLITE_CANTOPEN, SQLITE_READONLY,
                         SQLITE_READONLY_DBMOVED, SQLITE_PERM, SQLITE_PROTOCOL, SQLITE_NOMEM}) {
    const absl::Status status = SqliteError(code, "f", "d");
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_TRUE(HasReason(status, Reason::kStoreUnavailable)) << status;
  }
  for (const int code :
       {SQLITE_CORRUPT, SQLITE_CORRUPT_INDEX, SQLITE_NOTADB, SQLITE_IOERR_CORRUPTFS}) {
    const absl::Status status = SqliteError(code, "f", "d");
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_TRUE(HasReason(status, Reason::kStoreCorrupt)) << status;
  }
}

TEST(SqliteErrorsTest, AnUnknownCodeIsInternalAndAttached) {
  const absl::Status status = SqliteError(SQLITE_MISUSE, "f", "d");
  EXPECT_TRUE(absl::IsInternal(status)) << status;
  EXPECT_EQ(ErrorMetadataOf(status, "sqlite_code"), std::to_string(SQLITE_MISUSE));
}

TEST(SqliteErrorsTest, TheMessageNamesTheFileAndWhatToDo) {
  const std::string message(SqliteError(SQLITE_FULL, "/var/state.db", "disk is full").message());
  EXPECT_THAT(message, HasSubstr("/var/state.db: disk is full: make room"));
}

}  // namespace
}  // namespace eds
