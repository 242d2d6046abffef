#include "tests/benchmark/eds_contenders.h"

#include <algorithm>

#include "common/status_macros.h"
#include "tests/benchmark/callers.h"

namespace eds::benchmark {
namespace {

constexpr int kCleaners = 4;
constexpr int kLoginsTried = 3;
constexpr int kDatabasesRead = 8;

}  // namespace

void EdsCallers::Reserve(int count) {
  while (static_cast<int>(clients_.size()) < std::max(count, kCleaners)) {
    clients_.push_back(stack_.NewClient());
  }
}

absl::Status EdsDatabaseCreator::Prepare(const RoundPlan& plan) {
  callers_.Reserve(plan.callers);
  created_.assign(plan.operations, {});
  return stack_.SetPools(node_, {.databases = pool_ == Pool::kWarm ? plan.operations : 0});
}

absl::Status EdsDatabaseCreator::Run(int caller, int operation) {
  ASSIGN_OR_RETURN(created_[operation], callers_[caller].CreateDatabase(node_));
  return absl::OkStatus();
}

absl::Status EdsDatabaseCreator::Settle() {
  std::erase_if(created_, [](const v1::Database& database) { return database.name().empty(); });
  std::vector<std::string> names;
  for (const v1::Database& database : created_) names.push_back(database.server_name());
  absl::Status there;
  if (node_ == stack_.node()) there = stack_.server().CheckDatabases(names);
  const int count = static_cast<int>(created_.size());
  RETURN_IF_ERROR(TryEachOperation({kCleaners, count}, [this](int caller, int i) {
    return callers_[caller].PurgeDatabase(created_[i].name());
  }));
  return there;
}

absl::Status EdsFirstUserCreator::Prepare(const RoundPlan& plan) {
  callers_.Reserve(plan.callers);
  created_.assign(plan.operations, {});
  databases_.assign(plan.operations, {});
  RETURN_IF_ERROR(stack_.SetPools({.databases = plan.operations}));
  RETURN_IF_ERROR(
      TryEachOperation({kCleaners, plan.operations}, [this](int caller, int i) -> absl::Status {
        ASSIGN_OR_RETURN(databases_[i], callers_[caller].CreateDatabase(stack_.node()));
        return absl::OkStatus();
      }));
  // The keeper lets first logins in before it drops anything.
  return stack_.SetPools({});
}

absl::Status EdsFirstUserCreator::Run(int caller, int operation) {
  ASSIGN_OR_RETURN(created_[operation], callers_[caller].CreateUser(databases_[operation].name()));
  return absl::OkStatus();
}

absl::Status EdsFirstUserCreator::Settle() {
  absl::Status tried;
  const int count = static_cast<int>(created_.size());
  for (int i = 0; i < std::min(kLoginsTried, count); ++i) {
    if (!created_[i].user().empty()) {
      tried.Update(stack_.server().CheckLogin(LoginOf(created_[i])));
    }
  }
  RETURN_IF_ERROR(TryEachOperation({kCleaners, count}, [this](int caller, int i) {
    return callers_[caller].PurgeDatabase(databases_[i].name());
  }));
  return tried;
}

absl::Status EdsUserCreator::Prepare(const RoundPlan& plan) {
  callers_.Reserve(plan.callers);
  created_.assign(plan.operations, {});
  ASSIGN_OR_RETURN(const v1::Database database, callers_[0].CreateDatabase(stack_.node()));
  database_ = database.name();
  return stack_.SetPools({.users = pool_ == Pool::kWarm ? plan.operations : 0});
}

absl::Status EdsUserCreator::Run(int caller, int operation) {
  ASSIGN_OR_RETURN(created_[operation], callers_[caller].CreateUser(database_));
  return absl::OkStatus();
}

absl::Status EdsUserCreator::Settle() {
  std::erase_if(created_, [](const v1::Credentials& user) { return user.user().empty(); });
  const int count = static_cast<int>(created_.size());
  for (int i = 0; i < std::min(kLoginsTried, count); ++i) {
    RETURN_IF_ERROR(stack_.server().CheckLogin(LoginOf(created_[i])));
  }
  RETURN_IF_ERROR(TryEachOperation({kCleaners, count}, [this](int caller, int i) {
    return callers_[caller].DeleteUser(created_[i].user());
  }));
  return callers_[0].PurgeDatabase(database_);
}

absl::Status EdsGetter::Prepare(const RoundPlan& plan) {
  callers_.Reserve(plan.callers);
  while (databases_.size() < kDatabasesRead) {
    ASSIGN_OR_RETURN(const v1::Database database, callers_[0].CreateDatabase(stack_.node()));
    databases_.push_back(database.name());
  }
  return absl::OkStatus();
}

absl::Status EdsGetter::Run(int caller, int operation) {
  return callers_[caller].GetDatabase(databases_[operation % kDatabasesRead]);
}

absl::Status EdsGetter::Settle() {
  for (const std::string& database : databases_) {
    RETURN_IF_ERROR(callers_[0].PurgeDatabase(database));
  }
  databases_.clear();
  return absl::OkStatus();
}

absl::Status EdsLister::Prepare(const RoundPlan& plan) {
  callers_.Reserve(plan.callers);
  return absl::OkStatus();
}

absl::Status EdsLister::Run(int caller, int operation) {
  static_cast<void>(operation);
  return callers_[caller].ListDatabases();
}

Login LoginOf(const v1::Credentials& credentials) {
  return {.host = credentials.host(),
          .port = credentials.port(),
          .user = credentials.username(),
          .password = Secret(credentials.password()),
          .database = credentials.database()};
}

}  // namespace eds::benchmark
