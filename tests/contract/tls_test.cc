// What becomes of a connection to a server: each tls_mode on each kind of server.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/random.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mysql_node/mysql_server.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_server.h"
#include "tests/fixtures/certificates.h"
#include "tests/fixtures/engines.h"
#include "tests/fixtures/private_server.h"

namespace eds {
namespace {

using ::testing::HasSubstr;

constexpr absl::StatusCode kMendIt = absl::StatusCode::kFailedPrecondition;

// With TLS, if there are certificates; it asks the account `certified` for one too.
std::vector<std::string> ArgumentsFor(const Engine& engine, Certificates* certificates) {
  const bool postgresql = engine.kind == "postgresql";
  if (certificates == nullptr) {
    if (engine.name == "Mysql") return {"--tls-version="};
    if (postgresql) return {"--ssl=off"};
    return {"--skip-ssl"};
  }
  const char* const names[] = {"ssl_ca", "ssl_cert", "ssl_key"};
  const std::string files[] = {certificates->server_ca(), certificates->server_certificate(),
                               certificates->server_key()};
  std::vector<std::string> arguments;
  if (postgresql) arguments.push_back("--ssl=on");
  for (int i = 0; i < 3; ++i) {
    arguments.push_back(absl::StrCat("--", names[i], postgresql ? "_file=" : "=", files[i]));
  }
  if (!postgresql) return arguments;
  const auto access = certificates->WriteForServer(
      "pg_hba.conf",
      "hostssl all certified 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n"
      "host all certified 127.0.0.1/32 reject\n"
      "host all all 127.0.0.1/32 scram-sha-256\n");
  EXPECT_THAT(access, IsOk());
  arguments.push_back("--hba_file=" + access.value_or(""));
  return arguments;
}

class TlsTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    auto made = Certificates::Make(GetParam().kind == "mysql" ? "mysql" : "postgres");
    ASSERT_THAT(made, IsOk());
    certificates_ = *std::move(made);
  }

  void Start(bool with_tls) {
    auto started = GetParam().start(
        {.arguments = ArgumentsFor(GetParam(), with_tls ? certificates_.get() : nullptr)});
    ASSERT_THAT(started, IsOk());
    server_ = *std::move(started);
  }

  // The server's certificate becomes another one.
  void Issue(const Certificates::Flaws& flaws) {
    ASSERT_THAT(certificates_->Issue(flaws), IsOk());
    ASSERT_THAT(server_->Restart(), IsOk());
  }

  TlsOptions Verifying() const {
    return {.mode = TlsMode::kVerifyFull, .ca_file = certificates_->ca()};
  }

  absl::StatusOr<std::unique_ptr<DatabaseServer>> Open(const TlsOptions& tls) {
    return Open(tls, server_->admin());
  }
  absl::StatusOr<std::unique_ptr<DatabaseServer>> Open(const TlsOptions& tls, const Login& login,
                                                       const std::string& host = "localhost") {
    const ServerConfig config = {.hosts = {host},
                                 .port = server_->port(),
                                 .user = login.user,
                                 .password = login.password,
                                 .claim = {"abcdefgh", "node", 1},
                                 .tls = tls};
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    return GetParam().kind == "mysql" ? OpenMysqlServer(config, clock_, random_, deadline)
                                      : OpenPostgresqlServer(config, clock_, random_, deadline);
  }

  void ExpectRefused(const TlsOptions& tls, const std::string& host = "localhost") {
    const auto opened = Open(tls, server_->admin(), host);
    EXPECT_THAT(opened, FailsWith(kMendIt, Reason::kServerTlsFailed));
    EXPECT_THAT(std::string(opened.status().message()), HasSubstr(GetParam().kind + "/tls_mode"));
  }

  std::unique_ptr<Certificates> certificates_;
  std::unique_ptr<PrivateServer> server_;
  SystemClock clock_;
  SystemRandom random_;
};

std::string DetailOf(const std::vector<Finding>& findings, const std::string& check) {
  for (const Finding& finding : findings) {
    if (finding.check == check) return finding.detail;
  }
  return "";
}

TEST_P(TlsTest, AServerWithoutTlsIsUsedOnlyInClear) {
  Start(/*with_tls=*/false);
  EXPECT_THAT(Open({.mode = TlsMode::kDisabled}), IsOk());
  EXPECT_THAT(Open({}), IsOk());  // A local host.
  ExpectRefused({.mode = TlsMode::kRequired});
  ExpectRefused(Verifying());
}

TEST_P(TlsTest, ACertificateCountsOnlyWhereItIsVerified) {
  Start(/*with_tls=*/true);
  EXPECT_THAT(Open({.mode = TlsMode::kDisabled}), IsOk());
  EXPECT_THAT(Open({.mode = TlsMode::kRequired}), IsOk());
  EXPECT_THAT(Open(Verifying()), IsOk());
  EXPECT_THAT(Open(Verifying(), server_->admin(), "127.0.0.1"), IsOk());
  ExpectRefused({.mode = TlsMode::kVerifyFull});  // By the system's authorities.
  const Certificates::Flaws flaws[] = {
      {.wrong_name = true}, {.expired = true}, {.unknown_authority = true}};
  for (const Certificates::Flaws& flaw : flaws) {
    SCOPED_TRACE(absl::StrCat(flaw.wrong_name, flaw.expired, flaw.unknown_authority));
    Issue(flaw);
    EXPECT_THAT(Open({.mode = TlsMode::kRequired}), IsOk());
    ExpectRefused(Verifying());
  }
}

TEST_P(TlsTest, EverySessionIsEncryptedAndStepsWork) {
  Start(/*with_tls=*/true);
  for (const TlsOptions& tls : {TlsOptions{.mode = TlsMode::kRequired}, Verifying()}) {
    const auto opened = Open(tls);
    ASSERT_THAT(opened, IsOk());
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    const UserSpec user = {*Identifier::Parse("u" + RandomBase32(random_, 20)),
                           {*Identifier::Parse("d" + RandomBase32(random_, 20)),
                            *Identifier::Parse("o" + RandomBase32(random_, 20))}};
    EXPECT_THAT((*opened)->CreateDatabase(user.database, deadline), IsOk());
    EXPECT_THAT((*opened)->CreateUser(user, RandomPassword(random_), deadline), IsOk());
    EXPECT_THAT((*opened)->DropUser(user, deadline), IsOk());
    EXPECT_THAT((*opened)->DropDatabase(user.database, deadline), IsOk());
    EXPECT_THAT(DetailOf((*opened)->Diagnose(deadline), "tls"), HasSubstr("encrypted (TLSv1."));
  }
}

TEST_P(TlsTest, AnAccountThatWantsACertificateIsShownOne) {
  Start(/*with_tls=*/true);
  Login login = server_->admin();
  login.user = "certified";
  const std::string password = login.password.Reveal();
  const std::vector<std::string> statements =
      GetParam().kind == "mysql"
          ? std::vector<std::string>{absl::StrCat("CREATE USER certified IDENTIFIED BY '", password,
                                                  "' REQUIRE X509"),
                                     "GRANT ALL ON *.* TO certified WITH GRANT OPTION"}
          : std::vector<std::string>{
                absl::StrCat("CREATE ROLE certified SUPERUSER LOGIN PASSWORD '", password, "'")};
  for (const std::string& statement : statements) {
    ASSERT_THAT(server_->RunAsAdmin(statement), IsOk());
  }
  TlsOptions tls = Verifying();
  EXPECT_THAT(Open(tls, login), FailsWith(kMendIt, Reason::kAdminLoginRefused));
  tls.cert_file = certificates_->client_certificate();
  tls.key_file = certificates_->client_key();
  EXPECT_THAT(Open(tls, login), IsOk());
}

INSTANTIATE_TEST_SUITE_P(AllEngines, TlsTest, testing::ValuesIn(AllEngines()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace eds
