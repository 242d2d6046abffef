#include "mysql_node/mysql_login.h"

#include <mariadb/errmsg.h>
#include <mariadb/mysql.h>

#include <algorithm>
#include <cstdint>

#include "common/error.h"
#include "common/status_macros.h"
#include "mysql_node/mysql_errors.h"

namespace eds {
namespace {

// What a server may ask for: nothing that sends a password in clear.
constexpr char kPlugins[] =
    "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519";

absl::Status LibraryFailure() {
  return MakeError(absl::StatusCode::kInternal, Reason::kInternal, "libmariadb did not start");
}

// From threads at once, as mysql_init alone may not be.
bool InitialiseLibrary() {
  static const bool initialised = mysql_library_init(0, nullptr, nullptr) == 0;
  return initialised;
}

// The library knows whole seconds.
unsigned int ToSeconds(absl::Duration timeout) {
  return static_cast<unsigned int>(
      std::max<int64_t>(1, absl::ToInt64Seconds(absl::Ceil(timeout, absl::Seconds(1)))));
}

void SetOptions(MYSQL* session, absl::Duration timeout) {
  const unsigned int seconds = ToSeconds(timeout);
  const unsigned int tcp = MYSQL_PROTOCOL_TCP;  // `localhost` would mean a socket file.
  const unsigned int no_infile = 0;
  const my_bool no_reconnect = 0;
  mysql_options(session, MYSQL_OPT_PROTOCOL, &tcp);
  mysql_options(session, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
  mysql_options(session, MYSQL_OPT_READ_TIMEOUT, &seconds);
  mysql_options(session, MYSQL_OPT_WRITE_TIMEOUT, &seconds);
  mysql_options(session, MYSQL_OPT_LOCAL_INFILE, &no_infile);
  mysql_options(session, MYSQL_OPT_RECONNECT, &no_reconnect);
  mysql_options(session, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options(session, MARIADB_OPT_RESTRICTED_AUTH, kPlugins);
  mysql_options4(session, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "mysql_node");
}

void SetTlsOptions(MYSQL* session, const TlsOptions& tls, TlsMode mode) {
  if (mode == TlsMode::kDisabled) return;
  const my_bool enforce = 1;
  const my_bool verify = mode == TlsMode::kVerifyFull ? 1 : 0;
  mysql_options(session, MYSQL_OPT_SSL_ENFORCE, &enforce);
  mysql_options(session, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
  if (verify != 0) mysql_options(session, MYSQL_OPT_SSL_CA, tls.AuthoritiesFile().c_str());
  if (tls.cert_file.empty()) return;
  mysql_options(session, MYSQL_OPT_SSL_CERT, tls.cert_file.c_str());
  mysql_options(session, MYSQL_OPT_SSL_KEY, tls.key_file.c_str());
}

// SSL_ENFORCE is content with a plain connection to a server without TLS.
absl::Status CheckEncrypted(MYSQL* session) {
  if (mysql_get_ssl_cipher(session) != nullptr) return absl::OkStatus();
  return MysqlError(
      {.code = CR_SSL_CONNECTION_ERROR, .sqlstate = "HY000", .message = "it offers no TLS"},
      absl::nullopt);
}

}  // namespace

void CloseMysqlSession::operator()(st_mysql* session) const { mysql_close(session); }

absl::StatusOr<MysqlSession> LogInToMysql(const ServerConfig& config, const std::string& host,
                                          const Secret& password, absl::Duration timeout) {
  if (!InitialiseLibrary()) return LibraryFailure();
  MysqlSession session(mysql_init(nullptr));
  if (session == nullptr) return LibraryFailure();
  const TlsMode mode = config.tls.ModeFor(host);
  SetOptions(session.get(), timeout);
  SetTlsOptions(session.get(), config.tls, mode);
  if (mysql_real_connect(session.get(), host.c_str(), config.user.c_str(),
                         password.Reveal().c_str(), nullptr, config.port, nullptr, 0) == nullptr) {
    return LastMysqlError(session.get(), absl::nullopt);
  }
  if (mode != TlsMode::kDisabled) RETURN_IF_ERROR(CheckEncrypted(session.get()));
  return session;
}

absl::Status LastMysqlError(st_mysql* session, absl::optional<MysqlFlavour> flavour) {
  return MysqlError({.code = mysql_errno(session),
                     .sqlstate = mysql_sqlstate(session),
                     .message = mysql_error(session)},
                    flavour);
}

}  // namespace eds
