#ifndef EDS_TESTS_SIMULATION_SCHEDULER_H_
#define EDS_TESTS_SIMULATION_SCHEDULER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/fiber.h"
#include "tests/simulation/stack.h"
#include "tests/simulation/trace.h"

namespace eds::simulation {

// What lives and dies together: the fibers of a process, and what they work on.
struct Process {
  explicit Process(std::string name) : name(std::move(name)) {}

  const std::string name;
  bool dead = false;
  absl::Time sleeps_until = absl::InfinitePast();  // Paused, as by SIGSTOP.
  absl::Time paused_at = absl::InfiniteFuture();
  // Called once it is dead and none of its fibers is left: frees what they worked on.
  std::function<void()> on_end;
};

// Thrown in the fibers of a process that is killed, so that their stacks unwind. To be
// caught by nobody but the scheduler.
struct Killed {};

// Runs fibers, one at a time: which goes next is drawn from the dice. Time is virtual,
// and passes only when none can go on. All but Run and Spawn are called in a fiber.
class Scheduler {
 public:
  // All must outlive the scheduler.
  Scheduler(Dice& dice, Trace& trace, StackPool& stacks)
      : dice_(dice), trace_(trace), stacks_(stacks) {}
  ~Scheduler() { Abandon(); }

  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Of a process that is dead, nothing is started.
  void Spawn(const std::shared_ptr<Process>& process, std::function<void()> body);

  // Runs until `done` holds, at `limit` at the latest; tells whether it holds.
  bool Run(const std::function<bool()>& done, absl::Time limit);

  // Ends all that is left, to be called before what the fibers work on goes.
  void Abandon();

  // Lets others go first, perhaps.
  void Yield();
  void Sleep(absl::Duration duration);

  // Waits until `holds` does, or until `deadline`; tells whether it does. `holds` is
  // called often, and must change nothing.
  bool WaitUntil(const std::function<bool()>& holds, absl::Time deadline);

  // Ends a process at once, wherever its fibers are; if it is the caller's own, does not
  // return.
  void Kill(const std::shared_ptr<Process>& process);
  void Pause(Process& process, absl::Duration duration);
  bool IsPaused(const Process& process) const { return process.sleeps_until > now_; }

  absl::Time Now() const { return now_; }
  void Note(const std::string& line);

 private:
  struct Task {
    std::shared_ptr<Process> process;  // Shared with whoever started it.
    std::unique_ptr<Fiber> fiber;
    const std::function<bool()>* condition = nullptr;  // Null: none.
    absl::Time wakes_at = absl::InfinitePast();
  };

  bool CanGoOn(const Task& task) const;
  void Resume(Task& task);
  void Wait(const std::function<bool()>* condition, absl::Time wakes_at);
  bool AdvanceTime(absl::Time limit);
  // Unwinds what belongs to dead processes.
  void Bury();
  void Remove(size_t index);

  Dice& dice_;
  Trace& trace_;
  StackPool& stacks_;
  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  std::vector<std::unique_ptr<Task>> tasks_;
  std::vector<std::shared_ptr<Process>> dying_;  // Shared with their owners.
  Task* current_ = nullptr;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_SCHEDULER_H_
