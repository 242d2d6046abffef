#include "node/diagnosis.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/error.h"

namespace eds {
namespace {

struct Advice {
  Reason reason;
  absl::string_view check;
  absl::string_view remedy;
};

constexpr Advice kAdvice[] = {
    {Reason::kNodeNotConfigured, "configuration", "set the missing keys with edsctl config set"},
    {Reason::kInvalidField, "configuration", "correct the value with edsctl config set"},
    {Reason::kUnknownKey, "configuration",
     "unset the key with edsctl config unset, or upgrade this node"},
    {Reason::kServerUnreachable, "connection",
     "check that the server runs, that host and port are right, and that it listens on an address "
     "which this machine reaches (bind-address, listen_addresses, firewall)"},
    {Reason::kServerTimeout, "connection",
     "check the load of the server and the way to it; raise connect_timeout if it is far away"},
    {Reason::kServerOverloaded, "connection",
     "free connections or disk space on the server, or raise its limits"},
    {Reason::kServerClaimed, "claim",
     "point each node at a server of its own, and end the agent that is left over"},
    {Reason::kAdminLoginRefused, "login",
     "correct user and pass, and allow the account to log in from this machine (account@host, "
     "pg_hba.conf)"},
    {Reason::kAdminPrivilegeMissing, "privileges", "grant the administrator what is missing"},
    {Reason::kServerReadOnly, "writable", "put the server that accepts writes into host"},
    {Reason::kServerTooOld, "version", "upgrade the server"},
    {Reason::kServerMismatch, "version", "point host and port at a server of this node's engine"},
    {Reason::kServerIdentityChanged, "identity",
     "point host and port back at the server that the databases are on, or set the configuration "
     "again with --force"},
};

}  // namespace

Finding ToFinding(const absl::Status& error) {
  Finding finding{.severity = Finding::Severity::kError,
                  .check = "server",
                  .detail = std::string(error.message()),
                  .remedy = "see the log of this node and of the server"};
  for (const Advice& advice : kAdvice) {
    if (!HasReason(error, advice.reason)) continue;
    finding.check = std::string(advice.check);
    finding.remedy = std::string(advice.remedy);
  }
  return finding;
}

std::vector<Finding> Diagnose(const SlotState& state, const absl::Status& refusal,
                              absl::Time deadline) {
  if (state.server == nullptr) return {ToFinding(state.health)};
  std::vector<Finding> findings;
  if (!refusal.ok()) {
    Finding refused = ToFinding(refusal);
    refused.severity = Finding::Severity::kWarning;
    refused.detail = absl::StrCat("revision ", state.revision,
                                  " is in use; the newest is refused: ", refused.detail);
    findings.push_back(refused);
  }
  if (HasReason(state.health, Reason::kServerIdentityChanged)) {
    findings.push_back(ToFinding(state.health));
  }
  for (Finding& finding : state.server->Diagnose(deadline)) findings.push_back(std::move(finding));
  return findings;
}

}  // namespace eds
