#include "tests/benchmark/sql_contenders.h"

#include <algorithm>

#include "common/status_macros.h"
#include "tests/benchmark/callers.h"

namespace eds::benchmark {
namespace {

constexpr int kCleaners = 4;
constexpr int kLoginsTried = 3;

std::vector<std::string> NewNames(char letter, int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(NewName(letter));
  return names;
}

}  // namespace

absl::Status SqlConnections::Reserve(int count) {
  while (size() < std::max(count, kCleaners)) {
    ASSIGN_OR_RETURN(auto session, server_.OpenAsAdmin());
    sessions_.push_back(std::move(session));
  }
  return absl::OkStatus();
}

absl::Status SqlDatabaseCreator::Prepare(const RoundPlan& plan) {
  databases_ = NewNames('d', plan.operations);
  roles_ = NewNames('u', plan.operations);
  return connections_.Reserve(plan.callers);
}

absl::Status SqlDatabaseCreator::Run(int caller, int operation) {
  return RunAll(connections_[caller],
                server_.sql().CreateDatabase(databases_[operation], roles_[operation]));
}

absl::Status SqlDatabaseCreator::Settle() {
  const absl::Status there = server_.CheckDatabases(databases_);
  const int count = static_cast<int>(databases_.size());
  RETURN_IF_ERROR(TryEachOperation({kCleaners, count}, [this](int caller, int i) {
    return RunAll(connections_[caller], server_.sql().DropDatabase(databases_[i], roles_[i]));
  }));
  return there;
}

absl::Status SqlUserCreator::Prepare(const RoundPlan& plan) {
  RETURN_IF_ERROR(connections_.Reserve(plan.callers));
  database_ = NewName('d');
  role_ = NewName('u');
  RETURN_IF_ERROR(RunAll(connections_[0], server_.sql().CreateDatabase(database_, role_)));
  RETURN_IF_ERROR(RunAll(connections_[0], server_.sql().LetIn(database_, role_)));
  users_ = NewNames('u', plan.operations);
  return absl::OkStatus();
}

absl::Status SqlUserCreator::Run(int caller, int operation) {
  return RunAll(connections_[caller],
                server_.sql().CreateUser(users_[operation], database_, role_));
}

absl::Status SqlUserCreator::Settle() {
  const int count = static_cast<int>(users_.size());
  for (int i = 0; i < std::min(kLoginsTried, count); ++i) {
    Login login = server_.admin();
    login.user = users_[i];
    login.password = server_.user_password();
    login.database = database_;
    RETURN_IF_ERROR(server_.CheckLogin(login));
  }
  RETURN_IF_ERROR(TryEachOperation({kCleaners, count}, [this](int caller, int i) {
    return RunAll(connections_[caller], server_.sql().DropUser(users_[i]));
  }));
  return RunAll(connections_[0], server_.sql().DropDatabase(database_, role_));
}

}  // namespace eds::benchmark
