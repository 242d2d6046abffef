#ifndef EDS_COMMON_LISTEN_ADDRESS_H_
#define EDS_COMMON_LISTEN_ADDRESS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace eds {

// Whether a server without TLS may listen on `address`, which is `host:port` or
// `unix:/path`: on a loopback address or a Unix socket always, elsewhere only if
// `insecure` says that the operator accepts it. INVALID_ARGUMENT, naming the flag
// `--listen`, if not, or if `address` is none.
absl::Status CheckListenAddress(absl::string_view address, bool insecure);

}  // namespace eds

#endif  // EDS_COMMON_LISTEN_ADDRESS_H_
