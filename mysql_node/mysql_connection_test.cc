#include "mysql_node/mysql_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using ::testing::HasSubstr;

// Listens on a port of 127.0.0.1, and says `greeting` to the first who comes.
class OtherServer {
 public:
  explicit OtherServer(std::string greeting) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(socket_, generic, size), 0);
    EXPECT_EQ(listen(socket_, 1), 0);
    EXPECT_EQ(getsockname(socket_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, greeting = std::move(greeting)] {
      client_ = accept(socket_, nullptr, nullptr);
      EXPECT_EQ(send(client_, greeting.data(), greeting.size(), MSG_NOSIGNAL),
                static_cast<ssize_t>(greeting.size()));
    });
  }
  ~OtherServer() {
    thread_.join();
    close(client_);
    close(socket_);
  }

  int port() const { return port_; }

 private:
  const int socket_;
  int client_ = -1;
  int port_ = 0;
  std::thread thread_;
};

absl::Status ConnectTo(const std::string& host, int port) {
  const ServerConfig config = {.hosts = {host},
                               .port = port,
                               .user = "root",
                               .password = Secret("secret"),
                               .connect_timeout = absl::Seconds(1)};
  SystemClock clock;
  AdminPasswords passwords(config.password);
  return MysqlConnection::Connect(config, passwords, host, clock, absl::Now() + absl::Seconds(5))
      .status();
}

TEST(MysqlConnection, TellsAServerThatWaitsForTheClientToSpeak) {
  // As a PostgreSQL or an HTTP server does.
  const OtherServer server("");
  const absl::Status status = ConnectTo("127.0.0.1", server.port());
  EXPECT_THAT(status, FailsWith(absl::StatusCode::kUnavailable, Reason::kServerUnreachable));
  EXPECT_THAT(std::string(status.message()), HasSubstr("does not greet as MySQL does"));
}

TEST(MysqlConnection, TellsAServerThatGreetsOtherwise) {
  const OtherServer server("SSH-2.0-OpenSSH_9.2 and more text than a packet's header has\r\n");
  const absl::Status status = ConnectTo("127.0.0.1", server.port());
  EXPECT_THAT(status, FailsWith(absl::StatusCode::kUnavailable, Reason::kServerUnreachable));
  EXPECT_THAT(std::string(status.message()), HasSubstr("does not greet as MySQL does"));
}

TEST(MysqlConnection, TellsThatNobodyListens) {
  const absl::Status status = ConnectTo("127.0.0.1", 1);
  EXPECT_THAT(status, FailsWith(absl::StatusCode::kUnavailable, Reason::kServerUnreachable));
  EXPECT_THAT(std::string(status.message()), HasSubstr("127.0.0.1:1"));
}

TEST(MysqlConnection, TellsThatThereIsNoSuchHost) {
  EXPECT_THAT(ConnectTo("no-such-host.invalid", 3306),
              FailsWith(absl::StatusCode::kUnavailable, Reason::kServerUnreachable));
}

}  // namespace
}  // namespace eds
