#include "tests/fault/fault_stage.h"

#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/status_macros.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/fixtures/shared_servers.h"

namespace eds {
namespace {

// How long callers wait while a fault lasts.
constexpr absl::Duration kShortPatience = absl::Milliseconds(700);
constexpr absl::Duration kPatience = absl::Seconds(60);

Engine OtherThan(const Engine& engine) { return engine.kind == "mysql" ? Postgresql() : Mariadb(); }

template <typename T>
T Must(const absl::StatusOr<T>& result) {
  EXPECT_THAT(result, IsOk());
  return result.value_or(T());
}

// What proto/eds/v1/database_service.proto says to repeat.
bool IsUncertain(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsAborted(status) || absl::IsInternal(status) || absl::IsUnknown(status);
}

// An answer that a fault may have: it worked all the same, or nobody knows.
bool IsHonest(const absl::Status& status) {
  return status.ok() || (IsUncertain(status) && !absl::IsInternal(status));
}

}  // namespace

absl::StatusOr<std::unique_ptr<FaultStage>> FaultStage::Set(const Engine& engine) {
  SharedServer& shared = SharedServerOf(engine);
  return Set(engine, *shared.server, shared.admin);
}

absl::StatusOr<std::unique_ptr<FaultStage>> FaultStage::Set(const Engine& engine,
                                                            PrivateServer& server,
                                                            const Login& admin) {
  auto stage = absl::WrapUnique(new FaultStage(engine, server));
  RETURN_IF_ERROR(stage->Start(admin));
  return stage;
}

absl::Status FaultStage::Start(const Login& admin) {
  ASSIGN_OR_RETURN(eds_, EdsProcesses::Start({}));
  ASSIGN_OR_RETURN(to_server_, FaultProxy::Start(absl::StrCat("127.0.0.1:", server_.port())));
  ASSIGN_OR_RETURN(to_controller_, FaultProxy::Start(eds_->Address("controller")));
  ASSIGN_OR_RETURN(to_node_, FaultProxy::Start(eds_->Address(node())));
  eds_->Change(node(), {.flags = {{"--controller", to_controller_->address()},
                                  {"--advertise", to_node_->address()}}});
  const Engine other = OtherThan(engine_);
  RETURN_IF_ERROR(eds_->StartProcess(node()));
  RETURN_IF_ERROR(eds_->StartProcess(absl::StrCat(other.kind, "_node")));
  Login through_proxy = admin;
  through_proxy.port = to_server_->port();
  Configure(engine_.kind, through_proxy);
  Configure(other.kind, SharedServerOf(other).admin);
  api_ = std::make_unique<ApiClient>(*eds_);
  audit_ = std::make_unique<Audit>(*api_, server_, engine_.kind);
  return absl::OkStatus();
}

void FaultStage::Configure(const std::string& kind, const Login& admin) {
  eds_->SetReady(kind, {});
  eds_->MustRun(absl::StrCat("edsctl config set ", kind, "_node ", kind, "/host=", admin.host, " ",
                             kind, "/port=", admin.port, " ", kind, "/user=", admin.user, " ", kind,
                             "/pass=", admin.password.Reveal()));
  EXPECT_TRUE(eds_->WaitForState(absl::StrCat(kind, "_node"), v1::Node::STATE_READY));
}

void FaultStage::CheckOtherNode() {
  ApiClient api(*eds_);
  const auto database = api.CreateDatabase(OtherThan(engine_).kind);
  ASSERT_THAT(database, IsOk());
  EXPECT_THAT(api.DeleteDatabase(database->name(), true), IsOk());
}

void FaultStage::AwaitNode() {
  EXPECT_TRUE(eds_->WaitForState(node(), v1::Node::STATE_READY)) << eds_->LogOf(node());
}

int FaultStage::Survive(const std::function<void()>& begin, const std::function<void()>& end) {
  const v1::Database database = Must(api_->CreateDatabase(kind()));
  const v1::Credentials kept = Must(api_->CreateUser(database.name()));
  const v1::Credentials deleted = Must(api_->CreateUser(database.name()));
  audit_->Remember(kept);
  audit_->Remember(deleted);
  const std::vector<std::function<absl::Status(ApiClient&)>> calls = {
      [&](ApiClient& api) { return api.CreateDatabase(kind(), "create").status(); },
      [&](ApiClient& api) { return api.RotateUserPassword(kept.user(), "rotate").status(); },
      [&](ApiClient& api) { return api.DeleteUser(deleted.user(), "delete"); },
      [&](ApiClient& api) { return api.CreateUser(database.name(), "user").status(); },
  };
  begin();
  ApiClient impatient(*eds_);
  impatient.set_patience(kShortPatience);
  int failed = 0;
  for (const auto& call : calls) {
    const absl::Status status = call(impatient);
    EXPECT_TRUE(IsHonest(status)) << status;
    if (!status.ok()) ++failed;
  }
  CheckOtherNode();
  end();
  AwaitNode();
  for (const auto& call : calls) {
    EXPECT_THAT(UntilCertain([&] { return call(*api_); }), IsOk());
  }
  EXPECT_TRUE(audit_->AwaitRest());
  audit_->Check();
  return failed;
}

absl::Status UntilCertain(const std::function<absl::Status()>& call) {
  const absl::Time deadline = absl::Now() + kPatience;
  absl::Status status;
  do {
    status = call();
  } while (IsUncertain(status) && absl::Now() < deadline);
  return status;
}

}  // namespace eds
