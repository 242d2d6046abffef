#include "controller/record_walk.h"

#include <vector>

#include "common/status_macros.h"

namespace eds {
namespace {

constexpr size_t kPage = 500;

}  // namespace

absl::Status ForEachDatabase(Catalog& catalog,
                             const std::function<absl::Status(const StoredDatabase&)>& visit) {
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<StoredDatabase> page, catalog.ListDatabases(after, kPage));
    for (const StoredDatabase& database : page) RETURN_IF_ERROR(visit(database));
    if (page.size() < kPage) return absl::OkStatus();
    after = page.back().record.id();
  }
}

absl::Status ForEachUser(Catalog& catalog, const std::string& database,
                         const std::function<absl::Status(const StoredUser&)>& visit) {
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<StoredUser> page, catalog.ListUsers(database, after, kPage));
    for (const StoredUser& user : page) RETURN_IF_ERROR(visit(user));
    if (page.size() < kPage) return absl::OkStatus();
    after = page.back().record.id();
  }
}

}  // namespace eds
