#ifndef EDS_CONTROLLER_DISCREPANCIES_H_
#define EDS_CONTROLLER_DISCREPANCIES_H_

#include <map>
#include <string>
#include <utility>

#include "eds/v1/maintenance_service.pb.h"

namespace eds {

// The differences between the records and a server, and what became of them: one for
// each object and kind, ordered by kind, then by name. Not thread-safe.
class Discrepancies {
 public:
  // Takes the place of what was said of the same object and kind before.
  void Put(v1::Discrepancy discrepancy);
  // Takes back what was said.
  void Remove(v1::Discrepancy::Kind kind, const std::string& server_name);

  // Up to `limit` of them.
  void AddTo(v1::ReconcileNodeResponse& response, int limit) const;

 private:
  std::map<std::pair<v1::Discrepancy::Kind, std::string>, v1::Discrepancy> found_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_DISCREPANCIES_H_
