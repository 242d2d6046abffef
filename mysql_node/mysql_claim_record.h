#ifndef EDS_MYSQL_NODE_MYSQL_CLAIM_RECORD_H_
#define EDS_MYSQL_NODE_MYSQL_CLAIM_RECORD_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "node/database_server.h"

namespace eds {

// Which agent a session is of, in letters that can be spelled in the names of locks:
// the epoch in hexadecimal, the node's id, a full stop. Nothing in it, nor in the name of
// its locks, needs an escape in SQL.
class MysqlClaimRecord {
 public:
  static constexpr absl::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
  static constexpr size_t kMaxLength = 12 + 63 + 1;

  // What an agent is to another one.
  enum class Relation {
    kSelf,
    kEarlier,  // Of the same node, and to give way.
    kLater,    // Of the same node, and in the right.
    kOtherNode,
    kUnknown,  // The record is not complete.
  };

  // What an id cannot hold is left out; of the epoch count 48 bits.
  explicit MysqlClaimRecord(const ServerClaim& claim);

  // What its locks are named by.
  const std::string& lock_name() const { return lock_name_; }
  const std::string& text() const { return text_; }

  // What the agent with the record `other` is to this one.
  Relation RelationOf(absl::string_view other) const;

 private:
  std::string lock_name_;
  std::string text_;
};

// The node that a complete record names.
absl::string_view NodeOfMysqlClaim(absl::string_view record);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_CLAIM_RECORD_H_
