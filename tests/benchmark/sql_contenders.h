#ifndef EDS_TESTS_BENCHMARK_SQL_CONTENDERS_H_
#define EDS_TESTS_BENCHMARK_SQL_CONTENDERS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/benchmark/contender.h"
#include "tests/benchmark/server.h"
#include "tests/fixtures/sql_session.h"

namespace eds::benchmark {

// One connection of the administrator for each caller, kept open.
class SqlConnections {
 public:
  explicit SqlConnections(const Server& server) : server_(server) {}

  absl::Status Reserve(int count);
  SqlSession& operator[](int caller) { return *sessions_[caller]; }
  int size() const { return static_cast<int>(sessions_.size()); }

 private:
  const Server& server_;
  std::vector<std::unique_ptr<SqlSession>> sessions_;
};

// Creates databases as RawSql does.
class SqlDatabaseCreator final : public Contender {
 public:
  // `server` must outlive it.
  explicit SqlDatabaseCreator(const Server& server) : server_(server), connections_(server) {}

  std::string name() const override { return "sql"; }
  absl::Status Prepare(const RoundPlan& plan) override;
  absl::Status Run(int caller, int operation) override;
  absl::Status Settle() override;

 private:
  const Server& server_;
  SqlConnections connections_;
  std::vector<std::string> databases_;
  std::vector<std::string> roles_;
};

// Creates users of one database as RawSql does.
class SqlUserCreator final : public Contender {
 public:
  // `server` must outlive it.
  explicit SqlUserCreator(const Server& server) : server_(server), connections_(server) {}

  std::string name() const override { return "sql"; }
  absl::Status Prepare(const RoundPlan& plan) override;
  absl::Status Run(int caller, int operation) override;
  absl::Status Settle() override;

 private:
  const Server& server_;
  SqlConnections connections_;
  std::string database_;
  std::string role_;
  std::vector<std::string> users_;
};

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_SQL_CONTENDERS_H_
