// The crash matrix: the controller, or the node, is killed at every moment of every
// operation that is between two steps. Once it is back, whatever was begun is finished
// or undone without anybody's help, a repeat of the call finds the same objects, and
// the server holds what the records say and nothing else.
//
// Each moment is a failpoint. None is listed here: an operation is repeated and killed
// at its first, second, third failpoint, until it comes to its end alive.

#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/types/optional.h"
#include "common/status_macros.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/e2e/api_client.h"
#include "tests/e2e/audit.h"
#include "tests/e2e/crash_stage.h"

namespace eds {
namespace {

constexpr absl::Duration kOverlap = absl::Hours(1);

// What an operation works on: a database with a user, as far as it needs them.
struct Subject {
  std::string database;
  std::string user;
  std::unique_ptr<SqlSession> session = nullptr;  // Of the user, as an application has one.
};

bool IsDead(const std::unique_ptr<SqlSession>& session) { return !session->Run("SELECT 1").ok(); }

// What a call answered, to compare with what its repeat answers.
using Answer = absl::StatusOr<std::string>;

struct Operation {
  std::string name;
  absl::StatusOr<Subject> (*prepare)(CrashStage&);
  Answer (*run)(CrashStage&, const Subject&, const std::string& request_id);
  // Whether it has been done, once.
  bool (*is_done)(CrashStage&, const Subject&, const std::string& answer);
};

void PrintTo(const Operation& operation, std::ostream* out) { *out << operation.name; }

absl::StatusOr<Subject> Nothing(CrashStage&) { return Subject{}; }

absl::StatusOr<Subject> ADatabase(CrashStage& stage) {
  ASSIGN_OR_RETURN(const v1::Database database, stage.api().CreateDatabase(stage.kind()));
  return Subject{.database = database.name()};
}

absl::StatusOr<Subject> AUser(CrashStage& stage) {
  ASSIGN_OR_RETURN(Subject subject, ADatabase(stage));
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

// There is one database, and it is this.
bool IsTheDatabase(CrashStage& stage, const std::string& name, v1::Database::State state) {
  const std::vector<v1::Database> databases = Databases(stage);
  return databases.size() == 1 && databases[0].name() == name && databases[0].state() == state;
}

// The one user of the subject, with the given credentials.
bool IsTheUser(CrashStage& stage, const Subject& subject, const std::string& answer,
               int64_t generation) {
  const auto users = stage.api().ListUsers(subject.database);
  if (!users.ok() || users->size() != 1) return false;
  return users->front().password_generation() == generation &&
         ToAnswer(stage.api().GetUserCredentials(users->front().name())).value_or("") == answer;
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
    "CreateUser", &ADatabase,
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
    "CreateReader", &ADatabase,
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
    "RotateAdminPassword", &ADatabase,
    [](CrashStage& stage, const Subject&, const std::string& request_id) -> Answer {
      ASSIGN_OR_RETURN(const v1::Node node,
                       stage.api().RotateAdminPassword(stage.kind() + "_node", request_id));
      return node.name();
    },
    [](CrashStage& stage, const Subject& subject, const std::string&) {
      return stage.api().CreateUser(subject.database).ok();
    }};

class CrashMatrixTest : public testing::TestWithParam<std::tuple<std::string, Operation>> {
 protected:
  static void SetUpTestSuite() {
    auto stage = CrashStage::Set(EngineUnderTest());
    if (stage.ok()) stage_ = stage->release();
    ASSERT_THAT(stage, IsOk());
  }
  static void TearDownTestSuite() { delete std::exchange(stage_, nullptr); }

  void SetUp() override { ASSERT_NE(stage_, nullptr); }
  void TearDown() override {
    if (stage_ != nullptr) stage_->CheckSecrecy();
  }

  // The victim of the kills: "controller" or "node".
  std::string victim() const {
    return std::get<0>(GetParam()) == "Controller" ? "controller"
                                                   : absl::StrCat(stage_->kind(), "_node");
  }
  const Operation& operation() const { return std::get<1>(GetParam()); }

  // Kills the victim at the `nth` failpoint. False if the operation ended before.
  bool KillAndRecover(int nth);
  // As a caller does who must know: until the answer is certain.
  Answer Repeat(const Subject& subject, const std::string& request_id);
  void CleanUp();

  static CrashStage* stage_;
};

CrashStage* CrashMatrixTest::stage_ = nullptr;

Answer CrashMatrixTest::Repeat(const Subject& subject, const std::string& request_id) {
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  Answer answer;
  do {
    answer = operation().run(*stage_, subject, request_id);
    const bool certain = !absl::IsUnavailable(answer.status()) && !absl::IsAborted(answer.status());
    if (certain) break;
  } while (absl::Now() < deadline);
  return answer;
}

bool CrashMatrixTest::KillAndRecover(int nth) {
  const absl::StatusOr<Subject> subject = operation().prepare(*stage_);
  EXPECT_THAT(subject, IsOk());
  if (!subject.ok()) return false;
  const std::string request_id = stage_->NewRequestId();
  stage_->Arm(victim(), nth);
  Answer answer = operation().run(*stage_, *subject, request_id);
  const absl::optional<std::string> moment = stage_->Disarm(victim());
  SCOPED_TRACE(absl::StrCat("killed ", moment.value_or("nowhere"), ", failpoint ", nth));
  if (moment) {
    EXPECT_THAT(stage_->Revive(victim()), IsOk());
    // Every other time the repeat comes while the work is still being taken up.
    const bool wait = nth % 2 == 0;
    EXPECT_TRUE(!wait || stage_->audit().AwaitRest());
  }
  const Answer repeated = Repeat(*subject, request_id);
  EXPECT_THAT(repeated, IsOk());
  EXPECT_EQ(answer.value_or(repeated.value_or("")), repeated.value_or(""));
  EXPECT_TRUE(stage_->audit().AwaitRest());
  EXPECT_TRUE(operation().is_done(*stage_, *subject, repeated.value_or("")));
  stage_->audit().Check();
  return moment.has_value() && !HasFailure();
}

void CrashMatrixTest::CleanUp() {
  for (const v1::Database& database : Databases(*stage_)) {
    EXPECT_THAT(stage_->api().DeleteDatabase(database.name(), true), IsOk());
  }
}

TEST_P(CrashMatrixTest, EverythingIsFinishedOrUndone) {
  int failpoints = 0;
  while (KillAndRecover(failpoints + 1)) {
    ++failpoints;
    CleanUp();
  }
  CleanUp();
  RecordProperty("failpoints", failpoints);
  EXPECT_GE(failpoints, 4) << "the operation was hardly ever killed";
}

INSTANTIATE_TEST_SUITE_P(
    Kills, CrashMatrixTest,
    testing::Combine(testing::Values("Controller", "Node"),
                     testing::Values(kCreateDatabase, kCreateUser, kCreateReader, kRotatePassword,
                                     kRotateWithOverlap, kEndOverlap, kDeleteUser, kDeleteDatabase,
                                     kUndeleteDatabase, kPurgeDatabase, kPurgeDeletedDatabase,
                                     kRotateAdminPassword)),
    [](const auto& info) {
      return absl::StrCat("OfThe", std::get<0>(info.param), "Within", std::get<1>(info.param).name);
    });

}  // namespace
}  // namespace eds
