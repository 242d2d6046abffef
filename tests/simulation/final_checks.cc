#include "tests/simulation/final_checks.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controller/catalog_check.h"

namespace eds::simulation {
namespace {

constexpr size_t kAll = 1'000;

using Names = std::set<std::string>;

struct Objects {
  Names databases;
  Names users;
  Names undecided;  // Users of a deleted database, on whom work waits; what may be swept.
};

std::vector<StoredDatabase> AllDatabases(System& system) {
  return system.controller.brain().catalog->ListDatabases("", kAll).value();
}

std::vector<StoredUser> UsersOf(System& system, const StoredDatabase& database) {
  return system.controller.brain().catalog->ListUsers(database.record.id(), "", kAll).value();
}

Objects Recorded(System& system, const std::string& node) {
  Objects objects;
  for (const StoredDatabase& database : AllDatabases(system)) {
    if (database.record.node() != node) continue;
    objects.databases.insert(database.record.server_name());
    objects.users.insert(database.record.owner_name());
    if (database.record.has_first_login()) {
      objects.users.insert(database.record.first_login().server_name());
    }
    for (const StoredUser& user : UsersOf(system, database)) {
      const bool decided = user.record.state() == v1::User::STATE_READY;
      (decided ? objects.users : objects.undecided).insert(user.record.server_name());
      for (const std::string& other :
           {user.record.previous_server_name(), user.record.next_server_name()}) {
        if (!other.empty()) objects.undecided.insert(other);
      }
    }
  }
  const std::vector<StoredReady> all_ready = system.controller.brain().catalog->ListReady().value();
  for (const StoredReady& ready : all_ready) {
    if (ready.record.node() != node) continue;
    objects.users.insert(ready.record.login().server_name());
    if (!ready.record.has_database()) continue;
    objects.databases.insert(ready.record.database().server_name());
    objects.users.insert(ready.record.database().owner_name());
  }
  return objects;
}

void Compare(System& system, const std::string& server, const Names& actual, const Names& expected,
             const Names& undecided = {}) {
  for (const std::string& name : actual) {
    if (expected.contains(name) || undecided.contains(name)) continue;
    system.environment.Violation(
        1, absl::StrCat(name, " is left on ", server, ", and no record names it"));
  }
  for (const std::string& name : expected) {
    if (actual.contains(name)) continue;
    system.environment.Violation(2, absl::StrCat(name, " is recorded, and not on ", server));
  }
}

void CheckServer(System& system, Node& node) {
  Objects expected = Recorded(system, node.id());
  for (const auto& [server, name] : system.planted) {
    if (server != &node.server()) continue;
    expected.databases.insert(name);
    if (!node.server().fake().HasDatabase(name)) {
      system.environment.Violation(6, absl::StrCat(name, ", which is not ours, is gone"));
    }
  }
  const FakeDatabaseServer& server = node.server().fake();
  for (const auto& [server, name] : system.leftovers) {
    if (server == &node.server()) expected.undecided.insert(name);
  }
  // What was adopted may have been purged; whatever else became of it, it is there.
  const std::string legacy = System::LegacyOn(node.server());
  if (!system.ledger.WasPurgeAsked(server, legacy) || server.HasDatabase(legacy)) {
    expected.databases.insert(legacy);
  }
  const Inventory actual = node.server().fake().Everything();
  const std::string& host = node.server().host();
  Compare(system, host, Names(actual.databases.begin(), actual.databases.end()), expected.databases,
          expected.undecided);
  Compare(system, host, Names(actual.users.begin(), actual.users.end()), expected.users,
          expected.undecided);
}

void CheckLogins(System& system, const StoredDatabase& database) {
  Brain& brain = system.controller.brain();
  FakeDatabaseServer& server = system.NodeCalled(database.record.node()).server().fake();
  for (const StoredUser& user : UsersOf(system, database)) {
    if (database.record.state() == v1::Database::STATE_DELETED) continue;
    const absl::StatusOr<Secret> password = brain.users.PasswordOf(user);
    const std::string& login = user.record.server_name();
    if (!password.ok() || !server.CanLogIn(login, *password, database.record.server_name())) {
      system.environment.Violation(
          2, absl::StrCat(login, " cannot log in with the password on record"));
    }
  }
}

// Each display name leads to its database, and back.
void CheckDisplayNames(System& system, const std::vector<StoredDatabase>& databases) {
  std::map<std::string, std::string> expected;
  size_t named = 0;
  for (const StoredDatabase& database : databases) {
    if (database.record.state() == v1::Database::STATE_DELETED) continue;
    ++named;
    expected[absl::StrCat("display-names/", database.record.display_name())] = database.record.id();
  }
  std::map<std::string, std::string> actual;
  const auto entries = system.durable->List("display-names/", "", kAll).value();
  for (const StoredEntry& entry : entries) {
    actual[entry.key] = entry.value;
  }
  if (actual == expected && expected.size() == named) return;
  system.environment.Violation(2, "the display names do not lead to their databases");
}

void CheckRequests(System& system, const std::vector<StoredDatabase>& databases) {
  Names seen;
  for (const StoredDatabase& database : databases) {
    const std::string& id = database.record.request_id();
    if (id.empty() || seen.insert(id).second) continue;
    system.environment.Violation(3, absl::StrCat(id, " has made two databases"));
  }
}

}  // namespace

void CheckFinally(System& system) {
  const std::vector<StoredDatabase> databases = AllDatabases(system);
  const std::vector<StoreFinding> findings = CheckCatalog(*system.durable, kAll).value();
  for (const StoreFinding& finding : findings) {
    system.environment.Violation(2, absl::StrCat(finding.key, ": ", finding.problem));
  }
  for (const std::unique_ptr<Node>& node : system.nodes) CheckServer(system, *node);
  for (const StoredDatabase& database : databases) CheckLogins(system, database);
  CheckDisplayNames(system, databases);
  CheckRequests(system, databases);
  system.ledger.CheckAll();
}

}  // namespace eds::simulation
