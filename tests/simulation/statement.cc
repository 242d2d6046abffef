#include "tests/simulation/statement.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace eds::simulation {
namespace {

absl::string_view Verb(Statement::Kind kind) {
  switch (kind) {
    case Statement::Kind::kLook:
      return "look at";
    case Statement::Kind::kClaim:
      return "claim";
    case Statement::Kind::kCreateDatabase:
      return "create database";
    case Statement::Kind::kAdoptDatabase:
      return "adopt database";
    case Statement::Kind::kDropDatabase:
      return "drop database";
    case Statement::Kind::kCreateUser:
      return "create user";
    case Statement::Kind::kChangeUser:
      return "change user";
    case Statement::Kind::kLockUser:
      return "lock user";
    case Statement::Kind::kDropUser:
      return "drop user";
  }
  return "";
}

}  // namespace

std::string Describe(const Statement& statement) {
  return absl::StrCat(Verb(statement.kind), " ", statement.object);
}

}  // namespace eds::simulation
