// The distribution's gRPC is not built for ThreadSanitizer, which therefore does not see
// that an operation begins before its end is reported, and takes what a thread hands to
// another through gRPC for a race. These functions stand before those of the library.
//
// All that gRPC's C++ side begins (batches of a call, requests for calls, watches, alarms)
// names a tag, and ends as that tag comes out of a completion queue.

#include <grpc/grpc.h>
#include <sanitizer/tsan_interface.h>

#include "third_party/tsan/behind.h"

using eds::tsan::Behind;

// Not in a public header; every operation begins with it.
bool grpc_cq_begin_op(grpc_completion_queue* queue, void* tag) {
  static const auto real =
      Behind<bool(grpc_completion_queue*, void*)>("_Z16grpc_cq_begin_opP21grpc_completion_queuePv");
  __tsan_release(tag);
  return real(queue, tag);
}

extern "C" {

grpc_event grpc_completion_queue_next(grpc_completion_queue* queue, gpr_timespec deadline,
                                      void* reserved) {
  static const auto real =
      Behind<decltype(grpc_completion_queue_next)>("grpc_completion_queue_next");
  const grpc_event event = real(queue, deadline, reserved);
  if (event.type == GRPC_OP_COMPLETE) __tsan_acquire(event.tag);
  return event;
}

grpc_event grpc_completion_queue_pluck(grpc_completion_queue* queue, void* tag,
                                       gpr_timespec deadline, void* reserved) {
  static const auto real =
      Behind<decltype(grpc_completion_queue_pluck)>("grpc_completion_queue_pluck");
  const grpc_event event = real(queue, tag, deadline, reserved);
  if (event.type == GRPC_OP_COMPLETE) __tsan_acquire(event.tag);
  return event;
}

}  // extern "C"
