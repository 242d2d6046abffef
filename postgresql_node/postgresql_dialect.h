#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_DIALECT_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_DIALECT_H_

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace eds {

// What the SQL of a release of PostgreSQL has and lacks, from 9.1 on.
class Dialect {
 public:
  static constexpr int kOldest = 90100;
  static constexpr int kNewest = 180000;  // Of those known.

  // `version` is as PQserverVersion counts: 90603 is 9.6.3, 150004 is 15.4. `user` is the
  // role that we are logged in as.
  explicit Dialect(int version = kNewest, std::string user = "")
      : version_(version), user_(std::move(user)) {}

  // What GRANT calls the role that we are logged in as.
  std::string Ourselves() const {
    if (version_ >= 90500) return "CURRENT_USER";
    return absl::StrCat("\"", absl::StrReplaceAll(user_, {{"\"", "\"\""}}), "\"");
  }
  // Of the column of pg_stat_activity that holds a session's process.
  std::string Pid() const { return version_ >= 90200 ? "pid" : "procpid"; }

  // With what a session in a tenant's database must begin: until it could set them itself,
  // they might have ended it.
  std::string TenantSettings() const {
    return absl::StrCat("-c statement_timeout=0",
                        version_ >= 90600 ? " -c idle_in_transaction_session_timeout=0" : "",
                        version_ >= 140000 ? " -c idle_session_timeout=0" : "",
                        version_ >= 170000 ? " -c transaction_timeout=0" : "");
  }

  bool has_lock_timeout() const { return version_ >= 90300; }
  bool has_allow_connections() const { return version_ >= 90500; }
  bool has_bypass_rls() const { return version_ >= 90500; }
  // Without the role, superusers alone can end sessions.
  bool has_signal_role() const { return version_ >= 90600; }
  bool has_control_functions() const { return version_ >= 90600; }
  bool has_scram() const { return version_ >= 100000; }
  // Whether ALTER DEFAULT PRIVILEGES knows schemas.
  bool has_schema_defaults() const { return version_ >= 100000; }
  bool has_trusted_extensions() const { return version_ >= 130000; }
  bool has_locale_provider() const { return version_ >= 150000; }
  // Whether who may make roles may change and drop those of its own making alone.
  bool has_makers_of_roles() const { return version_ >= 160000; }
  // Whether PUBLIC may create in the schema public of a new database, which belongs to a
  // superuser.
  bool opens_public_schema() const { return version_ < 150000; }

 private:
  int version_;
  std::string user_;
};

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_DIALECT_H_
