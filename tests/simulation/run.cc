#include "tests/simulation/run.h"

#include <functional>
#include <utility>

#include "tests/simulation/chaos.h"
#include "tests/simulation/final_checks.h"
#include "tests/simulation/operator.h"
#include "tests/simulation/system.h"
#include "tests/simulation/workload.h"

namespace eds::simulation {
namespace {

constexpr absl::Duration kSetUpBudget = absl::Minutes(5);
constexpr absl::Duration kWorkBudget = absl::Hours(4);
constexpr absl::Duration kHealBudget = absl::Minutes(30);
constexpr absl::Duration kLook = absl::Milliseconds(100);
constexpr double kShareThatExpires = 0.2;
constexpr uint64_t kMostEvents = 1'000'000;

class Run {
 public:
  Run(uint64_t seed, Apparatus& apparatus, Trace::Sink sink)
      : system_(seed, apparatus, std::move(sink)),
        workload_(system_),
        chaos_(system_),
        operator_(system_) {}
  ~Run() { system_.environment.scheduler.Abandon(); }

  Outcome Execute() {
    Do([this] { system_.SetUp(); }, kSetUpBudget, "the set-up");
    workload_.Start();
    chaos_.Start();
    operator_.Start();
    Await([this] { return workload_.is_done(); }, kWorkBudget, "the clients");
    chaos_.Stop();
    operator_.Stop();
    Await([this] { return operator_.has_stopped(); }, kHealBudget, "the operator");
    Do([this] { system_.Heal(); }, kHealBudget, "the mending");
    Rest("the unfinished work");
    Do([this] { workload_.Settle(); }, kWorkBudget, "the repeats");
    Do([this] { operator_.Finish(); }, kHealBudget, "the sweeps");
    if (system_.environment.dice.Chance(kShareThatExpires)) {
      Do([this] { system_.Expire(); }, kHealBudget, "the end of the retention");
    }
    Rest("the rest");
    Do([this] { CheckFinally(system_); }, kHealBudget, "the last checks");
    const Environment& environment = system_.environment;
    return {.violation = environment.violation,
            .trace_hash = environment.trace.hash(),
            .events = environment.trace.events()};
  }

 private:
  void Do(std::function<void()> what, absl::Duration budget, const std::string& name) {
    bool done = false;
    system_.environment.scheduler.Spawn(system_.environment.world, [&done, what] {
      what();
      done = true;
    });
    Await([&done] { return done; }, budget, name);
  }

  void Rest(const std::string& name) {
    const auto rest = [this] {
      while (!system_.Unrest().empty()) system_.environment.scheduler.Sleep(kLook);
    };
    Do(rest, kHealBudget, name);
  }

  // Whatever has begun must come to an end, unless a violation ends the run.
  void Await(const std::function<bool()>& done, absl::Duration budget, const std::string& name) {
    Environment& environment = system_.environment;
    if (!environment.violation.empty()) return;
    const uint64_t last_event = environment.trace.events() + kMostEvents;
    const auto ended = [&] {
      return !environment.violation.empty() || done() || environment.trace.events() > last_event;
    };
    const bool in_time = environment.scheduler.Run(ended, environment.scheduler.Now() + budget);
    if (in_time && environment.trace.events() <= last_event) return;
    environment.Violation(4, absl::StrCat(name, ": no end after ",
                                          in_time ? absl::StrCat(kMostEvents, " events")
                                                  : absl::FormatDuration(budget),
                                          ": ", system_.Unrest()));
  }

  System system_;
  Workload workload_;
  Chaos chaos_;
  Operator operator_;
};

}  // namespace

Outcome RunSeed(uint64_t seed, Apparatus& apparatus, Trace::Sink sink) {
  return Run(seed, apparatus, std::move(sink)).Execute();
}

}  // namespace eds::simulation
