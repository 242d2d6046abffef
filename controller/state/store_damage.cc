#include "controller/state/store_damage.h"

#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/status_macros.h"
#include "controller/state/checksum.h"
#include "controller/state/sqlite_errors.h"
#include "controller/state/sqlite_rows.h"
#include "controller/state/sqlite_sql.h"
#include "controller/state/state_store.h"

namespace eds {
namespace {

class Search {
 public:
  Search(SqliteConnection& connection, size_t limit) : connection_(connection), limit_(limit) {}

  void LookAtPages(absl::string_view sql) { Note(CheckPages(sql)); }
  void LookAtEntries() { Note(CheckEntries()); }
  std::vector<StoreFinding> Findings() && { return std::move(findings_); }

 private:
  // An error is what kept the search from going on.
  absl::Status CheckPages(absl::string_view sql);
  absl::Status CheckEntries();
  void CheckEntry(SqliteQuery& query, int64_t revision);

  void Note(const absl::Status& status) {
    if (!status.ok() && !ended()) Add("", status.message());
  }
  void Add(absl::string_view key, absl::string_view problem) {
    findings_.push_back({std::string(key), absl::StrReplaceAll(problem, {{"\n", "; "}})});
  }
  bool ended() const { return findings_.size() >= limit_; }

  SqliteConnection& connection_;
  const size_t limit_;
  std::vector<StoreFinding> findings_;
};

absl::Status Search::CheckPages(absl::string_view sql) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection_.Query(sql));
  while (!ended()) {
    ASSIGN_OR_RETURN(const bool found, query.Next());
    if (!found) return absl::OkStatus();
    const absl::string_view answer = query.Bytes(0);
    if (answer != "ok") Add("", answer);
  }
  return absl::OkStatus();
}

void Search::CheckEntry(SqliteQuery& query, int64_t revision) {
  const absl::string_view key = query.Bytes(0);
  if (!FitsChecksum(query)) {
    Add(key, "does not fit its checksum");
  } else if (key.empty() || key.size() > StateStore::kMaxKeyBytes) {
    Add(key, "has a key of impossible length");
  } else if (query.Integer(1) < 1 || query.Integer(1) > revision) {
    Add(key, "contradicts the store's revision");
  }
}

absl::Status Search::CheckEntries() {
  ASSIGN_OR_RETURN(const StoreRoot root, ReadRoot(connection_));
  ASSIGN_OR_RETURN(SqliteQuery query, connection_.Query(sql::kListAll));
  const size_t before = findings_.size();
  uint64_t digest = 0;
  while (!ended()) {
    ASSIGN_OR_RETURN(const bool found, query.Next());
    if (!found) break;
    digest += static_cast<uint64_t>(query.Integer(2));
    CheckEntry(query, root.revision);
  }
  if (findings_.size() == before && digest != root.digest) {
    Add("", "a record is missing, or an older one of it is there");
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<StoreFinding> FindDamage(SqliteConnection& connection, Thoroughness thoroughness,
                                     size_t limit) {
  Search search(connection, limit);
  search.LookAtPages(thoroughness == Thoroughness::kQuick ? sql::kQuickCheck
                                                          : sql::kIntegrityCheck);
  search.LookAtEntries();
  return std::move(search).Findings();
}

std::vector<StoreFinding> FindDamage(SqliteConnection& connection, SqliteConnection& other,
                                     size_t limit) {
  Search pages(other, limit);
  std::thread aside([&pages] { pages.LookAtPages(sql::kQuickCheck); });
  Search entries(connection, limit);
  entries.LookAtEntries();
  aside.join();
  std::vector<StoreFinding> findings = std::move(pages).Findings();
  for (StoreFinding& finding : std::move(entries).Findings()) {
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace eds
