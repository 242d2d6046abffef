#include "node/tls_finding.h"

#include "absl/strings/str_cat.h"

namespace eds {
namespace {

using Severity = Finding::Severity;

// Long enough to have another one made.
constexpr absl::Duration kSoon = absl::Hours(24 * 21);

std::string ToDay(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone());
}

}  // namespace

Finding FindingOnTls(const TlsState& state, TlsMode mode, absl::Time now) {
  if (state.protocol.empty() && IsLocalHost(state.host)) {
    return {Severity::kOk, "tls", "connections do not leave the machine", ""};
  }
  if (state.protocol.empty()) {
    return {Severity::kWarning, "tls",
            absl::StrCat("connections to ", state.host, " are not encrypted"),
            "have the server offer TLS, and set tls_mode to verify_full"};
  }
  if (state.not_after && *state.not_after < now + kSoon) {
    return {Severity::kWarning, "tls",
            absl::StrCat("the server's certificate expires on ", ToDay(*state.not_after)),
            "give the server a new one"};
  }
  const bool verified = mode == TlsMode::kVerifyFull;
  return {Severity::kOk, "tls",
          absl::StrCat("connections are encrypted (", state.protocol, ")",
                       verified ? "" : ", and whoever answers is believed"),
          ""};
}

}  // namespace eds
