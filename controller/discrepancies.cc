#include "controller/discrepancies.h"

namespace eds {

void Discrepancies::Put(v1::Discrepancy discrepancy) {
  const std::pair key{discrepancy.kind(), discrepancy.server_name()};
  found_.insert_or_assign(key, std::move(discrepancy));
}

void Discrepancies::Remove(v1::Discrepancy::Kind kind, const std::string& server_name) {
  found_.erase({kind, server_name});
}

void Discrepancies::AddTo(v1::ReconcileNodeResponse& response, int limit) const {
  for (const auto& [key, discrepancy] : found_) {
    if (response.discrepancies_size() == limit) break;
    *response.add_discrepancies() = discrepancy;
  }
  response.set_omitted_count(static_cast<int64_t>(found_.size()) - response.discrepancies_size());
}

}  // namespace eds
