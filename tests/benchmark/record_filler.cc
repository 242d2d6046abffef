#include "tests/benchmark/record_filler.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/random.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "common/timestamp.h"
#include "controller/catalog_changes.h"
#include "controller/catalog_keys.h"
#include "controller/state/sqlite_store.h"
#include "eds/state/v1/records.pb.h"

namespace eds::benchmark {
namespace {

using state::v1::DatabaseRecord;
using state::v1::RequestRecord;
using state::v1::UserRecord;

constexpr char kNode[] = "far-away";
constexpr char kInstallation[] = "benchmrk";
constexpr int64_t kPerCommit = 1000;
// As ids and sealed passwords of EDS.
constexpr size_t kIdLength = 16;
constexpr size_t kSealedLength = 72;
constexpr size_t kFingerprintLength = 32;
constexpr size_t kRequestIdLength = 26;

std::string RandomBytes(size_t length) {
  SystemRandom random;
  std::string bytes(length, '\0');
  random.Fill({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
  return bytes;
}

std::string RandomText(size_t length) {
  SystemRandom random;
  return RandomBase32(random, length);
}

std::string ServerName(char letter) {
  return absl::StrCat(std::string(1, letter), kInstallation, RandomText(kIdLength));
}

DatabaseRecord NewDatabase(int64_t number) {
  DatabaseRecord record;
  record.set_id(RandomText(kIdLength));
  record.set_display_name(absl::StrCat("mysql-", 10'000 + number));
  record.set_kind(v1::KIND_MYSQL);
  record.set_node(kNode);
  record.set_state(v1::Database::STATE_READY);
  record.set_server_name(ServerName('d'));
  record.set_owner_name(ServerName('o'));
  record.set_request_id(RandomText(kRequestIdLength));
  *record.mutable_create_time() = ToTimestamp(absl::Now());
  *record.mutable_update_time() = record.create_time();
  return record;
}

UserRecord NewUser(const DatabaseRecord& database) {
  UserRecord record;
  record.set_id(RandomText(kIdLength));
  record.set_database(database.id());
  record.set_role(v1::User::ROLE_OWNER);
  record.set_state(v1::User::STATE_READY);
  record.set_server_name(ServerName('u'));
  record.set_sealed_password(RandomBytes(kSealedLength));
  record.set_password_generation(1);
  record.set_request_id(RandomText(kRequestIdLength));
  *record.mutable_create_time() = database.create_time();
  *record.mutable_update_time() = database.create_time();
  return record;
}

Write NewRequest(const std::string& id, const char* method, const std::string& resource) {
  RequestRecord record;
  record.set_id(id);
  record.set_method(method);
  record.set_fingerprint(RandomBytes(kFingerprintLength));
  record.set_resource(resource);
  *record.mutable_create_time() = ToTimestamp(absl::Now());
  return {catalog_keys::Key(catalog_keys::kRequests, id), record.SerializeAsString()};
}

void Add(Transaction added, Transaction& transaction) {
  std::move(added.writes.begin(), added.writes.end(), std::back_inserter(transaction.writes));
}

void AddDatabase(int64_t number, Transaction& transaction) {
  const DatabaseRecord database = NewDatabase(number);
  const UserRecord user = NewUser(database);
  Add(Replace(StoredDatabase(), database), transaction);
  Add(Replace(StoredUser(), user), transaction);
  transaction.writes.push_back(
      NewRequest(database.request_id(), "CreateDatabase", FormatDatabaseName(database.id())));
  transaction.writes.push_back(
      NewRequest(user.request_id(), "CreateUser", FormatUserName(user.database(), user.id())));
}

Write NewNode() {
  state::v1::NodeRecord record;
  record.set_id(kNode);
  record.set_kind(v1::KIND_MYSQL);
  record.set_server_identity("far away");
  return {catalog_keys::Key(catalog_keys::kNodes, kNode), record.SerializeAsString()};
}

}  // namespace

absl::Status FillRecords(const std::string& path, int64_t databases) {
  ASSIGN_OR_RETURN(const auto store, OpenSqliteStore(path));
  RETURN_IF_ERROR(store->Commit({.writes = {NewNode()}}).status());
  for (int64_t begin = 0; begin < databases; begin += kPerCommit) {
    Transaction transaction;
    for (int64_t i = begin; i < std::min(begin + kPerCommit, databases); ++i) {
      AddDatabase(i, transaction);
    }
    RETURN_IF_ERROR(store->Commit(transaction).status());
  }
  return absl::OkStatus();
}

}  // namespace eds::benchmark
