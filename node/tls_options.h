#ifndef EDS_NODE_TLS_OPTIONS_H_
#define EDS_NODE_TLS_OPTIONS_H_

#include <string>

#include "absl/types/optional.h"

namespace eds {

enum class TlsMode {
  kDisabled,    // In clear.
  kRequired,    // Encrypted, but whoever answers is believed.
  kVerifyFull,  // Encrypted, with a certificate of a known authority for the host's name.
};

// How connections to a server are protected. Paths are absolute; empty: none.
struct TlsOptions {
  absl::optional<TlsMode> mode;  // Empty: kVerifyFull for a host that is not local.
  std::string ca_file;           // Of the authorities to trust instead of the system's.
  std::string cert_file;         // Certificate to show to the server, and its key: both
  std::string key_file;          // or neither.

  TlsMode ModeFor(const std::string& host) const;

  // Of the authorities that a server's certificate may come from.
  std::string AuthoritiesFile() const;
};

// Whether what is sent to `host` stays on this machine: `localhost`, a loopback address, or
// the folder of a Unix socket.
bool IsLocalHost(const std::string& host);

}  // namespace eds

#endif  // EDS_NODE_TLS_OPTIONS_H_
