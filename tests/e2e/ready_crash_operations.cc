#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "tests/e2e/crash_operation.h"

namespace eds {
namespace {

absl::Status Keep(CrashStage& stage, const Ready& ready) {
  RETURN_IF_ERROR(stage.SetReady(ready));
  return stage.api().AwaitReady(stage.kind() + "_node", ready);
}

// Until the answer is certain, as everybody does who must know.
Answer KeepAndTell(CrashStage& stage, const Ready& ready) {
  RETURN_IF_ERROR(Keep(stage, ready));
  return "OK";
}

bool Keeps(CrashStage& stage, const Ready& ready) {
  const auto node = stage.api().GetNode(stage.kind() + "_node");
  return node.ok() && node->ready_database_count() == ready.databases &&
         node->ready_user_count() == ready.users;
}

Answer CreateDatabase(CrashStage& stage, const Subject&, const std::string& request_id) {
  ASSIGN_OR_RETURN(const v1::Database database,
                   stage.api().CreateDatabase(stage.kind(), request_id));
  return database.name();
}

Answer CreateUser(CrashStage& stage, const Subject& subject, const std::string& request_id) {
  return ToAnswer(stage.api().CreateUser(subject.database, request_id));
}

bool IsItsUser(CrashStage& stage, const Subject& subject, const std::string& answer) {
  return IsTheUser(stage, subject, answer, 1);
}

// Without a step on the node.
const Operation kClaimDatabase{
    .name = "ClaimDatabase",
    .prepare = [](CrashStage& stage) -> absl::StatusOr<Subject> {
      RETURN_IF_ERROR(Keep(stage, {.databases = 1}));
      return Subject{};
    },
    .run = &CreateDatabase,
    .is_done =
        [](CrashStage& stage, const Subject&, const std::string& answer) {
          return IsTheDatabase(stage, answer, v1::Database::STATE_READY);
        },
    .failpoints = 0,
    .ready = {.databases = 1},
    .ahead = {.databases = 1, .logins = 2, .given_out = 1}};

// It may be let in already; then likewise.
const Operation kClaimFirstLogin{.name = "ClaimFirstLogin",
                                 .prepare = [](CrashStage& stage) -> absl::StatusOr<Subject> {
                                   RETURN_IF_ERROR(Keep(stage, {.databases = 1}));
                                   ASSIGN_OR_RETURN(Subject subject, MakeDatabase(stage));
                                   RETURN_IF_ERROR(Keep(stage, {.databases = 1}));
                                   return subject;
                                 },
                                 .run = &CreateUser,
                                 .is_done = &IsItsUser,
                                 .failpoints = 0,
                                 .ready = {.databases = 1},
                                 .ahead = {.databases = 1, .logins = 1}};

const Operation kClaimSpareLogin{.name = "ClaimSpareLogin",
                                 .prepare = [](CrashStage& stage) -> absl::StatusOr<Subject> {
                                   RETURN_IF_ERROR(Keep(stage, {}));
                                   ASSIGN_OR_RETURN(Subject subject, MakeDatabase(stage));
                                   RETURN_IF_ERROR(Keep(stage, {.users = 1}));
                                   return subject;
                                 },
                                 .run = &CreateUser,
                                 .is_done = &IsItsUser,
                                 .failpoints = 3,
                                 .ready = {.users = 1},
                                 .ahead = {.databases = 0, .logins = 1}};

const Operation kMakeAhead{
    .name = "MakeAhead",
    .prepare = [](CrashStage& stage) -> absl::StatusOr<Subject> {
      RETURN_IF_ERROR(Keep(stage, {}));
      return Subject{};
    },
    .run = [](CrashStage& stage, const Subject&, const std::string&) -> Answer {
      return KeepAndTell(stage, {.databases = 1, .users = 1});
    },
    .is_done = [](CrashStage& stage, const Subject&,
                  const std::string&) { return Keeps(stage, {.databases = 1, .users = 1}); },
    .ready = {.databases = 1, .users = 1},
    .ahead = {.databases = 1, .logins = 2}};

const Operation kDropExcess{
    .name = "DropExcess",
    .prepare = [](CrashStage& stage) -> absl::StatusOr<Subject> {
      RETURN_IF_ERROR(Keep(stage, {.databases = 1, .users = 1}));
      return Subject{};
    },
    .run = [](CrashStage& stage, const Subject&, const std::string&) -> Answer {
      return KeepAndTell(stage, {});
    },
    .is_done = [](CrashStage& stage, const Subject&,
                  const std::string&) { return Keeps(stage, {}); }};

}  // namespace

std::vector<Operation> ReadyOperations() {
  return {kClaimDatabase, kClaimFirstLogin, kClaimSpareLogin, kMakeAhead, kDropExcess};
}

}  // namespace eds
