#include "tests/simulation/scheduler.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "glog/logging.h"

namespace eds::simulation {

void Scheduler::Abandon() {
  dying_.clear();
  for (const std::unique_ptr<Task>& task : tasks_) task->process->dead = true;
  Bury();
}

void Scheduler::Spawn(const std::shared_ptr<Process>& process, std::function<void()> body) {
  if (process->dead) return;
  auto guarded = [body = std::move(body)] {
    try {
      body();
    } catch (const Killed&) {
    }
  };
  auto task = std::make_unique<Task>();
  task->process = process;
  task->fiber = std::make_unique<Fiber>(stacks_.Take(), std::move(guarded));
  tasks_.push_back(std::move(task));
}

bool Scheduler::Run(const std::function<bool()>& done, absl::Time limit) {
  std::vector<Task*> ready;
  while (!done()) {
    ready.clear();
    for (const std::unique_ptr<Task>& task : tasks_) {
      if (CanGoOn(*task)) ready.push_back(task.get());
    }
    if (ready.empty()) {
      if (!AdvanceTime(limit)) return false;
      continue;
    }
    const size_t choice = dice_.Below(ready.size());
    trace_.Mix(choice);
    Task* const chosen = ready[choice];
    Resume(*chosen);
    if (chosen->fiber->ended()) {
      Remove(absl::c_find_if(tasks_, [&](const auto& task) { return task.get() == chosen; }) -
             tasks_.begin());
    }
    Bury();
  }
  return true;
}

bool Scheduler::CanGoOn(const Task& task) const {
  if (task.wakes_at > now_ && task.condition == nullptr) return false;
  if (IsPaused(*task.process)) return false;
  return task.wakes_at <= now_ || (*task.condition)();
}

void Scheduler::Resume(Task& task) {
  current_ = &task;
  task.fiber->Resume();
  current_ = nullptr;
}

bool Scheduler::AdvanceTime(absl::Time limit) {
  absl::Time next = absl::InfiniteFuture();
  for (const std::unique_ptr<Task>& task : tasks_) {
    absl::Time wakes_at = std::max(task->wakes_at, task->process->sleeps_until);
    // What it waits for may hold already.
    if (IsPaused(*task->process)) wakes_at = task->process->sleeps_until;
    next = std::min(next, wakes_at);
  }
  if (next > limit) return false;
  now_ = next;
  return true;
}

void Scheduler::Yield() { Wait(nullptr, now_); }

void Scheduler::Sleep(absl::Duration duration) { Wait(nullptr, now_ + duration); }

bool Scheduler::WaitUntil(const std::function<bool()>& holds, absl::Time deadline) {
  if (holds()) return true;
  Wait(&holds, deadline);
  return holds();
}

void Scheduler::Wait(const std::function<bool()>* condition, absl::Time wakes_at) {
  Task& task = *current_;
  if (task.process->dead) throw Killed();
  task.condition = condition;
  task.wakes_at = wakes_at;
  task.fiber->Suspend();
  task.condition = nullptr;
  if (task.process->dead) throw Killed();
}

void Scheduler::Kill(const std::shared_ptr<Process>& process) {
  if (process->dead) return;
  Note(absl::StrCat(process->name, " dies"));
  process->dead = true;
  process->sleeps_until = absl::InfinitePast();
  dying_.push_back(process);
  if (current_ != nullptr && current_->process == process) throw Killed();
}

void Scheduler::Pause(Process& process, absl::Duration duration) {
  if (process.dead || IsPaused(process)) return;
  process.paused_at = now_;
  process.sleeps_until = now_ + duration;
  Note(absl::StrCat(process.name, " is paused for ", absl::FormatDuration(duration)));
  if (current_->process.get() == &process) Yield();
}

void Scheduler::Bury() {
  for (size_t i = 0; i < tasks_.size();) {
    Task& task = *tasks_[i];
    if (!task.process->dead) {
      ++i;
      continue;
    }
    if (task.fiber->begun()) Resume(task);
    Remove(i);
  }
  std::vector<std::shared_ptr<Process>> dead;
  dead.swap(dying_);
  for (const std::shared_ptr<Process>& process : dead) {
    if (process->on_end) std::exchange(process->on_end, nullptr)();
  }
}

void Scheduler::Remove(size_t index) {
  Task& task = *tasks_[index];
  stacks_.Give(task.fiber->TakeStack());
  tasks_.erase(tasks_.begin() + static_cast<std::ptrdiff_t>(index));
}

void Scheduler::Note(const std::string& line) {
  trace_.Line(absl::StrCat(absl::FormatTime("%M:%E6S", now_, absl::UTCTimeZone()), " ",
                           current_ == nullptr ? "" : current_->process->name, ": ", line));
}

}  // namespace eds::simulation
