#include "mysql_node/mysql_claim_record.h"

#include "gtest/gtest.h"

namespace eds {
namespace {

using Relation = MysqlClaimRecord::Relation;

MysqlClaimRecord Record(const std::string& node, int64_t epoch) {
  return MysqlClaimRecord({.installation = "abcdefgh", .node = node, .epoch = epoch});
}

TEST(MysqlClaimRecord, SpellsEpochAndNode) {
  EXPECT_EQ(Record("mysql_node", 0x2f).text(), "00000000002fmysql_node.");
  EXPECT_EQ(NodeOfMysqlClaim("00000000002fmysql_node."), "mysql_node");
  EXPECT_EQ(Record("n", 1).lock_name(), "abcdefgh");
}

TEST(MysqlClaimRecord, NamesItsLocksByTheKeyIfThereIsOne) {
  const MysqlClaimRecord record(
      {.installation = "abcdefgh", .node = "n", .epoch = 1, .key = Secret("secret")});
  EXPECT_EQ(record.lock_name(), "secret");
}

TEST(MysqlClaimRecord, OrdersTheAgentsOfANode) {
  const MysqlClaimRecord record = Record("node", 16);
  EXPECT_EQ(record.RelationOf(Record("node", 16).text()), Relation::kSelf);
  EXPECT_EQ(record.RelationOf(Record("node", 15).text()), Relation::kEarlier);
  EXPECT_EQ(record.RelationOf(Record("node", 17).text()), Relation::kLater);
  EXPECT_EQ(record.RelationOf(Record("node", int64_t{1} << 40).text()), Relation::kLater);
  EXPECT_EQ(record.RelationOf(Record("node2", 1).text()), Relation::kOtherNode);
}

TEST(MysqlClaimRecord, TellsARecordThatLacksItsEnd) {
  const MysqlClaimRecord record = Record("node", 16);
  EXPECT_EQ(record.RelationOf(""), Relation::kUnknown);
  EXPECT_EQ(record.RelationOf("00000000001"), Relation::kUnknown);
  EXPECT_EQ(record.RelationOf("000000000010nod"), Relation::kUnknown);
}

TEST(MysqlClaimRecord, HoldsNothingThatWouldNeedEscapes) {
  const MysqlClaimRecord record({.installation = "a'b\\c", .node = "n'.o`d\"e", .epoch = 1});
  EXPECT_EQ(record.lock_name(), "abc");
  EXPECT_EQ(record.text(), "000000000001node.");
}

TEST(MysqlClaimRecord, IsNoLongerThanItsLimit) {
  const MysqlClaimRecord record(
      {.installation = std::string(40, 'i'), .node = std::string(70, 'n'), .epoch = -1});
  EXPECT_EQ(record.lock_name().size(), 32u);
  EXPECT_EQ(record.text().size(), MysqlClaimRecord::kMaxLength);
}

}  // namespace
}  // namespace eds
