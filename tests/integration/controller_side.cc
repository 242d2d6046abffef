#include "tests/integration/controller_side.h"

#include <thread>
#include <utility>

#include "common/status_matchers.h"
#include "gtest/gtest.h"

namespace eds {

ControllerSide::ControllerSide(const std::string& listen, StateStore& store, const Sealer& sealer,
                               Clock& clock)
    : catalog_(Catalog::Open(store, clock).value()),
      directory_(clock),
      nodes_(channels_, clock),
      configs_(*catalog_, directory_, sealer, clock),
      registry_(directory_, configs_, dispatcher_, "abcdefgh", Secret("claimkey")) {
  auto server = GrpcServer::Start(listen, /*insecure=*/false, {&registry_});
  EXPECT_THAT(server, IsOk());
  if (server.ok()) server_ = *std::move(server);
}

ControllerSide::~ControllerSide() {
  if (server_ != nullptr) server_->Shutdown(absl::ZeroDuration());
  dispatcher_.Drain();
}

absl::Status ControllerSide::AwaitReport(const std::string& node) {
  while (true) {
    const absl::optional<JoinedNode> joined = directory_.Find(node);
    const bool tried =
        joined && joined->reported && (joined->applied_revision > 0 || joined->config_problem);
    if (tried) return directory_.CheckReady(node);
    std::this_thread::yield();
  }
}

AgentLink ControllerSide::LinkTo(const std::string& node) {
  const absl::StatusOr<AgentLink> link = channels_.Find(node);
  EXPECT_THAT(link, IsOk());
  return link.value_or(AgentLink());
}

}  // namespace eds
