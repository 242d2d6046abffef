#ifndef EDS_CONTROLLER_CATALOG_CHANGES_H_
#define EDS_CONTROLLER_CATALOG_CHANGES_H_

#include <map>
#include <string>

#include "controller/state/state_store.h"
#include "controller/stored_record.h"
#include "eds/state/v1/records.pb.h"

namespace eds {

// What must be written with a record, so that everything which is kept beside it says
// the same: its mark as unfinished, its display name, the time when it expires. Pure
// functions.

// Whether the record's display name is its own: it is free as soon as a database is
// deleted, or its creation undone.
bool HoldsDisplayName(const state::v1::DatabaseRecord& record);

// Whether nothing is left to do for it now.
bool IsFinal(const state::v1::DatabaseRecord& record);
bool IsFinal(const state::v1::UserRecord& record);
bool IsFinal(const state::v1::ReadyRecord& record);

// What stands beside a record: keys, and what they hold.
std::map<std::string, std::string> Beside(const state::v1::DatabaseRecord& record);
std::map<std::string, std::string> Beside(const state::v1::UserRecord& record);
std::map<std::string, std::string> Beside(const state::v1::ConfigRecord& record);
std::map<std::string, std::string> Beside(const state::v1::ReadyRecord& record);

// Replaces `before`, which is absent at version 0, by `after`.
Transaction Replace(const StoredDatabase& before, const state::v1::DatabaseRecord& after);
Transaction Replace(const StoredUser& before, const state::v1::UserRecord& after);
Transaction Replace(const StoredReady& before, const state::v1::ReadyRecord& after);

Transaction Remove(const StoredDatabase& database);
Transaction Remove(const StoredUser& user);
Transaction Remove(const StoredReady& ready);

// Has `transaction` do what `other` does as well. They have no key in common.
void Add(Transaction& transaction, Transaction other);

// Adds the record of a purge to `transaction`.
void Note(Transaction& transaction, const v1::Purge& purge);

}  // namespace eds

#endif  // EDS_CONTROLLER_CATALOG_CHANGES_H_
