#ifndef EDS_TESTS_BENCHMARK_EDS_CONTENDERS_H_
#define EDS_TESTS_BENCHMARK_EDS_CONTENDERS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "tests/benchmark/contender.h"
#include "tests/benchmark/eds_client.h"
#include "tests/benchmark/eds_stack.h"

namespace eds::benchmark {

// A client for each caller, kept connected. What every contender of EDS begins with.
class EdsCallers {
 public:
  // `stack` must outlive it.
  explicit EdsCallers(const EdsStack& stack) : stack_(stack) {}

  void Reserve(int count);
  EdsClient& operator[](int caller) { return *clients_[caller]; }

 private:
  const EdsStack& stack_;
  std::vector<std::unique_ptr<EdsClient>> clients_;
};

// Whether the pool covers the round, or holds nothing.
enum class Pool { kWarm, kEmpty };

// CreateDatabase.
class EdsDatabaseCreator final : public Contender {
 public:
  // `stack` must outlive it. Databases are created on `node`.
  EdsDatabaseCreator(std::string name, EdsStack& stack, std::string node, Pool pool)
      : name_(std::move(name)),
        stack_(stack),
        node_(std::move(node)),
        pool_(pool),
        callers_(stack) {}
  EdsDatabaseCreator(std::string name, EdsStack& stack, Pool pool)
      : EdsDatabaseCreator(std::move(name), stack, stack.node(), pool) {}

  std::string name() const override { return name_; }
  absl::Status Prepare(const RoundPlan& plan) override;
  absl::Status Run(int caller, int operation) override;
  absl::Status Settle() override;

 private:
  const std::string name_;
  EdsStack& stack_;
  const std::string node_;
  const Pool pool_;
  EdsCallers callers_;
  std::vector<v1::Database> created_;
};

// CreateUser, in a database of its own each time, as its first user. The databases are
// created before, outside the time, from a warm pool.
class EdsFirstUserCreator final : public Contender {
 public:
  // `stack` must outlive it.
  EdsFirstUserCreator(std::string name, EdsStack& stack)
      : name_(std::move(name)), stack_(stack), callers_(stack) {}

  std::string name() const override { return name_; }
  absl::Status Prepare(const RoundPlan& plan) override;
  absl::Status Run(int caller, int operation) override;
  absl::Status Settle() override;

 private:
  const std::string name_;
  EdsStack& stack_;
  EdsCallers callers_;
  std::vector<v1::Database> databases_;
  std::vector<v1::Credentials> created_;
};

// CreateUser, all in one database that has others: its first user is not among them.
class EdsUserCreator final : public Contender {
 public:
  // `stack` must outlive it.
  EdsUserCreator(std::string name, EdsStack& stack, Pool pool)
      : name_(std::move(name)), stack_(stack), pool_(pool), callers_(stack) {}

  std::string name() const override { return name_; }
  absl::Status Prepare(const RoundPlan& plan) override;
  absl::Status Run(int caller, int operation) override;
  absl::Status Settle() override;

 private:
  const std::string name_;
  EdsStack& stack_;
  const Pool pool_;
  EdsCallers callers_;
  std::string database_;
  std::vector<v1::Credentials> created_;
};

// GetDatabase, of one of some databases.
class EdsGetter final : public Contender {
 public:
  // `stack` must outlive it.
  explicit EdsGetter(EdsStack& stack) : stack_(stack), callers_(stack) {}

  std::string name() const override { return "eds"; }
  absl::Status Prepare(const RoundPlan& plan) override;
  absl::Status Run(int caller, int operation) override;
  absl::Status Settle() override;

 private:
  EdsStack& stack_;
  EdsCallers callers_;
  std::vector<std::string> databases_;
};

// ListDatabases, the first page.
class EdsLister final : public Contender {
 public:
  // `stack` must outlive it.
  EdsLister(std::string name, EdsStack& stack) : name_(std::move(name)), callers_(stack) {}

  std::string name() const override { return name_; }
  absl::Status Prepare(const RoundPlan& plan) override;
  absl::Status Run(int caller, int operation) override;
  absl::Status Settle() override { return absl::OkStatus(); }

 private:
  const std::string name_;
  EdsCallers callers_;
};

// As an application uses them.
Login LoginOf(const v1::Credentials& credentials);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_EDS_CONTENDERS_H_
