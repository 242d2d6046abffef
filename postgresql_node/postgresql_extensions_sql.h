#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_EXTENSIONS_SQL_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_EXTENSIONS_SQL_H_

#include <string>
#include <vector>

#include "common/identifier.h"
#include "postgresql_node/postgresql_dialect.h"

// What it takes to create extensions; continues postgresql_sql.h.
namespace eds::sql {

// (name, the owner of a database may create it there, we may) for each of `names` that is
// installed on the server.
std::string SelectAvailable(const Dialect& dialect, const std::vector<std::string>& names);
// (name) for each of `names` that the session's database lacks, in the same order.
std::string SelectMissingExtensions(const std::vector<std::string>& names);
// In one transaction; into the schema public, if the extension asks for none of its own.
std::string CreateExtension(const Identifier& owner, const std::string& name, bool as_owner);

}  // namespace eds::sql

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_EXTENSIONS_SQL_H_
