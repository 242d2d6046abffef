// What gRPC's server counts down inside the library, where ThreadSanitizer does not see
// that whoever comes last comes after all others. These functions stand before those of
// the library, and say so.

#include <grpcpp/server.h>
#include <grpcpp/support/server_callback.h>
#include <sanitizer/tsan_interface.h>

#include "third_party/tsan/behind.h"

namespace grpc {

using eds::tsan::Behind;

// A server that shuts down waits until every call has given up its reference.
void Server::UnrefWithPossibleNotify() {
  static const auto real = Behind<void(Server*)>("_ZN4grpc6Server23UnrefWithPossibleNotifyEv");
  __tsan_release(&shutdown_refs_outstanding_);
  real(this);
}

void Server::UnrefAndWaitLocked() {
  static const auto real = Behind<void(Server*)>("_ZN4grpc6Server18UnrefAndWaitLockedEv");
  real(this);
  __tsan_acquire(&shutdown_refs_outstanding_);
}

namespace internal {
namespace {

// Runs a reaction, after which the library counts down.
class CountedReactor final : public ServerReactor {
 public:
  CountedReactor(ServerReactor& reactor, std::atomic_int& count)
      : reactor_(reactor), count_(count) {}

  void OnCancel() override {
    reactor_.OnCancel();
    __tsan_release(&count_);
    delete this;
  }
  void OnDone() override {}  // Never asked for.
  bool InternalInlineable() override { return reactor_.InternalInlineable(); }

 private:
  ServerReactor& reactor_;
  std::atomic_int& count_;
};

}  // namespace

void ServerCallbackCall::CallOnCancel(ServerReactor* reactor) {
  static const auto real = Behind<void(ServerCallbackCall*, ServerReactor*)>(
      "_ZN4grpc8internal18ServerCallbackCall12CallOnCancelEPNS0_13ServerReactorE");
  __tsan_acquire(&on_cancel_conditions_remaining_);
  real(this, new CountedReactor(*reactor, callbacks_outstanding_));
}

void ServerCallbackCall::ScheduleOnDone(bool inline_ondone) {
  static const auto real = Behind<void(ServerCallbackCall*, bool)>(
      "_ZN4grpc8internal18ServerCallbackCall14ScheduleOnDoneEb");
  __tsan_acquire(&callbacks_outstanding_);
  real(this, inline_ondone);
}

}  // namespace internal
}  // namespace grpc
