#ifndef EDS_CONTROLLER_STATE_FILE_HEADER_H_
#define EDS_CONTROLLER_STATE_FILE_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace eds {

inline constexpr size_t kSqliteHeaderBytes = 100;

// How long an SQLite file that begins with `header` (kSqliteHeaderBytes, or all that
// there is) must at least be, if it has no log beside it: kSqliteHeaderBytes if there is
// anything at all, and 0 if there is nothing or it is no SQLite file.
int64_t ExpectedFileSize(std::span<const unsigned char> header);

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_FILE_HEADER_H_
