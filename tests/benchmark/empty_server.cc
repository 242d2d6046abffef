// Serves the empty call with the options of the product's servers, at the address that is
// its argument, until it is killed.

#include <unistd.h>

#include <iostream>

#include "common/grpc_server.h"
#include "empty_service.grpc.pb.h"
#include "grpcpp/grpcpp.h"

namespace {

using eds::empty::v1::DoNothingRequest;
using eds::empty::v1::DoNothingResponse;
using eds::empty::v1::EmptyService;

class Service final : public EmptyService::CallbackService {
  grpc::ServerUnaryReactor* DoNothing(grpc::CallbackServerContext* context,
                                      const DoNothingRequest* /*request*/,
                                      DoNothingResponse* /*response*/) override {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  Service service;
  const auto server = eds::GrpcServer::Start(argv[1], /*insecure=*/false, {&service});
  if (!server.ok()) {
    std::cerr << "empty_server: " << server.status().message() << std::endl;
    return 1;
  }
  while (true) pause();
}
