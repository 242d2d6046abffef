#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/e2e/crash_operation.h"

namespace eds {

absl::StatusOr<Subject> MakeDatabase(CrashStage& stage) {
  ASSIGN_OR_RETURN(const v1::Database database, stage.api().CreateDatabase(stage.kind()));
  return Subject{.database = database.name()};
}

Answer ToAnswer(const absl::Status& status) {
  if (!status.ok()) return status;
  return "OK";
}

Answer ToAnswer(const absl::StatusOr<v1::Credentials>& credentials) {
  RETURN_IF_ERROR(credentials.status());
  return absl::StrCat(credentials->user(), " ", credentials->password());
}

std::vector<v1::Database> Databases(CrashStage& stage) {
  absl::StatusOr<std::vector<v1::Database>> databases = stage.api().ListDatabases();
  EXPECT_THAT(databases, IsOk());
  return databases.ok() ? *std::move(databases) : std::vector<v1::Database>();
}

bool IsTheDatabase(CrashStage& stage, const std::string& name, v1::Database::State state) {
  const std::vector<v1::Database> databases = Databases(stage);
  return databases.size() == 1 && databases[0].name() == name && databases[0].state() == state;
}

bool IsTheUser(CrashStage& stage, const Subject& subject, const std::string& answer,
               int64_t generation) {
  const auto users = stage.api().ListUsers(subject.database);
  if (!users.ok() || users->size() != 1) return false;
  return users->front().password_generation() == generation &&
         ToAnswer(stage.api().GetUserCredentials(users->front().name())).value_or("") == answer;
}

namespace {

constexpr absl::Duration kOverlap = absl::Hours(1);

bool IsDead(const std::unique_ptr<SqlSession>& session) { return !session->Run("SELECT 1").ok(); }

absl::StatusOr<Subject> Nothing(CrashStage&) { return Subject{}; }

absl::StatusOr<Subject> AUser(CrashStage& stage) {
  ASSIGN_OR_RETURN(Subject subject, MakeDatabase(stage));
  ASSIGN_OR_RETURN(const v1::Credentials credentials, stage.api().CreateUser(subject.database));
  stage.audit().Remember(credentials);
  subject.user = credentials.user();
  ASSIGN_OR_RETURN(subject.session, stage.Connect(credentials));
  return subject;
}

absl::StatusOr<Subject> AUserWithTwoPasswords(CrashStage& stage) {
  ASSIGN_OR_RETURN(const Subject subject, AUser(stage));
  RETURN_IF_ERROR(stage.api().RotateUserPassword(subject.user, "", kOverlap).status());
  return Subject{.database = subject.database, .user = subject.user};
}

absl::StatusOr<Subject> ADeletedDatabase(CrashStage& stage) {
  ASSIGN_OR_RETURN(Subject subject, AUser(stage));
  RETURN_IF_ERROR(stage.api().DeleteDatabase(subject.database, /*purge_now=*/false));
  return subject;
}

const Operation kCreateDatabase{
    "CreateDatabase", &Nothing,
    [](CrashStage& stage, const Subject&, const std::string& request_id) -> Answer {
      ASSIGN_OR_RETURN(const v1::Database database,
                       stage.api().CreateDatabase(stage.kind(), request_id));
      return database.name();
    },
    [](CrashStage& stage, const Subject&, const std::string& answer) {
      return IsTheDatabase(stage, answer, v1::Database::STATE_READY);
    }};

const Operation kCreateUser{
    "CreateUser", &MakeDatabase,
    [](CrashStage& stage, const Subject& subject, const std::string& request_id) {
      return ToAnswer(stage.api().CreateUser(subject.database, request_id));
    },
    [](CrashStage& stage, const Subject& subject, const std::string& answer) {
      return IsTheUser(stage, subject, answer, 1);
    }};

const Operation kRotatePassword{
    "RotatePassword", &AUser,
    [](CrashStage& stage, const Subject& subject, const std::string& request_id) {
      return ToAnswer(stage.api().RotateUserPassword(subject.user, request_id));
    },
    [](CrashStage& stage, const Subject& subject, const std::string& answer) {
      return IsTheUser(stage, subject, answer, 2);
    }};

// On PostgreSQL its group of the database is made with it.
const Operation kCreateReader{
    "CreateReader", &MakeDatabase,
    [](CrashStage& stage, const Subject& subject, const std::string& request_id) {
      return ToAnswer(
          stage.api().CreateUser(subject.database, request_id, v1::User::ROLE_READ_ONLY));
    },
    [](CrashStage& stage, const Subject& subject, const std::string& answer) {
      return IsTheUser(stage, subject, answer, 1);
    }};

const Operation kRotateWithOverlap{
    "RotateWithOverlap", &AUser,
    [](CrashStage& stage, const Subject& subject, const std::string& request_id) {
      return ToAnswer(stage.api().RotateUserPassword(subject.user, request_id, kOverlap));
    },
    [](CrashStage& stage, const Subject& subject, const std::string& answer) {
      return IsTheUser(stage, subject, answer, 2) && !IsDead(subject.session);
    }};

const Operation kEndOverlap{
    "EndOverlap", &AUserWithTwoPasswords,
    [](CrashStage& stage, const Subject& subject, const std::string& request_id) {
      return ToAnswer(stage.api().EndPasswordOverlap(subject.user, request_id).status());
    },
    [](CrashStage& stage, const Subject& subject, const std::string&) {
      const auto users = stage.api().ListUsers(subject.database);
      return users.ok() && users->size() == 1 &&
             !users->front().has_previous_password_expire_time();
    }};

const Operation kDeleteUser{
    "DeleteUser", &AUser,
    [](CrashStage& stage, const Subject& subject, const std::string& request_id) {
      return ToAnswer(stage.api().DeleteUser(subject.user, request_id));
    },
    [](CrashStage& stage, const Subject& subject, const std::string&) {
      const auto users = stage.api().ListUsers(subject.database);
      return users.ok() && users->empty() && IsDead(subject.session);
    }};

const Operation kDeleteDatabase{
    "DeleteDatabase", &AUser,
    [](CrashStage& stage, const Subject& subject, const std::string& request_id) {
      return ToAnswer(stage.api().DeleteDatabase(subject.database, false, request_id));
    },
    [](CrashStage& stage, const Subject& subject, const std::string&) {
      return IsTheDatabase(stage, subject.database, v1::Database::STATE_DELETED) &&
             IsDead(subject.session);
    }};

const Operation kUndeleteDatabase{
    "UndeleteDatabase", &ADeletedDatabase,
    [](CrashStage& stage, const Subject& subject, const std::string& request_id) -> Answer {
      ASSIGN_OR_RETURN(const v1::Database database,
                       stage.api().UndeleteDatabase(subject.database, request_id));
      return database.name();
    },
    [](CrashStage& stage, const Subject& subject, const std::string&) {
      return IsTheDatabase(stage, subject.database, v1::Database::STATE_READY);
    }};

Answer Purge(CrashStage& stage, const Subject& subject, const std::string& request_id) {
  return ToAnswer(stage.api().DeleteDatabase(subject.database, /*purge_now=*/true, request_id));
}

bool IsPurged(CrashStage& stage, const Subject& subject, const std::string&) {
  return Databases(stage).empty() && IsDead(subject.session);
}

const Operation kPurgeDatabase{"PurgeDatabase", &AUser, &Purge, &IsPurged};
const Operation kPurgeDeletedDatabase{"PurgeDeletedDatabase", &ADeletedDatabase, &Purge, &IsPurged};

// Whatever happens, the node keeps getting in.
const Operation kRotateAdminPassword{
    "RotateAdminPassword", &MakeDatabase,
    [](CrashStage& stage, const Subject&, const std::string& request_id) -> Answer {
      ASSIGN_OR_RETURN(const v1::Node node,
                       stage.api().RotateAdminPassword(stage.kind() + "_node", request_id));
      return node.name();
    },
    [](CrashStage& stage, const Subject& subject, const std::string&) {
      return stage.api().CreateUser(subject.database).ok();
    }};

}  // namespace

std::vector<Operation> PlainOperations() {
  return {kCreateDatabase,    kCreateUser,    kCreateReader,         kRotatePassword,
          kRotateWithOverlap, kEndOverlap,    kDeleteUser,           kDeleteDatabase,
          kUndeleteDatabase,  kPurgeDatabase, kPurgeDeletedDatabase, kRotateAdminPassword};
}

}  // namespace eds
