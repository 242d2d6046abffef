#include "postgresql_node/postgresql_login.h"

#include <openssl/asn1.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_errors.h"

namespace eds {
namespace {

// libpq takes whatever it is not told from variables of the environment: PGSERVICE and
// PGHOSTADDR would lead elsewhere, and no argument forbids it. Just once, and no other
// variables: other threads may be reading the environment.
void ForgetEnvironment() {
  static const bool forgotten = [] {
    // The first of them keeps PQconndefaults from telling the rest; the others set
    // the session up, and are not among them.
    for (const char* name : {"PGSERVICE", "PGTZ", "PGDATESTYLE", "PGGEQO"}) unsetenv(name);
    PQconninfoOption* const options = PQconndefaults();
    for (const PQconninfoOption* option = options; option != nullptr && option->keyword != nullptr;
         ++option) {
      if (option->envvar != nullptr) unsetenv(option->envvar);
    }
    PQconninfoFree(options);
    return true;
  }();
  static_cast<void>(forgotten);
}

// A file that is not there: or else libpq would take one from the home folder.
constexpr char kNoFile[] = "/dev/null/none";

const char* SslModeOf(TlsMode mode) {
  switch (mode) {
    case TlsMode::kDisabled:
      return "disable";
    case TlsMode::kRequired:
      return "require";
    case TlsMode::kVerifyFull:
      return "verify-full";
  }
  return "verify-full";
}

PostgresqlSession Begin(const PostgresqlTarget& target, const Secret& password) {
  const TlsOptions& tls = target.tls;
  const TlsMode mode = tls.ModeFor(target.host);
  const std::vector<std::pair<const char*, std::string>> parameters = {
      {"host", target.host},
      {"port", absl::StrCat(target.port)},
      {"user", target.user},
      {"password", password.Reveal()},
      {"passfile", kNoFile},
      {"dbname", target.database},
      {"client_encoding", "UTF8"},
      {"application_name", target.session_name},
      {"options", target.settings},
      {"sslmode", SslModeOf(mode)},
      // With a file, `require` would verify some of it.
      {"sslrootcert", mode == TlsMode::kVerifyFull ? tls.AuthoritiesFile() : kNoFile},
      {"sslcert", tls.cert_file.empty() ? kNoFile : tls.cert_file},
      {"sslkey", tls.key_file.empty() ? kNoFile : tls.key_file},
      {"sslcrl", kNoFile},
      {"gssencmode", "disable"},
      {"target_session_attrs", "any"},
      {"keepalives", "1"},
      {"keepalives_idle", "5"},
      {"keepalives_interval", "2"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", "10000"},
  };
  std::vector<const char*> keys;
  std::vector<const char*> values;
  for (const auto& [key, value] : parameters) {
    keys.push_back(key);
    values.push_back(value.c_str());
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);
  // `dbname` is taken as it is, not as a connection string that overrides the rest.
  return PostgresqlSession(PQconnectStartParams(keys.data(), values.data(), /*expand_dbname=*/0));
}

// The SQLSTATEs in what libpq reports, each at the end of its line.
std::vector<std::string> SqlStatesIn(absl::string_view report) {
  std::vector<std::string> found;
  for (absl::string_view line : absl::StrSplit(report, '\n')) {
    constexpr size_t kLength = 5;
    if (line.size() <= kLength) continue;
    const absl::string_view last = line.substr(line.size() - kLength);
    const bool is_code = std::all_of(last.begin(), last.end(), [](char c) {
      return absl::ascii_isupper(c) || absl::ascii_isdigit(c);
    });
    if (is_code && absl::EndsWith(line.substr(0, line.size() - kLength), ":  ")) {
      found.emplace_back(last);
    }
  }
  return found;
}

// Without libpq's guesses, which it indents.
std::string OneLine(absl::string_view report) {
  std::vector<absl::string_view> lines;
  for (absl::string_view line : absl::StrSplit(report, '\n', absl::SkipWhitespace())) {
    if (line[0] != '\t') lines.push_back(line);
  }
  return absl::StrJoin(lines, "; ");
}

absl::Status TlsFailure(const PostgresqlTarget& target, absl::string_view report) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, Reason::kServerTlsFailed,
      absl::StrCat("no connection to the PostgreSQL server at ", target.address(),
                   " that is protected as postgresql/tls_mode asks for: ", OneLine(report),
                   "; have the server's TLS mended, set postgresql/tls_ca_file to its authority, "
                   "or choose another mode"));
}

// `securing`: the server was about to tell whether TLS can be.
absl::Status Failure(PGconn* session, const PostgresqlTarget& target, bool securing) {
  const absl::string_view report = PQerrorMessage(session);
  const std::vector<std::string> sqlstates = SqlStatesIn(report);
  if (!sqlstates.empty()) {
    const std::string& sqlstate = sqlstates.back();
    const bool in_clear = target.tls.ModeFor(target.host) == TlsMode::kDisabled;
    return ToStatus(sqlstate, absl::StrCat("the PostgreSQL server at ", target.address(),
                                           " refuses the login of ", target.user, " to database ",
                                           target.database, in_clear ? " without TLS" : "",
                                           " (SQLSTATE ", sqlstate, ")"));
  }
  if (securing) return TlsFailure(target, report);
  if (PQconnectionNeedsPassword(session) != 0) {
    return ToStatus(sqlstate::kInvalidPassword,
                    absl::StrCat("the PostgreSQL server at ", target.address(),
                                 " wants a password for ", target.user, " and none is set"));
  }
  return MakeError(
      absl::StatusCode::kUnavailable, Reason::kServerUnreachable,
      absl::StrCat("no PostgreSQL server at ", target.address(), ": ", OneLine(report)));
}

absl::Status NoAnswer(const PostgresqlTarget& target, bool out_of_time) {
  const std::string message =
      absl::StrCat("the PostgreSQL server at ", target.address(), " does not answer");
  return out_of_time
             ? MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout, message)
             : MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, message);
}

bool WaitFor(PGconn* session, PostgresPollingStatusType what, absl::Time until, Clock& clock) {
  pollfd socket = {PQsocket(session),
                   static_cast<short>(what == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
  const absl::Duration left = until - clock.Now();
  if (left <= absl::ZeroDuration()) return false;
  // A signal that interrupts it is a reason to ask libpq, which asks to wait again.
  return poll(&socket, 1,
              static_cast<int>(absl::ToInt64Milliseconds(
                  std::min(absl::Ceil(left, absl::Milliseconds(1)), absl::Hours(1))))) != 0;
}

// Whether the first byte of the first answer is one that a PostgreSQL server sends
// to an SSLRequest or a StartupMessage.
bool SpeaksPostgresql(PGconn* session) {
  char first;
  if (recv(PQsocket(session), &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1) return true;
  const char* expected = PQstatus(session) == CONNECTION_SSL_STARTUP ? "SNE" : "REvN";
  return first != '\0' && std::strchr(expected, first) != nullptr;
}

// Whether the next word of the server decides about TLS: it takes up the offer, shakes hands,
// or finds our certificate wanting. One who hangs up without a word says nothing about it.
bool IsSecuring(PGconn* session) {
  const ConnStatusType status = PQstatus(session);
  const bool undecided = status == CONNECTION_SSL_STARTUP ||
                         (status == CONNECTION_AWAITING_RESPONSE && PQsslInUse(session) != 0);
  char next;
  return undecided && recv(PQsocket(session), &next, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

absl::Status Complete(PGconn* session, const PostgresqlTarget& target, absl::Duration patience,
                      absl::Time deadline, Clock& clock) {
  const absl::Time until = std::min(deadline, clock.Now() + patience);
  bool answered = false;
  bool securing = false;
  PostgresPollingStatusType next =
      PQstatus(session) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
    if (!WaitFor(session, next, until, clock)) return NoAnswer(target, clock.Now() >= deadline);
    if (next == PGRES_POLLING_READING && !std::exchange(answered, true) &&
        !SpeaksPostgresql(session)) {
      return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerMismatch,
                       absl::StrCat("what answers at ", target.address(),
                                    " is not a PostgreSQL server; set postgresql/host and "
                                    "postgresql/port to one"));
    }
    securing = IsSecuring(session);
    next = PQconnectPoll(session);
  }
  return next == PGRES_POLLING_OK ? absl::OkStatus() : Failure(session, target, securing);
}

absl::StatusOr<PostgresqlSession> LogInWith(const Secret& password, const PostgresqlTarget& target,
                                            absl::Duration patience, absl::Time deadline,
                                            Clock& clock) {
  PostgresqlSession session = Begin(target, password);
  if (session == nullptr) {
    return MakeError(absl::StatusCode::kResourceExhausted, Reason::kInternal,
                     "no memory for a connection to the server");
  }
  PQsetErrorVerbosity(session.get(), PQERRORS_SQLSTATE);
  PQsetNoticeProcessor(
      session.get(), [](void*, const char*) {}, nullptr);
  RETURN_IF_ERROR(Complete(session.get(), target, patience, deadline, clock));
  return session;
}

}  // namespace

std::string PostgresqlTarget::address() const {
  return absl::StrContains(host, ':') ? absl::StrCat("[", host, "]:", port)
                                      : absl::StrCat(host, ":", port);
}

absl::StatusOr<PostgresqlSession> LogIn(const PostgresqlTarget& target, absl::Duration patience,
                                        absl::Time deadline, Clock& clock) {
  ForgetEnvironment();
  return target.passwords->Try([&](const Secret& password) {
    return LogInWith(password, target, patience, deadline, clock);
  });
}

absl::optional<absl::Time> ExpiryOfServerCertificate(PGconn* session) {
  auto* const tls = static_cast<SSL*>(PQsslStruct(session, "OpenSSL"));
  if (tls == nullptr) return absl::nullopt;
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(tls),
                                                                &X509_free);
  std::tm utc = {};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &utc) != 1) {
    return absl::nullopt;
  }
  return absl::FromTM(utc, absl::UTCTimeZone());
}

}  // namespace eds
