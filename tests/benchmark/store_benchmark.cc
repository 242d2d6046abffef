// How long a durable commit of the SQLite store takes, and how long its start:
//   store_benchmark [FOLDER [RECORDS]]
// The folder (default: the current one) should be on the disk that is asked about.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "controller/state/sqlite_store.h"

namespace {

constexpr int kCommits = 3000;
constexpr int kPerCommit = 500;

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << std::endl;
  std::exit(1);
}

std::string KeyOf(int number) { return absl::StrFormat("databases/%08x", number * 2654435761U); }

void Fill(eds::StateStore& store, int records) {
  const std::string value(250, 'v');
  for (int next = 0; next < records; next += kPerCommit) {
    eds::Transaction transaction;
    for (int n = next; n < std::min(records, next + kPerCommit); ++n) {
      transaction.writes.push_back({KeyOf(n), value});
    }
    Check(store.Commit(transaction).status());
  }
}

// As a creation begins: a record, its name, its request and its mark, each new.
void MeasureCommits(eds::StateStore& store) {
  std::vector<absl::Duration> times;
  for (int n = 0; n < kCommits; ++n) {
    eds::Transaction transaction;
    for (const char* prefix : {"bench-databases/", "bench-names/", "bench-requests/"}) {
      const std::string key = absl::StrCat(prefix, KeyOf(n));
      transaction.preconditions.push_back({key, 0});
      transaction.writes.push_back({key, std::string(250, 'v')});
    }
    transaction.writes.push_back({absl::StrCat("bench-unfinished/", n), ""});
    const absl::Time start = absl::Now();
    Check(store.Commit(transaction).status());
    times.push_back(absl::Now() - start);
  }
  std::sort(times.begin(), times.end());
  std::cout << "commit of 4 records: median " << times[kCommits / 2] << ", 99 % "
            << times[kCommits * 99 / 100] << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = absl::StrCat(argc > 1 ? argv[1] : ".", "/store-benchmark");
  const int records = argc > 2 ? std::atoi(argv[2]) : 0;
  std::filesystem::create_directory(folder);
  {
    auto store = eds::OpenSqliteStore(folder + "/state.db");
    Check(store.status());
    Fill(**store, records);
    MeasureCommits(**store);
  }
  const absl::Time start = absl::Now();
  Check(eds::OpenSqliteStore(folder + "/state.db").status());
  std::cout << "start with " << records << " records: " << absl::Now() - start << std::endl;
  std::filesystem::remove_all(folder);
}
