#include "tests/simulation/workload.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/resource_name.h"
#include "tests/simulation/client.h"

namespace eds::simulation {
namespace {

using Method = Order::Method;

constexpr size_t kMostDatabases = 4;
constexpr int kMostRepeats = 4;
constexpr absl::Duration kLongestThought = absl::Seconds(3);
constexpr absl::Duration kPatience = absl::Minutes(5);

bool HasRequestId(Method method) {
  return method != Method::kRenameDatabase && method != Method::kGetCredentials;
}

bool IsDeletion(Method method) {
  return method == Method::kDeleteUser || method == Method::kDeleteDatabase;
}

bool IsOnUser(Method method) {
  return method == Method::kRotatePassword || method == Method::kEndOverlap ||
         method == Method::kDeleteUser || method == Method::kGetCredentials;
}

}  // namespace

Workload::Workload(System& system) : system_(system), environment_(system.environment) {}

void Workload::Start() {
  const int clients = static_cast<int>(environment_.dice.Between(1, 4));
  for (int i = 0; i < clients; ++i) {
    ++busy_;
    const int orders = static_cast<int>(environment_.dice.Between(3, 10));
    environment_.scheduler.Spawn(environment_.world, [this, orders] {
      RunClient(orders);
      --busy_;
    });
  }
}

void Workload::RunClient(int orders) {
  for (int i = 0; i < orders; ++i) {
    environment_.Spend(kLongestThought);
    const size_t placed = Place(Draw());
    if (!placed_[placed].order.request_id.empty() && environment_.dice.Chance(0.2)) {
      ++busy_;
      environment_.scheduler.Spawn(environment_.world, [this, placed] {
        Attempt(placed, DrawTimeout());
        --busy_;
      });
    }
    Carry(placed);
  }
}

size_t Workload::Place(Order order) {
  order.number = static_cast<int>(placed_.size()) + 1;
  if (order.reuses_id_of == 0 && !order.request_id.empty()) {
    order.request_id = absl::StrCat("request-", order.number);
  }
  placed_.push_back({.order = std::move(order)});
  return placed_.size() - 1;
}

Order Workload::Draw() {
  static const std::vector<Method> kMethods = {
      Method::kCreateDatabase,   Method::kCreateUser,       Method::kCreateUser,
      Method::kCreateUser,       Method::kRotatePassword,   Method::kRotatePassword,
      Method::kRotatePassword,   Method::kEndOverlap,       Method::kDeleteUser,
      Method::kDeleteUser,       Method::kDeleteDatabase,   Method::kDeleteDatabase,
      Method::kUndeleteDatabase, Method::kUndeleteDatabase, Method::kAdoptDatabase,
      Method::kRenameDatabase,   Method::kGetCredentials};
  Order order{.method = environment_.dice.Pick(kMethods), .kind = environment_.kind};
  DrawTarget(order);
  DrawRequestId(order);
  return order;
}

// Where there is nothing yet to work on, it is made.
void Workload::DrawTarget(Order& order) {
  Dice& dice = environment_.dice;
  if (order.method == Method::kAdoptDatabase) return DrawAdoption(order);
  if (IsOnUser(order.method)) {
    order.target = AnyUser();
    if (order.target.empty()) order.method = Method::kCreateUser;
  }
  if (order.target.empty() && order.method != Method::kCreateDatabase) {
    order.target = AnyDatabase();
    if (order.target.empty()) order.method = Method::kCreateDatabase;
  }
  if (order.method == Method::kCreateDatabase &&
      system_.ledger.databases().size() >= kMostDatabases) {
    order.target = AnyDatabase();
    order.method = Method::kCreateUser;
  }
  const bool deletes = order.method == Method::kDeleteDatabase;
  order.force = deletes && dice.Chance(0.7);
  order.purge_now = deletes && dice.Chance(0.3);
  order.protect = order.method == Method::kCreateDatabase && dice.Chance(0.1);
  if (order.method == Method::kRotatePassword && dice.Chance(0.5)) {
    order.overlap = dice.Chance(0.5) ? absl::Seconds(20) : absl::Hours(1);
  }
  if (order.method == Method::kRenameDatabase ||
      (order.method == Method::kCreateDatabase && dice.Chance(0.5))) {
    order.display_name = absl::StrCat("name-", dice.Below(4));
  }
}

void Workload::DrawAdoption(Order& order) {
  Node& node = *environment_.dice.Pick(system_.nodes);
  order.target = FormatNodeName(node.id());
  order.server_name = System::LegacyOn(node.server());
  order.owner = environment_.dice.Chance(0.8) ? System::kLegacyOwner : "somebody";
}

// Mostly as the documentation wants it.
void Workload::DrawRequestId(Order& order) {
  Dice& dice = environment_.dice;
  if (!HasRequestId(order.method) || dice.Chance(0.15)) return;
  order.request_id = "new";
  if (placed_.empty() || !dice.Chance(0.05)) return;
  const Order& other = dice.Pick(placed_).order;
  const bool differs = other.method != order.method || other.target != order.target ||
                       other.display_name != order.display_name || other.force != order.force ||
                       other.purge_now != order.purge_now || other.owner != order.owner ||
                       other.overlap != order.overlap;
  if (other.request_id.empty() || other.reuses_id_of != 0 || !differs) return;
  order.request_id = other.request_id;
  order.reuses_id_of = other.number;
}

std::string Workload::AnyDatabase() {
  std::vector<std::string> names;
  for (const auto& [name, database] : system_.ledger.databases()) {
    const bool gone = database.state == Ledger::Database::State::kPurged;
    if (!gone || environment_.dice.Chance(0.1)) names.push_back(name);
  }
  return names.empty() ? "" : environment_.dice.Pick(names);
}

std::string Workload::AnyUser() {
  std::vector<std::string> names;
  for (const auto& [name, user] : system_.ledger.users()) {
    if (!user.gone || environment_.dice.Chance(0.1)) names.push_back(name);
  }
  return names.empty() ? "" : environment_.dice.Pick(names);
}

void Workload::Carry(size_t placed) {
  const Order order = placed_[placed].order;
  for (int i = 0; i <= kMostRepeats; ++i) {
    const absl::Status status = Attempt(placed, DrawTimeout()).status;
    if (status.ok() || ChangedNothing(order, status) || order.request_id.empty()) return;
    environment_.Spend(kLongestThought);
  }
}

absl::Duration Workload::DrawTimeout() {
  static const std::vector<absl::Duration> kTimeouts = {absl::Milliseconds(20), absl::Seconds(1),
                                                        absl::Seconds(10), absl::Seconds(70)};
  return environment_.dice.Pick(kTimeouts);
}

Answer Workload::Attempt(size_t placed, absl::Duration timeout) {
  const Order order = placed_[placed].order;
  environment_.scheduler.Note(Describe(order));
  system_.ledger.Asked(order);
  Answer answer = Perform(system_.controller, order, timeout);
  environment_.scheduler.Note(absl::StrCat("order ", order.number, " is answered ",
                                           Describe(answer.status), " ", answer.database.name(),
                                           answer.credentials.user()));
  system_.ledger.Answered(order, answer);
  placed_[placed].answered_ok |= answer.status.ok();
  return answer;
}

void Workload::Settle() {
  for (size_t i = 0; i < placed_.size(); ++i) {
    const Order order = placed_[i].order;
    if (order.request_id.empty()) continue;
    const absl::Time end = environment_.scheduler.Now() + kPatience;
    absl::Status status;
    do {
      status = Attempt(i, absl::Minutes(2)).status;
      if (!IsUncertain(status)) break;
      environment_.scheduler.Sleep(absl::Seconds(1));
    } while (environment_.scheduler.Now() < end);
    if (IsUncertain(status)) {
      environment_.Violation(4,
                             absl::StrCat(Describe(order), " comes to no end: ", Describe(status)));
    }
    Confirm(i);
  }
}

// What was answered once is answered again.
void Workload::Confirm(size_t placed) {
  const Order order = placed_[placed].order;
  if (!placed_[placed].answered_ok) return;
  const std::string resource = system_.ledger.ResultOf(order.number).value_or(order.target);
  if (!system_.ledger.IsAlive(resource) && !IsDeletion(order.method)) {
    return;
  }
  const absl::Status status = Attempt(placed, absl::Minutes(2)).status;
  if (status.ok()) return;
  environment_.Violation(
      3, absl::StrCat(Describe(order), " was answered OK, and now with ", Describe(status)));
}

}  // namespace eds::simulation
