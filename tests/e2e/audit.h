#ifndef EDS_TESTS_E2E_AUDIT_H_
#define EDS_TESTS_E2E_AUDIT_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eds/v1/database.pb.h"
#include "eds/v1/user.pb.h"
#include "tests/e2e/api_client.h"
#include "tests/fixtures/private_server.h"

namespace eds {

// Holds what is on a server against what the API says: nothing may be missing, nothing
// be there that is in no record, and no login work that should not. The server must be
// the only one of its kind. Not thread-safe.
class Audit {
 public:
  // What is on the server now is not ours. `kind` is "mysql" or "postgresql". The first
  // two must outlive the audit.
  Audit(ApiClient& api, const PrivateServer& server, std::string kind);

  // Credentials that were answered: that they work, or not, is audited.
  void Remember(const v1::Credentials& credentials);

  // Waits until nothing is unfinished.
  bool AwaitRest();

  // What is on the server and made ahead, which the API counts and does not name.
  struct Ahead {
    int databases = 0;
    int logins = 0;  // Those of the databases as well.
    // Of them: first logins of databases that are given out, which may be let in already.
    int given_out = 0;
  };

  // Adds a failure to the test for everything that is not as it should be. Nobody can log
  // in with what is made ahead.
  void Check(const Ahead& ahead = {0, 0, 0});

  // The databases on the server that the API does not name.
  std::set<std::string> DatabasesAhead();

  // The same, if `text` holds a password that was ever remembered.
  void CheckSecrecy(absl::string_view where, const std::string& text) const;

 private:
  struct Names {
    std::set<std::string> databases;
    std::set<std::string> users;  // And roles.
  };

  absl::StatusOr<Names> OnServer() const;
  // In the records; of the server's kind.
  absl::StatusOr<std::vector<v1::Database>> Databases();
  // Adds the users of a database, and their credentials to `valid_`.
  void AllowPrevious(const v1::Credentials& credentials);
  absl::Status AddUsers(const v1::Database& database, Names& names);
  absl::StatusOr<Names> InRecords();
  void CheckLogins();
  void CheckAhead(const Names& names, const Ahead& ahead);
  bool IsLocked(const std::string& login) const;

  ApiClient& api_;
  const PrivateServer& server_;
  const std::string kind_;
  Names foreign_;
  std::map<std::string, v1::Credentials> remembered_;  // By password.
  std::set<std::string> passwords_;                    // Of those that are no more, too.
  std::set<std::string> valid_;                        // Passwords that must work.
};

}  // namespace eds

#endif  // EDS_TESTS_E2E_AUDIT_H_
