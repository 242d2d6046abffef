#ifndef EDS_CONTROLLER_STATE_STORE_DAMAGE_H_
#define EDS_CONTROLLER_STATE_STORE_DAMAGE_H_

#include <cstddef>
#include <vector>

#include "controller/state/sqlite_connection.h"
#include "controller/state/store_finding.h"

namespace eds {

// How thoroughly SQLite looks at its pages.
enum class Thoroughness { kQuick, kFull };

// What is wrong with the store that `connection` is to, up to about `limit` findings:
// the structure of its pages, the checksum of every entry, and whether the entries are
// all there and the latest. What the entries say is looked at by others. Reads all of
// the file twice: a million small records take about half a second.
std::vector<StoreFinding> FindDamage(SqliteConnection& connection, Thoroughness thoroughness,
                                     size_t limit);

// The same quickly, each reading on a connection of its own, at the same time. Both are
// to the same file, which nobody changes.
std::vector<StoreFinding> FindDamage(SqliteConnection& connection, SqliteConnection& other,
                                     size_t limit);

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_STORE_DAMAGE_H_
