#ifndef EDS_TESTS_E2E_CRASH_OPERATION_H_
#define EDS_TESTS_E2E_CRASH_OPERATION_H_

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/e2e/audit.h"
#include "tests/e2e/crash_stage.h"
#include "tests/e2e/eds_processes.h"

namespace eds {

// What an operation works on: a database with a user, as far as it needs them.
struct Subject {
  std::string database;
  std::string user;
  std::unique_ptr<SqlSession> session = nullptr;  // Of the user, as an application has one.
};

// What a call answered, to compare with what its repeat answers.
using Answer = absl::StatusOr<std::string>;

// What the crash matrix kills a process in the middle of.
struct Operation {
  std::string name;
  absl::StatusOr<Subject> (*prepare)(CrashStage&);
  Answer (*run)(CrashStage&, const Subject&, const std::string& request_id);
  // Whether it has been done, once.
  bool (*is_done)(CrashStage&, const Subject&, const std::string& answer);
  // Failpoints of either process that it passes, at the least.
  int failpoints = 4;
  // What is to be ready in the end, and which logins of those databases are taken.
  Ready ready = {};
  Audit::Ahead ahead = {0, 0, 0};
};

inline void PrintTo(const Operation& operation, std::ostream* out) { *out << operation.name; }

absl::StatusOr<Subject> MakeDatabase(CrashStage& stage);
Answer ToAnswer(const absl::Status& status);
Answer ToAnswer(const absl::StatusOr<v1::Credentials>& credentials);
std::vector<v1::Database> Databases(CrashStage& stage);
// There is one database, and it is this.
bool IsTheDatabase(CrashStage& stage, const std::string& name, v1::Database::State state);
// The one user of the subject, with the given credentials.
bool IsTheUser(CrashStage& stage, const Subject& subject, const std::string& answer,
               int64_t generation);

// Those of callers when nothing is ready, and those with what is made ahead.
std::vector<Operation> PlainOperations();
std::vector<Operation> ReadyOperations();

}  // namespace eds

#endif  // EDS_TESTS_E2E_CRASH_OPERATION_H_
