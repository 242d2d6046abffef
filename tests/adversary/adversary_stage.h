#ifndef EDS_TESTS_ADVERSARY_ADVERSARY_STAGE_H_
#define EDS_TESTS_ADVERSARY_ADVERSARY_STAGE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/identifier.h"
#include "common/secret.h"
#include "gtest/gtest.h"
#include "node/database_server.h"
#include "tests/fixtures/engines.h"
#include "tests/fixtures/shared_servers.h"
#include "tests/fixtures/sql_session.h"

namespace eds {

inline constexpr Role kAllRoles[] = {Role::kOwner, Role::kReadWrite, Role::kReadOnly};
std::string NameOf(Role role);

// A database with a table `shared` of one row, and a user of each role.
struct Tenant {
  DatabaseSpec database;
  std::map<Role, UserSpec> users;
  Secret password;  // Of all of them.
};

// A server that a minimal administrator runs for two tenants: mallory, who attacks, and the
// victim, who has a session open. All tests of a binary share them: what succeeds against
// them, or changes them, makes its own.
class AdversaryStage : public testing::Test {
 protected:
  void SetUp() override;
  static void TearDownTestSuite() { shared_.reset(); }

  virtual const Engine& engine() const = 0;
  SharedServer& server() const { return SharedServerOf(engine()); }
  int server_version();  // As in 150004, 101114.

  static absl::Time Soon() { return absl::Now() + absl::Seconds(60); }
  static DatabaseServer& admin() { return *shared_->admin; }
  static const std::string& installation() { return shared_->installation; }
  // As a further connection of the agent, or as the first of another installation's.
  absl::StatusOr<std::unique_ptr<DatabaseServer>> Open(const std::string& installation);

  static const Tenant& mallory() { return *shared_->mallory; }
  static const Tenant& victim() { return *shared_->victim; }
  Tenant NewTenant();
  UserSpec CreateUser(const DatabaseSpec& database, Role role, const Secret& password);
  Identifier NewName(char prefix);
  Secret NewPassword();

  absl::StatusOr<std::unique_ptr<SqlSession>> TryLogIn(const UserSpec& user, const Secret& password,
                                                       const std::string& database);
  // In the tenant's own database; null, and the test fails, if that is refused.
  std::unique_ptr<SqlSession> LogIn(const Tenant& tenant, Role role = Role::kOwner);
  std::unique_ptr<SqlSession> LogIn(const UserSpec& user, const Secret& password);

  // A single value that the server's first administrator, who sees everything, reads.
  std::string Ask(const std::string& sql, const std::string& database = "");
  void Do(const std::string& sql, const std::string& database = "");

  // `sql` with $me, $db and $owner standing for `user`, its database and that one's owner
  // role; $victim_user, $victim_db, $victim_owner, $victim_session for the victim's;
  // $admin, $admin_session for the minimal administrator's; $root for the first one.
  std::string Fill(const std::string& sql, const UserSpec& user);

 private:
  struct Shared {
    std::string installation;
    std::unique_ptr<DatabaseServer> admin;
    absl::optional<Tenant> mallory;
    absl::optional<Tenant> victim;
    std::unique_ptr<SqlSession> victims_session;
    std::string victims_session_id;
    std::string admins_session_id;
  };

  void SetStage();
  std::string FindSession(const std::string& user);

  static inline std::unique_ptr<Shared> shared_;
};

// For tests that are the same on several engines.
class Adversary : public AdversaryStage, public testing::WithParamInterface<Engine> {
 protected:
  const Engine& engine() const override { return GetParam(); }
};

// One statement that no tenant must get through.
struct Attempt {
  std::string name;     // What it would do: "ReadsThePasswordsOfOthers".
  std::string sql;      // See AdversaryStage::Fill.
  std::string refusal;  // A regular expression that the server's code matches.
  std::vector<Role> by = {Role::kOwner, Role::kReadWrite, Role::kReadOnly};
};

struct AttemptOnEngine {
  Engine engine;
  Attempt attempt;
};
void PrintTo(const AttemptOnEngine& attempt, std::ostream* out);
std::vector<AttemptOnEngine> AttemptsOn(const Engine& engine, const std::vector<Attempt>& attempts);
std::string AttemptName(const testing::TestParamInfo<AttemptOnEngine>& info);

class RefusedAttempt : public AdversaryStage, public testing::WithParamInterface<AttemptOnEngine> {
 protected:
  const Engine& engine() const override { return GetParam().engine; }
};

}  // namespace eds

#endif  // EDS_TESTS_ADVERSARY_ADVERSARY_STAGE_H_
