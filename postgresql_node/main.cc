#include "absl/time/time.h"
#include "common/clock.h"
#include "common/random.h"
#include "node/node_main.h"
#include "postgresql_node/postgresql_server.h"

int main(int argc, char** argv) {
  eds::SystemClock clock;
  eds::SystemRandom random;
  const eds::AgentOptions defaults{.kind = eds::v1::KIND_POSTGRESQL,
                                   .node = "postgresql_node",
                                   .controller = "127.0.0.1:7400",
                                   .listen = "127.0.0.1:7402"};
  const auto open = [&](const eds::ServerConfig& config, absl::Time deadline) {
    return eds::OpenPostgresqlServer(config, clock, random, deadline);
  };
  return eds::RunNode(argc, argv, defaults, open, random);
}
