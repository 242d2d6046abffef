#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "eds/v1/database_service.grpc.pb.h"
#include "tools/cli/fake_controller.h"

namespace eds::cli {
namespace {

absl::Status DatabaseNotFound(const std::string& name) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound,
                   absl::StrCat("there is no ", name));
}

absl::Status UserNotFound(const std::string& name) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kUserNotFound,
                   absl::StrCat("there is no ", name));
}

std::string DatabaseOf(const std::string& user) { return user.substr(0, user.find("/users/")); }

class FakeDatabaseService final : public v1::DatabaseService::Service {
 public:
  FakeDatabaseService(absl::Mutex& mutex, FakeState& state) : mutex_(mutex), state_(state) {}

  grpc::Status CreateDatabase(grpc::ServerContext*, const v1::CreateDatabaseRequest* request,
                              v1::Database* response) override {
    return Serve("CreateDatabase", request->request_id(),
                 [&] { return Create(request->database(), *response); });
  }

  grpc::Status GetDatabase(grpc::ServerContext*, const v1::GetDatabaseRequest* request,
                           v1::Database* response) override {
    return Serve("GetDatabase", "", [&]() -> absl::Status {
      const auto found = state_.databases.find(request->name());
      if (found == state_.databases.end()) return DatabaseNotFound(request->name());
      *response = found->second;
      return absl::OkStatus();
    });
  }

  // Filters after it cut the page, so pages may be short or empty.
  grpc::Status ListDatabases(grpc::ServerContext*, const v1::ListDatabasesRequest* request,
                             v1::ListDatabasesResponse* response) override {
    return Serve("ListDatabases", "", [&] {
      auto next = state_.databases.upper_bound(request->page_token());
      for (int i = 0; next != state_.databases.end() && i < PageSize(request->page_size());
           ++i, ++next) {
        if (Matches(next->second, *request)) *response->add_databases() = next->second;
      }
      if (next != state_.databases.end()) response->set_next_page_token(std::prev(next)->first);
      return absl::OkStatus();
    });
  }

  grpc::Status UpdateDatabase(grpc::ServerContext*, const v1::UpdateDatabaseRequest* request,
                              v1::Database* response) override {
    return Serve("UpdateDatabase", "", [&]() -> absl::Status {
      const auto found = state_.databases.find(request->database().name());
      if (found == state_.databases.end()) return DatabaseNotFound(request->database().name());
      for (const std::string& path : request->update_mask().paths()) {
        if (path == "display_name") {
          found->second.set_display_name(request->database().display_name());
        } else {
          found->second.set_deletion_protection(request->database().deletion_protection());
        }
      }
      *response = found->second;
      return absl::OkStatus();
    });
  }

  grpc::Status DeleteDatabase(grpc::ServerContext*, const v1::DeleteDatabaseRequest* request,
                              google::protobuf::Empty*) override {
    return Serve("DeleteDatabase", request->request_id(), [&] { return Delete(*request); });
  }

  grpc::Status UndeleteDatabase(grpc::ServerContext*, const v1::UndeleteDatabaseRequest* request,
                                v1::Database* response) override {
    return Serve("UndeleteDatabase", request->request_id(), [&]() -> absl::Status {
      const auto found = state_.databases.find(request->name());
      if (found == state_.databases.end()) return DatabaseNotFound(request->name());
      found->second.set_state(v1::Database::STATE_READY);
      found->second.clear_purge_time();
      if (!request->display_name().empty()) {
        found->second.set_display_name(request->display_name());
      }
      *response = found->second;
      return absl::OkStatus();
    });
  }

  grpc::Status AdoptDatabase(grpc::ServerContext*, const v1::AdoptDatabaseRequest* request,
                             v1::Database* response) override {
    return Serve("AdoptDatabase", request->request_id(), [&]() -> absl::Status {
      if (request->expected_owner() != "clerk") {
        return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kOwnerMismatch,
                         absl::StrCat(request->server_name(), " belongs to clerk"));
      }
      RETURN_IF_ERROR(Create(request->database(), *response));
      response->set_server_name(request->server_name());
      return absl::OkStatus();
    });
  }

  grpc::Status CreateUser(grpc::ServerContext*, const v1::CreateUserRequest* request,
                          v1::CreateUserResponse* response) override {
    return Serve("CreateUser", request->request_id(), [&]() -> absl::Status {
      const auto database = state_.databases.find(request->parent());
      if (database == state_.databases.end()) return DatabaseNotFound(request->parent());
      const int64_t number = database->second.user_count() + 1;
      database->second.set_user_count(number);
      v1::User user;
      user.set_name(absl::StrCat(request->parent(), "/users/u", number));
      user.set_role(v1::User::ROLE_OWNER);
      user.set_state(v1::User::STATE_READY);
      user.set_server_name(absl::StrCat("login", number));
      user.set_password_generation(1);
      state_.users[user.name()] = user;
      *response->mutable_user() = user;
      *response->mutable_credentials() = CredentialsOf(user);
      return absl::OkStatus();
    });
  }

  grpc::Status GetUser(grpc::ServerContext*, const v1::GetUserRequest* request,
                       v1::User* response) override {
    return Serve("GetUser", "", [&]() -> absl::Status {
      const auto found = state_.users.find(request->name());
      if (found == state_.users.end()) return UserNotFound(request->name());
      *response = found->second;
      return absl::OkStatus();
    });
  }

  grpc::Status ListUsers(grpc::ServerContext*, const v1::ListUsersRequest* request,
                         v1::ListUsersResponse* response) override {
    return Serve("ListUsers", "", [&]() -> absl::Status {
      if (state_.databases.count(request->parent()) == 0) {
        return DatabaseNotFound(request->parent());
      }
      const std::string prefix = request->parent() + "/users/";
      auto next = state_.users.upper_bound(std::max(prefix, request->page_token()));
      const auto is_inside = [&] {
        return next != state_.users.end() && absl::StartsWith(next->first, prefix);
      };
      for (int i = 0; is_inside() && i < PageSize(request->page_size()); ++i, ++next) {
        *response->add_users() = next->second;
      }
      if (is_inside()) response->set_next_page_token(std::prev(next)->first);
      return absl::OkStatus();
    });
  }

  grpc::Status DeleteUser(grpc::ServerContext*, const v1::DeleteUserRequest* request,
                          google::protobuf::Empty*) override {
    return Serve("DeleteUser", request->request_id(), [&]() -> absl::Status {
      if (state_.users.erase(request->name()) == 0) return UserNotFound(request->name());
      v1::Database& database = state_.databases[DatabaseOf(request->name())];
      database.set_user_count(database.user_count() - 1);
      return absl::OkStatus();
    });
  }

  grpc::Status GetUserCredentials(grpc::ServerContext*,
                                  const v1::GetUserCredentialsRequest* request,
                                  v1::Credentials* response) override {
    return Serve("GetUserCredentials", "", [&]() -> absl::Status {
      const auto found = state_.users.find(request->name());
      if (found == state_.users.end()) return UserNotFound(request->name());
      *response = CredentialsOf(found->second);
      return absl::OkStatus();
    });
  }

  grpc::Status RotateUserPassword(grpc::ServerContext*,
                                  const v1::RotateUserPasswordRequest* request,
                                  v1::Credentials* response) override {
    return Serve("RotateUserPassword", request->request_id(), [&]() -> absl::Status {
      const auto found = state_.users.find(request->name());
      if (found == state_.users.end()) return UserNotFound(request->name());
      found->second.set_password_generation(found->second.password_generation() + 1);
      found->second.clear_previous_password_expire_time();
      if (request->overlap().seconds() > 0) {
        // Counted from 1970, for want of a clock.
        found->second.mutable_previous_password_expire_time()->set_seconds(
            request->overlap().seconds());
      }
      *response = CredentialsOf(found->second);
      return absl::OkStatus();
    });
  }

  grpc::Status EndPasswordOverlap(grpc::ServerContext*,
                                  const v1::EndPasswordOverlapRequest* request,
                                  v1::User* response) override {
    return Serve("EndPasswordOverlap", request->request_id(), [&]() -> absl::Status {
      const auto found = state_.users.find(request->name());
      if (found == state_.users.end()) return UserNotFound(request->name());
      found->second.clear_previous_password_expire_time();
      *response = found->second;
      return absl::OkStatus();
    });
  }

 private:
  template <typename Run>
  grpc::Status Serve(const std::string& method, const std::string& request_id, Run run) {
    absl::MutexLock lock(&mutex_);
    state_.request_ids[method].push_back(request_id);
    if (auto failure = TakeFailure(state_, method); !failure.ok()) return ToAnswer(failure);
    return ToAnswer(run());
  }

  int PageSize(int asked) const { return std::min(asked, state_.max_page_size); }

  static bool Matches(const v1::Database& database, const v1::ListDatabasesRequest& request) {
    const bool hidden = database.state() == v1::Database::STATE_DELETED && !request.show_deleted();
    return !hidden &&
           (request.display_name().empty() || request.display_name() == database.display_name()) &&
           (request.kind() == v1::KIND_UNSPECIFIED || request.kind() == database.kind()) &&
           (request.node().empty() || request.node() == database.node());
  }

  absl::Status Create(const v1::Database& wanted, v1::Database& response) {
    for (const auto& [name, database] : state_.databases) {
      if (database.state() != v1::Database::STATE_DELETED &&
          database.display_name() == wanted.display_name()) {
        return MakeError(absl::StatusCode::kAlreadyExists, Reason::kDisplayNameTaken,
                         absl::StrCat("a database is called ", wanted.display_name(), " already"));
      }
    }
    const bool is_mysql = wanted.kind() == v1::KIND_MYSQL || wanted.node() == "nodes/mysql_node";
    const absl::string_view kind = is_mysql ? "mysql" : "postgresql";
    const int64_t number = state_.next_number++;
    response = wanted;
    response.set_name(absl::StrCat("databases/d", number));
    if (response.display_name().empty()) {
      response.set_display_name(absl::StrCat(kind, "-", number));
    }
    response.set_kind(is_mysql ? v1::KIND_MYSQL : v1::KIND_POSTGRESQL);
    response.set_node(absl::StrCat("nodes/", kind, "_node"));
    response.set_state(v1::Database::STATE_READY);
    response.set_server_name(absl::StrCat("dserver", number));
    response.set_host("127.0.0.1");
    response.set_port(is_mysql ? 3306 : 5432);
    response.mutable_create_time()->set_seconds(1'800'000'000);
    state_.databases[response.name()] = response;
    return absl::OkStatus();
  }

  absl::Status Delete(const v1::DeleteDatabaseRequest& request) {
    const auto found = state_.databases.find(request.name());
    if (found == state_.databases.end()) return DatabaseNotFound(request.name());
    const std::string prefix = request.name() + "/users/";
    const auto user = state_.users.lower_bound(prefix);
    if (user != state_.users.end() && absl::StartsWith(user->first, prefix) && !request.force()) {
      return WithViolation(
          MakeError(absl::StatusCode::kFailedPrecondition, Reason::kDatabaseHasUsers,
                    "the database has users; delete them, or use force"),
          "USER", user->first, absl::StrCat(user->first, " exists"));
    }
    if (request.purge_now()) {
      state_.databases.erase(found);
    } else {
      found->second.set_state(v1::Database::STATE_DELETED);
      found->second.mutable_purge_time()->set_seconds(1'800'604'800);
    }
    return absl::OkStatus();
  }

  v1::Credentials CredentialsOf(const v1::User& user) const {
    const v1::Database& database = state_.databases.at(DatabaseOf(user.name()));
    v1::Credentials credentials;
    credentials.set_user(user.name());
    credentials.set_host(database.host());
    credentials.set_port(database.port());
    credentials.set_database(database.server_name());
    credentials.set_username(user.server_name());
    credentials.set_password(absl::StrCat("Hidden", user.password_generation()));
    const absl::string_view scheme = database.kind() == v1::KIND_MYSQL ? "mysql" : "postgresql";
    credentials.set_uri(absl::StrCat(scheme, "://", credentials.username(), ":",
                                     credentials.password(), "@", credentials.host(), ":",
                                     credentials.port(), "/", credentials.database()));
    credentials.set_password_generation(user.password_generation());
    return credentials;
  }

  absl::Mutex& mutex_;
  FakeState& state_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewFakeDatabaseService(absl::Mutex& mutex, FakeState& state) {
  return std::make_unique<FakeDatabaseService>(mutex, state);
}

}  // namespace eds::cli
