// A service that is called twice, for sanitizers_test to see what ThreadSanitizer says.
//
// usage: racy_service unguarded|guarded|after_finish

#include <atomic>
#include <cstdio>
#include <string>
#include <thread>

#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/grpc_server.h"
#include "eds/v1/config_service.grpc.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

namespace eds {
namespace {

class RacyService final : public v1::ConfigService::CallbackService {
 public:
  explicit RacyService(absl::string_view how) : how_(how) {}
  ~RacyService() override {
    for (std::thread& worker : workers_) {
      if (worker.joinable()) worker.join();
    }
  }

  grpc::ServerUnaryReactor* GetConfig(grpc::CallbackServerContext* context,
                                      const v1::GetConfigRequest*, v1::Config*) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const int call = calls_.fetch_add(1, std::memory_order_relaxed);
    // Both run at the same time, and nothing orders them.
    while (calls_.load(std::memory_order_relaxed) < 2) {
    }
    workers_[call] = std::thread([this, reactor] { Work(*reactor); });
    return reactor;
  }

 private:
  void Work(grpc::ServerUnaryReactor& reactor) {
    if (how_ == "guarded") {
      absl::MutexLock lock(&mutex_);
      ++count_;
    } else if (how_ == "unguarded") {
      ++count_;
    }
    reactor.Finish(grpc::Status::OK);
    if (how_ == "after_finish") ++count_;
  }

  const absl::string_view how_;
  std::atomic<int> calls_ = 0;
  std::thread workers_[2];
  absl::Mutex mutex_;
  int count_ = 0;
};

int Run(absl::string_view how) {
  RacyService service(how);
  const auto server = GrpcServer::Start("127.0.0.1:0", /*insecure=*/true, {&service});
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", server.status().ToString().c_str());
    return 2;
  }
  const auto stub = v1::ConfigService::NewStub(
      grpc::CreateChannel((*server)->address(), grpc::InsecureChannelCredentials()));
  const auto call = [&stub] {
    grpc::ClientContext context;
    v1::Config answer;
    stub->GetConfig(&context, {}, &answer);
  };
  std::thread other(call);
  call();
  other.join();
  (*server)->Shutdown(absl::ZeroDuration());
  return 0;
}

}  // namespace
}  // namespace eds

int main(int argc, char** argv) { return argc == 2 ? eds::Run(argv[1]) : 2; }
