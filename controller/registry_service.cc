#include "controller/registry_service.h"

#include <deque>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/call_log.h"
#include "common/error.h"
#include "common/grpc_status.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "glog/logging.h"

namespace eds {
namespace {

using node::v1::Hello;
using node::v1::JoinRequest;
using node::v1::JoinResponse;

constexpr int kHealthIntervalSeconds = 10;
constexpr size_t kMaxText = 256;

absl::Status CheckHello(const JoinRequest& request) {
  if (!request.has_hello()) return InvalidField("hello", "must be the first message, and no other");
  const Hello& hello = request.hello();
  if (!IsNodeId(hello.node())) {
    return InvalidField("hello.node",
                        "must be a lower-case letter, then lower-case letters, digits, \"_\" and "
                        "\"-\", at most 63 characters: see --id");
  }
  if (hello.kind() != v1::KIND_MYSQL && hello.kind() != v1::KIND_POSTGRESQL) {
    return InvalidField("hello.kind", "must be KIND_MYSQL or KIND_POSTGRESQL");
  }
  if (hello.address().empty() || hello.address().size() > kMaxText) {
    return InvalidField("hello.address", "must be host:port or unix:/path");
  }
  if (hello.instance().empty() || hello.instance().size() > kMaxText) {
    return InvalidField("hello.instance", "must be 1 to 256 bytes");
  }
  if (hello.session().empty() || hello.session().size() > kMaxText) {
    return InvalidField("hello.session", "must be 1 to 256 bytes: use a node of this version");
  }
  return absl::OkStatus();
}

}  // namespace

// One agent's stream. Lives until OnDone. Reads are under way whenever no job of the
// session is queued, so the messages of an agent are taken in their order.
class RegistryService::Session final : public grpc::ServerBidiReactor<JoinRequest, JoinResponse> {
 public:
  Session(RegistryService& service, const grpc::CallbackServerContext& context)
      : service_(service), log_(context, "Join") {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      End(absl::OkStatus());
      return;
    }
    const absl::Status queued = service_.dispatcher_.Push("", [this] {
      if (const absl::Status status = Take(); !status.ok()) {
        End(status);
        return;
      }
      StartRead(&request_);
    });
    if (!queued.ok()) End(queued);
  }

  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&mutex_);
    outgoing_.pop_front();
    if (ok && !outgoing_.empty()) StartWrite(&outgoing_.front());
    if (!ok) outgoing_.clear();
  }

  // The read under way ends as well, which ends the session.
  void OnCancel() override {}

  void OnDone() override { delete this; }

 private:
  absl::Status Take() {
    if (hello_.node().empty()) return Admit();
    if (request_.has_outcome()) {
      service_.directory_.Record(hello_.node(), request_.outcome());
      return RecordServer(request_.outcome().has_problem(), request_.outcome().server());
    }
    if (request_.has_health()) {
      service_.directory_.Record(hello_.node(), request_.health());
      return RecordServer(request_.health().has_problem(), request_.health().server());
    }
    return InvalidField("message", "must be an outcome or a health after the hello");
  }

  absl::Status Admit() {
    RETURN_IF_ERROR(CheckHello(request_));
    const Hello& hello = request_.hello();
    RETURN_IF_ERROR(Join(hello));
    hello_ = hello;
    LOG(INFO) << hello_.node() << " has joined from " << hello_.address();
    return service_.configs_.SendTo(hello_.node());
  }

  absl::Status Join(const Hello& hello) {
    absl::MutexLock lock(&service_.admission_);
    RETURN_IF_ERROR(service_.directory_.CheckFree(hello.node()));
    node::v1::Welcome welcome;
    ASSIGN_OR_RETURN(const int64_t epoch, service_.configs_.Admit(hello.node(), hello.kind()));
    welcome.set_installation(service_.installation_);
    welcome.set_claim_key(service_.claim_key_.Reveal());
    welcome.set_health_interval_seconds(kHealthIntervalSeconds);
    welcome.set_epoch(epoch);
    return service_.directory_.Join(hello, welcome,
                                    [this](const JoinResponse& response) { Send(response); });
  }

  absl::Status RecordServer(bool has_problem, const v1::Server& server) {
    if (has_problem) return absl::OkStatus();
    return service_.configs_.RecordServer(hello_.node(), server);
  }

  void Send(const JoinResponse& response) {
    absl::MutexLock lock(&mutex_);
    if (ended_) return;
    outgoing_.push_back(response);
    if (outgoing_.size() == 1) StartWrite(&outgoing_.front());
  }

  void End(const absl::Status& status) {
    // First, so that the directory sends nothing more.
    if (!hello_.node().empty()) {
      service_.directory_.Leave(hello_.node(), hello_.instance());
      LOG(INFO) << hello_.node() << " has left";
    }
    {
      absl::MutexLock lock(&mutex_);
      ended_ = true;
    }
    log_.End(status);
    Finish(ToGrpcStatus(status));
  }

  RegistryService& service_;
  const CallLog log_;
  JoinRequest request_;
  Hello hello_;  // Empty until it is admitted.
  absl::Mutex mutex_;
  std::deque<JoinResponse> outgoing_ ABSL_GUARDED_BY(mutex_);  // The first is being written.
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

grpc::ServerBidiReactor<JoinRequest, JoinResponse>* RegistryService::Join(
    grpc::CallbackServerContext* context) {
  return new Session(*this, *context);  // Until OnDone.
}

}  // namespace eds
