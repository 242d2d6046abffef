#include "tests/simulation/network.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"

namespace eds::simulation {
namespace {

// How late a repeated request may still arrive.
constexpr absl::Duration kLatestRepeat = absl::Minutes(3);

absl::Status NoAnswer(const std::string& node) {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kNodeNotConnected,
                   absl::StrCat(node, " did not answer"));
}

}  // namespace

void Network::Send(const std::shared_ptr<Exchange>& exchange) {
  environment_.scheduler.Spawn(environment_.world, [this, exchange] { Carry(exchange); });
  if (!environment_.dice.Chance(environment_.faults.request_repeated)) return;
  // Nothing that comes later outdates an adoption that was refused.
  if (exchange->name == "AdoptDatabase") return;
  // A copy of its own: nobody waits for its reply.
  const auto copy = std::make_shared<Exchange>(*exchange);
  environment_.scheduler.Spawn(environment_.world, [this, copy] {
    environment_.Spend(kLatestRepeat);
    Carry(copy);
  });
}

void Network::Carry(const std::shared_ptr<Exchange>& exchange) {
  Scheduler& scheduler = environment_.scheduler;
  exchange->reply = NoAnswer(exchange->target.node());
  environment_.Spend(environment_.faults.longest_transit);
  if (!environment_.dice.Chance(environment_.faults.request_lost)) {
    if (const auto pending = deliver_(exchange); pending != nullptr) {
      const auto ended = [&] { return pending->status.has_value() || pending->agent->dead; };
      scheduler.WaitUntil(ended, absl::InfiniteFuture());
      const bool lost = environment_.dice.Chance(environment_.faults.reply_lost);
      if (pending->status && !lost) exchange->reply = *pending->status;
      environment_.Spend(environment_.faults.longest_transit);
    }
  }
  exchange->replied = true;
}

}  // namespace eds::simulation
