#include "node/tls_options.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "absl/strings/match.h"

namespace eds {
namespace {

constexpr char kSystemAuthorities[] = "/etc/ssl/certs/ca-certificates.crt";

}  // namespace

TlsMode TlsOptions::ModeFor(const std::string& host) const {
  return mode.value_or(IsLocalHost(host) ? TlsMode::kDisabled : TlsMode::kVerifyFull);
}

std::string TlsOptions::AuthoritiesFile() const {
  return ca_file.empty() ? kSystemAuthorities : ca_file;
}

bool IsLocalHost(const std::string& host) {
  in_addr ipv4;
  in6_addr ipv6;
  if (inet_pton(AF_INET, host.c_str(), &ipv4) == 1) return ntohl(ipv4.s_addr) >> 24 == 127;
  if (inet_pton(AF_INET6, host.c_str(), &ipv6) == 1) return IN6_IS_ADDR_LOOPBACK(&ipv6);
  return absl::EqualsIgnoreCase(host, "localhost") || absl::StartsWith(host, "/");
}

}  // namespace eds
