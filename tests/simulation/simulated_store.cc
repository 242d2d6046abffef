#include "tests/simulation/simulated_store.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/error.h"
#include "common/status_macros.h"

namespace eds::simulation {
namespace {

absl::Status Failure() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
                   "the store cannot be read or written now");
}

// Keys alone: sealed values differ from run to run.
std::string Summary(const Transaction& transaction) {
  const auto key_of = [](std::string* out, const Write& write) { *out += write.key; };
  std::string summary = absl::StrJoin(transaction.writes, " ", key_of);
  for (const std::string& key : transaction.deletes) absl::StrAppend(&summary, " -", key);
  return summary;
}

}  // namespace

absl::Status SimulatedStore::BeginRead() {
  environment_.scheduler.Yield();
  return environment_.dice.Chance(environment_.faults.read_fails) ? Failure() : absl::OkStatus();
}

void SimulatedStore::PerhapsCrash() {
  if (environment_.dice.Chance(environment_.faults.crash_around_commit)) {
    environment_.scheduler.Kill(controller_);
  }
}

absl::StatusOr<StoredEntry> SimulatedStore::Get(absl::string_view key) {
  RETURN_IF_ERROR(BeginRead());
  return durable_.Get(key);
}

absl::StatusOr<std::vector<StoredEntry>> SimulatedStore::List(absl::string_view prefix,
                                                              absl::string_view after,
                                                              size_t limit) {
  RETURN_IF_ERROR(BeginRead());
  return durable_.List(prefix, after, limit);
}

absl::StatusOr<int64_t> SimulatedStore::Count(absl::string_view prefix) {
  RETURN_IF_ERROR(BeginRead());
  return durable_.Count(prefix);
}

absl::StatusOr<int64_t> SimulatedStore::Commit(const Transaction& transaction) {
  environment_.Spend(environment_.faults.longest_commit);
  PerhapsCrash();
  const bool fails = environment_.dice.Chance(environment_.faults.commit_fails);
  if (fails && environment_.dice.Chance(0.5)) {
    environment_.scheduler.Note(absl::StrCat("commit fails: ", Summary(transaction)));
    return Failure();
  }
  const absl::StatusOr<int64_t> revision = durable_.Commit(transaction);
  environment_.scheduler.Note(absl::StrCat("commit ", revision.ok() ? *revision : 0,
                                           fails ? " fails, but happens: " : ": ",
                                           Summary(transaction)));
  PerhapsCrash();
  environment_.Spend(environment_.faults.longest_commit);
  if (fails) return Failure();
  return revision;
}

}  // namespace eds::simulation
