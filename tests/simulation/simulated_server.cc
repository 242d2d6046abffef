#include "tests/simulation/simulated_server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"

namespace eds::simulation {
namespace {

constexpr absl::Duration kLongestHang = absl::Seconds(90);

absl::Status Unreachable() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable,
                   "the server dropped the connection");
}

ServerConfig ConfigOf(const std::string& host) {
  return {.hosts = {host}, .port = 3306, .user = "admin", .password = Secret("secret")};
}

}  // namespace

SimulatedServer::SimulatedServer(Environment& environment, Oracle& oracle, const std::string& host)
    : environment_(environment),
      oracle_(oracle),
      host_(host),
      fake_(environment.clock, ConfigOf(host)) {
  fake_.SetInfo({.flavour = "Fake", .version = "1.0", .identity = host, .address = ""});
}

absl::Status SimulatedServer::Run(const std::shared_ptr<Process>& agent, Statement statement,
                                  absl::Time deadline) {
  const absl::Status timeout =
      MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
                "the server did not answer in time");
  if (environment_.clock.Now() >= deadline) return timeout;
  // Shared with the server, where it may go on when we are dead.
  auto running = std::make_shared<Running>();
  running->agent = agent;
  running->reign = reign_;
  running->statement = std::move(statement);
  environment_.scheduler.Spawn(environment_.world, [this, running] {
    running->answer = Execute(*running);
    running->answered = true;
  });
  const auto answered = [&running] { return running->answered; };
  if (environment_.scheduler.WaitUntil(answered, deadline)) return running->answer;
  running->cancelled = true;
  return timeout;
}

void SimulatedServer::Start() {
  if (!fake_.IsRunning()) ++reign_;
  fake_.Start();
}

bool SimulatedServer::IsGivenUp(const Running& running) {
  if (running.cancelled || running.reign != reign_) return true;
  // A server notices late, or never, that who it works for has gone.
  return running.agent->dead && environment_.dice.Chance(0.5);
}

absl::Status SimulatedServer::Execute(const Running& running) {
  Dice& dice = environment_.dice;
  const Faults& faults = environment_.faults;
  environment_.Spend(faults.longest_statement);
  if (dice.Chance(faults.statement_fails)) return Unreachable();
  if (dice.Chance(faults.statement_hangs)) environment_.Spend(kLongestHang);
  if (IsGivenUp(running)) return Unreachable();
  if (refuses_administrator_) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused,
                     "the server refuses the administrator's login: set user and pass");
  }
  if (running.statement.half && dice.Chance(faults.statement_half_done)) {
    HalfEffect(running);
    environment_.Spend(faults.longest_statement);
    if (dice.Chance(0.5) || IsGivenUp(running)) return Unreachable();
  }
  const absl::Status status = Effect(running);
  if (dice.Chance(faults.statement_answer_lost)) return Unreachable();
  environment_.Spend(faults.longest_statement);
  return status;
}

absl::Status SimulatedServer::Effect(const Running& running) {
  const Oracle::Before before = Oracle::Look(fake_, running.statement);
  const absl::Status status = running.statement.whole();
  Note(running, absl::StatusCodeToString(status.code()));
  if (!status.ok()) return status;
  if (running.statement.kind == Statement::Kind::kClaim && ruler_ != running.agent) {
    ruler_ = running.agent;
    ++reign_;
  }
  oracle_.Happened(fake_, running.statement, before);
  return status;
}

void SimulatedServer::HalfEffect(const Running& running) {
  const Oracle::Before before = Oracle::Look(fake_, running.statement);
  const bool happened = running.statement.half();
  Note(running, happened ? "half of it" : "nothing of it");
  if (happened) oracle_.Happened(fake_, running.statement, before);
}

void SimulatedServer::Note(const Running& running, const std::string& outcome) {
  environment_.scheduler.Note(absl::StrCat(host_, ", for ", running.agent->name, ": ",
                                           Describe(running.statement), ": ", outcome));
}

}  // namespace eds::simulation
