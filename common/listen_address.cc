#include "common/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/error.h"

namespace eds {
namespace {

bool IsLoopback(absl::string_view host) {
  if (host == "localhost") return true;
  in_addr v4;
  if (inet_pton(AF_INET, std::string(host).c_str(), &v4) == 1) {
    return (ntohl(v4.s_addr) >> 24) == 127;
  }
  in6_addr v6;
  return inet_pton(AF_INET6, std::string(host).c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace

absl::Status CheckListenAddress(absl::string_view address, bool insecure) {
  if (absl::ConsumePrefix(&address, "unix:")) {
    if (address.empty()) return InvalidField("--listen", "unix: needs a path, as in unix:/run/eds");
    return absl::OkStatus();
  }
  const size_t colon = address.rfind(':');
  int port = -1;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 || port > 65535) {
    return InvalidField("--listen",
                        absl::StrCat("\"", address, "\" is neither host:port nor unix:/path"));
  }
  absl::string_view host = address.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  if (!insecure && !IsLoopback(host)) {
    return InvalidField("--listen",
                        absl::StrCat(address,
                                     " can be reached from other machines, and nothing "
                                     "is encrypted yet: listen on 127.0.0.1 or unix:, or "
                                     "accept the risk with --insecure"));
  }
  return absl::OkStatus();
}

}  // namespace eds
