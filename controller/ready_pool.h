#ifndef EDS_CONTROLLER_READY_POOL_H_
#define EDS_CONTROLLER_READY_POOL_H_

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/clock.h"
#include "controller/catalog.h"

namespace eds {

// How many of each to keep made ahead on a node.
struct ReadyTarget {
  int64_t databases = 0;  // Of each kind of options.
  int64_t users = 0;
};

struct ReadyCount {
  int64_t databases = 0;  // Of all kinds.
  int64_t users = 0;
};

// What is made ahead and can be claimed, by node; in memory, as the records say. What is
// taken belongs to whoever took it. Two can never claim the same: the records see to that,
// whatever is in here. Thread-safe.
class ReadyPool {
 public:
  // Kinds of options kept ready on a node, beside that with none.
  static constexpr size_t kMostKinds = 4;
  // For how long after somebody last asked for it.
  static constexpr absl::Duration kKindMemory = absl::Hours(24);
  // First logins that are remembered to be let in.
  static constexpr size_t kMostAdmitted = 10'000;

  // Both must outlive the pool, which is empty until Load().
  ReadyPool(Catalog& catalog, Clock& clock) : catalog_(catalog), clock_(clock) {}

  // Holds what the records say is READY and nobody has taken, and nothing else.
  absl::Status Load();
  // Has the next LoadIfStale() load it anew: a commit failed that may have happened.
  void MakeStale();
  absl::Status LoadIfStale();

  // One that is on the server with this identity, the oldest; nullopt if there is none.
  absl::optional<StoredReady> TakeDatabase(const std::string& node,
                                           const v1::DatabaseOptions& options,
                                           const std::string& server_identity);
  absl::optional<StoredReady> TakeUser(const std::string& node, const std::string& server_identity);
  // One that should be dropped: there are more than `target` says, nobody asks for its kind
  // any more, or it is on another server.
  absl::optional<StoredReady> TakeExcess(const std::string& node, const ReadyTarget& target,
                                         const std::string& server_identity);
  absl::optional<StoredReady> Take(const ReadyName& name);
  // One that is about to be READY; it belongs to whoever makes it until it is put.
  void Reserve(const StoredReady& ready);
  void Put(const StoredReady& ready);
  // What becomes of one that was taken. It could not be claimed: whether its record is as it
  // was.
  absl::StatusOr<bool> PutBack(const StoredReady& ready);
  // It is claimed, or on its way out.
  void LetGo(const StoredReady& ready);

  // What was claimed with a first login, which is to be let in while nobody waits for it:
  // noted once, and taken by whoever sees to that. Forgotten with the process.
  void NoteClaimed(const state::v1::DatabaseRecord& database);
  std::vector<std::string> TakeClaimed(const std::string& node);  // Ids of databases.

  // Whether the first login of a database has been let in, and nothing was done to the
  // database since; until it is taken.
  void NoteAdmitted(const StoredDatabase& database);
  bool TakeAdmitted(const StoredDatabase& database);

  // Somebody has got a database with these options.
  void NoteKind(const std::string& node, const v1::DatabaseOptions& options);
  void ForgetKind(const std::string& node, const v1::DatabaseOptions& options);
  // A kind of which there are less than `target` says.
  absl::optional<v1::DatabaseOptions> FindScarce(const std::string& node,
                                                 const ReadyTarget& target);

  // Whether there is no excess, nor, if `making`, anything scarce.
  bool IsAt(const std::string& node, const ReadyTarget& target, const std::string& server_identity,
            bool making) const;

  ReadyCount Count(const std::string& node) const;

 private:
  using Entries = std::deque<StoredReady>;
  struct Kind {
    v1::DatabaseOptions options;
    absl::Duration last_asked;  // By Clock::Uptime.
    Entries databases;
  };
  struct Node {
    std::map<std::string, Kind> kinds;  // By their options, serialized.
    Entries users;
  };

  void PutLocked(const StoredReady& ready) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::optional<StoredReady> Leaving(absl::optional<StoredReady> ready)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::optional<StoredReady> Taken(absl::optional<StoredReady> ready)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Kind& KindOf(Node& node, const v1::DatabaseOptions& options)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsWanted(const Kind& kind) const;

  Catalog& catalog_;
  Clock& clock_;
  mutable absl::Mutex mutex_;
  std::map<std::string, Node> nodes_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> taken_ ABSL_GUARDED_BY(mutex_);  // Ids.
  // Those of them that are to be dropped, by id; counted until their records say so.
  std::map<std::string, state::v1::ReadyRecord> leaving_ ABSL_GUARDED_BY(mutex_);
  int64_t changes_ ABSL_GUARDED_BY(mutex_) = 0;  // Of records, as far as told.
  std::map<std::string, std::vector<std::string>> claimed_ ABSL_GUARDED_BY(mutex_);  // By node.
  std::map<std::string, int64_t> admitted_ ABSL_GUARDED_BY(mutex_);  // Versions, by id.
  bool stale_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_READY_POOL_H_
