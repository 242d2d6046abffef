#ifndef EDS_TESTS_FAULT_NODE_SESSIONS_H_
#define EDS_TESTS_FAULT_NODE_SESSIONS_H_

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/fixtures/private_server.h"
#include "tests/fixtures/sql_session.h"

namespace eds {

// A node's sessions on its server, seen by an administrator who has one of his own.
class NodeSessions {
 public:
  // `user` is what the node logs in as.
  NodeSessions(const PrivateServer& server, const std::string& kind, const std::string& user)
      : is_mysql_(kind == "mysql"), user_(user), session_(server.Connect(server.admin()).value()) {}

  size_t Count() { return List().size(); }

  void End() {
    for (const Row& row : List()) {
      const std::string id = row.at(0).value_or("");
      const std::string sql = is_mysql_ ? absl::StrCat("KILL ", id)
                                        : absl::StrCat("SELECT pg_terminate_backend(", id, ")");
      session_->Run(sql).status().IgnoreError();  // It may have ended by itself.
    }
  }

 private:
  Rows List() {
    const auto rows = session_->Run(
        absl::StrCat(is_mysql_ ? "SELECT id FROM information_schema.processlist WHERE user = '"
                               : "SELECT pid FROM pg_stat_activity WHERE usename = '",
                     user_, "'"));
    EXPECT_THAT(rows, IsOk());
    return rows.value_or(Rows());
  }

  const bool is_mysql_;
  const std::string user_;
  const std::unique_ptr<SqlSession> session_;
};

}  // namespace eds

#endif  // EDS_TESTS_FAULT_NODE_SESSIONS_H_
