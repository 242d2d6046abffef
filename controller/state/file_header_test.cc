#include "controller/state/file_header.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace eds {
namespace {

// Of a file of `pages` pages, written last and validly by change 5.
std::vector<unsigned char> Header(int page_size, unsigned char pages) {
  const std::string magic = "SQLite format 3";
  std::vector<unsigned char> header(magic.begin(), magic.end());
  header.resize(kSqliteHeaderBytes);
  header[16] = static_cast<unsigned char>(page_size >> 8);
  header[17] = static_cast<unsigned char>(page_size);
  header[27] = header[95] = 5;
  header[31] = pages;
  return header;
}

TEST(FileHeader, TellsThePagesThatMustBeThere) {
  EXPECT_EQ(ExpectedFileSize(Header(4096, 10)), 40960);
  EXPECT_EQ(ExpectedFileSize(Header(1, 2)), 131072);  // Stands for 65536.
}

TEST(FileHeader, APageCountThatAnOldProgramLeftBehindCountsForNothing) {
  std::vector<unsigned char> header = Header(4096, 10);
  header[95] = 4;
  EXPECT_EQ(ExpectedFileSize(header), 100);
}

TEST(FileHeader, ABeginningWantsTheRestOfTheHeader) {
  std::vector<unsigned char> header = Header(4096, 10);
  for (const size_t size : {1, 15, 99}) {
    EXPECT_EQ(ExpectedFileSize({header.data(), size}), 100) << size;
  }
}

TEST(FileHeader, NothingAndOtherFilesWantNothing) {
  EXPECT_EQ(ExpectedFileSize({}), 0);
  EXPECT_EQ(ExpectedFileSize(std::vector<unsigned char>(200, 'x')), 0);
}

}  // namespace
}  // namespace eds
