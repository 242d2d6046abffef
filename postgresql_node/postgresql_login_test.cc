#include "postgresql_node/postgresql_login.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "postgresql_node/postgresql_connection.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/socket_watchdog.h"

namespace eds {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A message of PostgreSQL's protocol.
std::string Message(char type, const std::string& body) {
  const uint32_t length = htonl(static_cast<uint32_t>(body.size() + 4));
  return std::string(1, type) + std::string(reinterpret_cast<const char*>(&length), 4) + body;
}

std::string ErrorOf(const std::string& severity, const std::string& sqlstate) {
  return Message('E', "S" + severity + '\0' + "C" + sqlstate + '\0' + "Mtext" + '\0' + '\0');
}

std::string Welcome(const std::string& version) {
  return Message('R', std::string(4, '\0')) +
         Message('S', std::string("server_version") + '\0' + version + '\0') + Message('Z', "I");
}

// What a server says that closes the connection instead of an answer.
const std::string kHangUp = "hang up";

// Listens on a port of its own, and tells everybody the same.
class ScriptedServer {
 public:
  // To each connection it says `greeting` at once, `answer` when something arrives;
  // nothing if they are empty.
  ScriptedServer(std::string greeting, std::string answer)
      : greeting_(std::move(greeting)),
        answer_(std::move(answer)),
        listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~ScriptedServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

  PostgresqlTarget target() const { return {"127.0.0.1", port_, "eds", &passwords_, "postgres"}; }

 private:
  void Serve() const {
    for (int client; (client = accept(listener_, nullptr, nullptr)) >= 0; close(client)) {
      EXPECT_EQ(write(client, greeting_.data(), greeting_.size()),
                static_cast<ssize_t>(greeting_.size()));
      char buffer[1024];
      while (read(client, buffer, sizeof buffer) > 0) {
        if (answer_.empty()) continue;
        const bool asks_for_tls = buffer[3] == 8;  // The length of an SSLRequest.
        if (answer_ == kHangUp) break;
        const std::string answer = asks_for_tls ? "N" : answer_;
        EXPECT_EQ(write(client, answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
        if (!asks_for_tls) break;
      }
    }
  }

  mutable AdminPasswords passwords_{Secret("correct horse")};
  const std::string greeting_;
  const std::string answer_;
  const int listener_;
  int port_ = 0;
  std::thread thread_;
};

class LogInTest : public testing::Test {
 protected:
  absl::StatusOr<PostgresqlSession> LogInTo(const ScriptedServer& server,
                                            absl::Duration patience = absl::Seconds(20),
                                            absl::Duration until_deadline = absl::Seconds(30)) {
    return LogIn(server.target(), patience, absl::Now() + until_deadline, clock_);
  }

  SystemClock clock_;
};

TEST_F(LogInTest, TakesNothingFromTheEnvironment) {
  for (const char* name : {"PGHOSTADDR", "PGSERVICE", "PGSSLROOTCERT", "PGREQUIREPEER"}) {
    ASSERT_EQ(setenv(name, "elsewhere", 1), 0);
  }
  ASSERT_EQ(setenv("PGUNRELATED", "stays", 1), 0);
  const ScriptedServer server("", Welcome("15.4"));
  EXPECT_THAT(LogInTo(server), IsOk());
  EXPECT_EQ(getenv("PGSERVICE"), nullptr);
  EXPECT_STREQ(getenv("PGUNRELATED"), "stays");
}

TEST_F(LogInTest, ReadsTheSqlStateInWhateverLanguageTheServerSpeaks) {
  for (const char* severity : {"FATAL", "\xE8\x87\xB4\xE5\x91\xBD\xE9\x94\x99\xE8\xAF\xAF"}) {
    const ScriptedServer server("", ErrorOf(severity, "28P01"));
    const auto session = LogInTo(server);
    EXPECT_THAT(session,
                FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused));
    EXPECT_EQ(SqlStateOf(session.status()), "28P01");
    EXPECT_THAT(std::string(session.status().message()), Not(HasSubstr("horse")));
  }
}

TEST_F(LogInTest, TellsAServerThatIsFullFromOneThatStarts) {
  const ScriptedServer full("", ErrorOf("FATAL", "53300"));
  EXPECT_THAT(LogInTo(full),
              FailsWith(absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded));
  const ScriptedServer starting("", ErrorOf("FATAL", "57P03"));
  EXPECT_THAT(LogInTo(starting),
              FailsWith(absl::StatusCode::kUnavailable, Reason::kServerUnreachable));
}

TEST_F(LogInTest, KnowsThatAMysqlServerIsNoPostgresqlServer) {
  const ScriptedServer server(std::string("J\0\0\0\x0A"
                                          "8.0.36\0",
                                          12),
                              "");
  EXPECT_THAT(LogInTo(server),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kServerMismatch));
}

TEST_F(LogInTest, AServerThatHangsUpIsUnreachable) {
  const ScriptedServer server(/*greeting=*/"", kHangUp);
  EXPECT_THAT(LogInTo(server),
              FailsWith(absl::StatusCode::kUnavailable, Reason::kServerUnreachable));
}

TEST_F(LogInTest, ASilentServerIsGivenUpWhenPatienceEnds) {
  const ScriptedServer server("", "");
  const absl::Time begin = absl::Now();
  EXPECT_THAT(LogInTo(server, absl::Milliseconds(50)),
              FailsWith(absl::StatusCode::kUnavailable, Reason::kServerUnreachable));
  EXPECT_LT(absl::Now() - begin, absl::Seconds(5));
}

TEST_F(LogInTest, ASilentServerIsGivenUpAtTheDeadline) {
  const ScriptedServer server("", "");
  EXPECT_THAT(LogInTo(server, absl::Seconds(20), absl::Milliseconds(50)),
              FailsWith(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout));
}

TEST_F(LogInTest, AServerThatIsTooOldIsRefusedByName) {
  const ScriptedServer server("", Welcome("9.0.23"));
  SocketWatchdog watchdog;
  const auto connection = PostgresqlConnection::Open(
      server.target(), absl::Seconds(20), absl::Now() + absl::Seconds(30), clock_, watchdog);
  EXPECT_THAT(connection, FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kServerTooOld));
  EXPECT_EQ(connection.status().message(),
            "PostgreSQL 9.0.23 is too old: EDS needs PostgreSQL 9.1 or later");
}

}  // namespace
}  // namespace eds
