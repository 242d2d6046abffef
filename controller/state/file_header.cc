#include "controller/state/file_header.h"

#include <algorithm>
#include <cstring>

namespace eds {
namespace {

// See "The Database Header" of SQLite's file format. The text includes its zero byte.
constexpr char kMagic[] = "SQLite format 3";
constexpr size_t kPageSizeAt = 16;
constexpr size_t kChangeCounterAt = 24;
constexpr size_t kPageCountAt = 28;
constexpr size_t kPageCountValidForAt = 92;

int64_t Number(std::span<const unsigned char> bytes) {
  int64_t number = 0;
  for (const unsigned char byte : bytes) number = number << 8 | byte;
  return number;
}

}  // namespace

int64_t ExpectedFileSize(std::span<const unsigned char> header) {
  if (header.empty()) return 0;
  if (std::memcmp(header.data(), kMagic, std::min(header.size(), sizeof(kMagic))) != 0) return 0;
  if (header.size() < kSqliteHeaderBytes) return kSqliteHeaderBytes;
  const auto word = [header](size_t at) { return Number(header.subspan(at, 4)); };
  if (word(kChangeCounterAt) != word(kPageCountValidForAt)) return kSqliteHeaderBytes;
  const int64_t page_size = Number(header.subspan(kPageSizeAt, 2));
  return (page_size == 1 ? 65536 : page_size) * word(kPageCountAt);
}

}  // namespace eds
