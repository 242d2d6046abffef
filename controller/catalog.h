#ifndef EDS_CONTROLLER_CATALOG_H_
#define EDS_CONTROLLER_CATALOG_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "common/clock.h"
#include "common/resource_name.h"
#include "controller/request_key.h"
#include "controller/state/state_store.h"
#include "controller/stored_record.h"
#include "eds/state/v1/records.pb.h"

namespace eds {

// A deleted database whose time to be purged has come, and the key that says so.
struct ExpiredDatabase {
  std::string key;
  std::string id;
};

// A user whose previous password is to end by now, and the key that says so.
struct EndedOverlap {
  std::string key;
  UserName user;
};

// What was dropped for good, and the key it is kept under.
struct StoredPurge {
  std::string key;
  v1::Purge purge;
};

// The records of databases, users, nodes and requests: gives the keys of the store
// their meaning, and keeps what belongs together (a record, its display name, its
// mark as unfinished, the request that made it) in one commit. Thread-safe.
//
// Methods that write a Stored record return kAborted (kOperationInProgress) if it has
// changed since it was read, and otherwise the errors of StateStore.
class Catalog {
 public:
  // `store` and `clock` must outlive the catalog.
  static absl::StatusOr<std::unique_ptr<Catalog>> Open(StateStore& store, Clock& clock);

  // kNotFound (kDatabaseNotFound, kUserNotFound, kNodeNotFound). A creation that is
  // being undone is not found: it never was.
  absl::StatusOr<StoredDatabase> GetDatabase(absl::string_view id);
  absl::StatusOr<StoredUser> GetUser(absl::string_view database, absl::string_view id);
  absl::StatusOr<StoredNode> GetNode(absl::string_view id);

  // The same, for whoever finishes the undoing.
  absl::StatusOr<StoredDatabase> GetEvenUndone(absl::string_view database);
  absl::StatusOr<StoredUser> GetEvenUndone(const UserName& user);

  // An empty record, at version 0, if the node was never configured.
  absl::StatusOr<StoredConfig> GetConfig(absl::string_view node);

  // kNotFound (kDatabaseNotFound).
  absl::StatusOr<std::string> FindDatabase(absl::string_view display_name);

  // Up to `limit`, ordered by id, after the id `after`; those being undone as well.
  absl::StatusOr<std::vector<StoredDatabase>> ListDatabases(absl::string_view after, size_t limit);
  absl::StatusOr<std::vector<StoredUser>> ListUsers(absl::string_view database,
                                                    absl::string_view after, size_t limit);
  absl::StatusOr<std::vector<StoredNode>> ListNodes();
  absl::StatusOr<std::vector<StoredConfig>> ListConfigs();

  absl::StatusOr<int64_t> CountUsers(absl::string_view database);
  // Databases recorded on a node, in any state; from memory.
  int64_t CountDatabases(absl::string_view node) const;
  // Whether anything at all is recorded on a node: what is made ahead, too; from memory.
  bool HasObjects(absl::string_view node) const;

  // The names of up to `limit` resources whose state is not final, after `after`.
  absl::StatusOr<std::vector<std::string>> ListUnfinished(absl::string_view after, size_t limit);

  // What is known of a request; nullopt if nothing is. kAlreadyExists
  // (kRequestIdReused) if its id was used with another method or parameters.
  absl::StatusOr<absl::optional<state::v1::RequestRecord>> FindRequest(const RequestKey& request);

  // Up to `limit` DELETED databases whose time to be purged has come, after the key `after`.
  absl::StatusOr<std::vector<ExpiredDatabase>> ListExpired(absl::Time now, absl::string_view after,
                                                           size_t limit);

  // Up to `limit` users whose overlap has ended, after the key `after`.
  absl::StatusOr<std::vector<EndedOverlap>> ListEndedOverlaps(absl::Time now,
                                                              absl::string_view after,
                                                              size_t limit);

  // The id of the database that was adopted on a node under this name on its server.
  // kNotFound (kDatabaseNotFound).
  absl::StatusOr<std::string> FindAdopted(const std::string& node, const std::string& server_name);

  // The intent to create. kAlreadyExists (kDisplayNameTaken, kDatabaseAdopted).
  absl::StatusOr<StoredDatabase> InsertDatabase(const state::v1::DatabaseRecord& record,
                                                const RequestKey& request);
  absl::StatusOr<StoredUser> InsertUser(const state::v1::UserRecord& record,
                                        const RequestKey& request);

  // The same with what was made ahead, which the record takes the place of; the last takes
  // the first login of its database. kAborted (kOperationInProgress) if it is there no more.
  absl::StatusOr<StoredDatabase> InsertDatabase(const state::v1::DatabaseRecord& record,
                                                const RequestKey& request,
                                                const StoredReady& ready);
  absl::StatusOr<StoredUser> InsertUser(const state::v1::UserRecord& record,
                                        const RequestKey& request, const StoredReady& ready);
  absl::StatusOr<StoredUser> InsertUser(const state::v1::UserRecord& record,
                                        const RequestKey& request, const StoredDatabase& database);

  // What is made ahead, in any state.
  absl::StatusOr<std::vector<StoredReady>> ListReady();
  // kNotFound if there is none.
  absl::StatusOr<StoredReady> GetReady(const ReadyName& name);
  absl::StatusOr<StoredReady> PutReady(const StoredReady& before,
                                       const state::v1::ReadyRecord& after);
  absl::Status RemoveReady(const StoredReady& ready);

  // Puts `after` in the place of `before`; remembers `request`, if it has an id, with it.
  // kAlreadyExists (kDisplayNameTaken) if `after` takes a display name.
  absl::StatusOr<StoredDatabase> UpdateDatabase(const StoredDatabase& before,
                                                const state::v1::DatabaseRecord& after,
                                                const RequestKey& request = {});
  absl::StatusOr<StoredUser> UpdateUser(const StoredUser& before,
                                        const state::v1::UserRecord& after,
                                        const RequestKey& request = {});

  // Turns an unfinished creation into its undoing. To callers it never was: its
  // display name is free, and its request forgotten.
  absl::StatusOr<StoredDatabase> UndoDatabase(const StoredDatabase& database);
  absl::StatusOr<StoredUser> UndoUser(const StoredUser& user);

  // Takes back a rotation of which nothing was done: to callers it never was.
  absl::StatusOr<StoredUser> AbandonRotation(const StoredUser& user);

  // Forgets the record; remembers `purge`, if there is one, with it.
  absl::Status RemoveDatabase(const StoredDatabase& database, const v1::Purge* purge = nullptr);
  absl::Status RemoveUser(const StoredUser& user);

  // What was dropped for good: up to `limit`, the latest first, after the key `after`.
  absl::Status RecordPurge(const v1::Purge& purge);
  absl::StatusOr<std::vector<StoredPurge>> ListPurges(absl::string_view after, size_t limit);
  absl::Status ForgetPurges(absl::Time before);

  absl::StatusOr<StoredNode> PutNode(const StoredNode& node);
  absl::StatusOr<StoredConfig> PutConfig(const StoredConfig& config,
                                         const RequestKey& request = {});

  // Takes back a rotation of the administrator's password of which nothing was done: to
  // callers it never was. `config` is what is left.
  absl::StatusOr<StoredConfig> AbandonRotation(const StoredConfig& config);

  // Forgets requests made before `before` whose resource is gone.
  absl::Status ForgetRequests(absl::Time before);

 private:
  Catalog(StateStore& store, Clock& clock) : store_(store), clock_(clock) {}

  absl::Status CountAll();
  void AddToCount(const std::string& node, int64_t change);
  void CountReady(const StoredReady& ready, const absl::Status& written, int64_t change);
  absl::StatusOr<StoredDatabase> Insert(const state::v1::DatabaseRecord& record,
                                        const RequestKey& request, Transaction transaction);
  absl::StatusOr<StoredUser> Insert(const state::v1::UserRecord& record, const RequestKey& request,
                                    Transaction transaction);
  absl::StatusOr<StoredDatabase> Write(const StoredDatabase& before,
                                       const state::v1::DatabaseRecord& after,
                                       Transaction transaction);
  absl::StatusOr<StoredConfig> Write(const StoredConfig& config, Transaction transaction);
  void Remember(Transaction& transaction, const RequestKey& request,
                absl::string_view resource) const;
  state::v1::RequestRecord NewRequest(const RequestKey& request, absl::string_view resource) const;
  absl::StatusOr<bool> Exists(const state::v1::RequestRecord& request);

  StateStore& store_;
  Clock& clock_;
  mutable absl::Mutex mutex_;
  std::map<std::string, int64_t, std::less<>> database_counts_ ABSL_GUARDED_BY(mutex_);  // By node.
  std::map<std::string, int64_t, std::less<>> ready_counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_CONTROLLER_CATALOG_H_
