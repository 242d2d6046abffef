#include "mysql_node/mysql_claim_record.h"

#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace eds {
namespace {

constexpr size_t kEpochDigits = 12;
constexpr int64_t kEpochMask = (int64_t{1} << (4 * kEpochDigits)) - 1;
constexpr size_t kMaxLockName = 32;  // Names of locks have 64 characters at most.
constexpr size_t kMaxNode = MysqlClaimRecord::kMaxLength - kEpochDigits - 1;
constexpr absl::string_view kEnd = ".";

std::string LettersOf(absl::string_view id, size_t max_length) {
  std::string letters;
  for (const char c : id) {
    if (c != kEnd[0] && absl::StrContains(MysqlClaimRecord::kLetters, c)) letters.push_back(c);
  }
  return letters.substr(0, max_length);
}

}  // namespace

MysqlClaimRecord::MysqlClaimRecord(const ServerClaim& claim)
    : lock_name_(LettersOf(claim.lock_name(), kMaxLockName)),
      text_(absl::StrCat(absl::StrFormat("%012x", claim.epoch & kEpochMask),
                         LettersOf(claim.node, kMaxNode), kEnd)) {}

MysqlClaimRecord::Relation MysqlClaimRecord::RelationOf(absl::string_view other) const {
  if (other.size() <= kEpochDigits || !absl::EndsWith(other, kEnd)) return Relation::kUnknown;
  if (NodeOfMysqlClaim(other) != NodeOfMysqlClaim(text_)) return Relation::kOtherNode;
  const int order = other.substr(0, kEpochDigits).compare(text_.substr(0, kEpochDigits));
  if (order == 0) return Relation::kSelf;
  return order < 0 ? Relation::kEarlier : Relation::kLater;
}

absl::string_view NodeOfMysqlClaim(absl::string_view record) {
  return absl::StripSuffix(record.substr(kEpochDigits), kEnd);
}

}  // namespace eds
