#ifndef EDS_NODE_TLS_FINDING_H_
#define EDS_NODE_TLS_FINDING_H_

#include <string>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "node/database_server.h"

namespace eds {

// How a connection to a server is protected.
struct TlsState {
  std::string host;
  std::string protocol;                  // As in "TLSv1.3"; empty: it is not encrypted.
  absl::optional<absl::Time> not_after;  // When the server's certificate expires, if known.
};

// The finding `tls`.
Finding FindingOnTls(const TlsState& state, TlsMode mode, absl::Time now);

}  // namespace eds

#endif  // EDS_NODE_TLS_FINDING_H_
