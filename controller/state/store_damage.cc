#include "controller/state/store_damage.h"

#include <string>
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

  // An error is what kept the search from going on.
  absl::Status CheckPages(absl::string_view sql);
  absl::Status CheckEntries();

  void Add(const std::string& key, absl::string_view problem) {
    findings_.push_back({key, absl::StrReplaceAll(problem, {{"\n", "; "}})});
  }
  bool ended() const { return findings_.size() >= limit_; }
  std::vector<StoreFinding> Findings() && { return std::move(findings_); }

 private:
  void CheckEntry(SqliteQuery& query, StoreRoot& seen, int64_t revision);

  SqliteConnection& connection_;
  const size_t limit_;
  std::vector<StoreFinding> findings_;
};

absl::Status Search::CheckPages(absl::string_view sql) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection_.Query(sql));
  while (!ended()) {
    ASSIGN_OR_RETURN(const bool found, query.Next());
    if (!found) return absl::OkStatus();
    const std::string answer = query.Bytes(0);
    if (answer != "ok") Add("", answer);
  }
  return absl::OkStatus();
}

void Search::CheckEntry(SqliteQuery& query, StoreRoot& seen, int64_t revision) {
  const std::string key = query.Bytes(0);
  seen.digest += static_cast<uint64_t>(query.Integer(2));
  if (!ReadEntry(query).ok()) {
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
  StoreRoot seen;
  while (!ended()) {
    ASSIGN_OR_RETURN(const bool found, query.Next());
    if (!found) break;
    CheckEntry(query, seen, root.revision);
  }
  if (findings_.size() == before && seen.digest != root.digest) {
    Add("", "a record is missing, or an older one of it is there");
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<StoreFinding> FindDamage(SqliteConnection& connection, Thoroughness thoroughness,
                                     size_t limit) {
  const bool quick = thoroughness == Thoroughness::kQuick;
  Search search(connection, limit);
  for (const absl::Status& status :
       {search.CheckPages(quick ? sql::kQuickCheck : sql::kIntegrityCheck),
        search.CheckEntries()}) {
    if (!status.ok() && !search.ended()) search.Add("", status.message());
  }
  return std::move(search).Findings();
}

}  // namespace eds
