#include "rpc/internal/grpc_runtime.h"

#include <grpc/support/log.h>
#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include "absl/synchronization/mutex.h"
#include "base/log.h"

namespace alluxio::rpc {
namespace {

void LogLine(gpr_log_func_args* args) {
  // What matters to an operator comes back as the status of a call or of the start.
  if (args->severity == GPR_LOG_SEVERITY_ERROR) {
    LOG_DEBUG("rpc: transport file={} line={} message={}", args->file, args->line, args->message);
  } else {
    LOG_TRACE("rpc: transport file={} line={} message={}", args->file, args->line, args->message);
  }
}

// The library ends its callback threads with the last channel or server, by joining them. A channel
// that goes away inside a callback would make such a thread join itself, which aborts the process.
// A call that is never started belongs to a channel that is never destroyed and keeps them alive.
class ThreadKeeper : public ::grpc::ClientBidiReactor<::grpc::ByteBuffer, ::grpc::ByteBuffer> {
 public:
  ThreadKeeper()
      : stub_(::grpc::CreateChannel("unix:/nowhere", ::grpc::InsecureChannelCredentials())) {
    stub_.PrepareBidiStreamingCall(&context_, "/none/none", ::grpc::StubOptions(), this);
  }

 private:
  ::grpc::GenericStub stub_;
  ::grpc::ClientContext context_;
};

}  // namespace

void PrepareGrpc() {
  // Never freed. Volatile keeps the pointer in memory, where a search for leaks finds it.
  static ThreadKeeper* volatile keeper = [] {
    gpr_set_log_function(LogLine);
    // Builds of the library with assertions keep a graph of all locks ever taken together, under
    // one lock, and search it on each lock: a tenth of the CPU of a small call.
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    return new ThreadKeeper();
  }();
  (void)keeper;
}

}  // namespace alluxio::rpc
