// ClientWire on the transport library.
#include <grpcpp/alarm.h>
#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <utility>

#include "env/clock.h"
#include "rpc/internal/client_session.h"
#include "rpc/internal/client_wire.h"
#include "rpc/internal/connections.h"
#include "rpc/internal/grpc_convert.h"
#include "rpc/internal/stream_call.h"

namespace alluxio::rpc {
namespace {

gpr_timespec LibraryDeadline(Duration deadline) {
  return DeadlineAfter(deadline - Clock::Real().Monotonic());
}

class GrpcBlockingStream final : public ClientStream {
 public:
  explicit GrpcBlockingStream(std::shared_ptr<StreamCall> call) : call_(std::move(call)) {}
  ~GrpcBlockingStream() override { call_->Abandon(); }
  Status Send(std::string prefix, Bytes body) override {
    return call_->Send(std::move(prefix), std::move(body));
  }
  Status HalfClose() override { return call_->HalfClose(); }
  Result<std::optional<Bytes>> Receive(Duration timeout) override {
    return call_->Receive(timeout);
  }
  void Cancel() override { call_->Cancel(); }

 private:
  const std::shared_ptr<StreamCall> call_;
};

class GrpcTimer final : public WireTimer {
 public:
  GrpcTimer(Duration deadline, Callback<void()> fire) {
    auto shared = std::make_shared<Callback<void()>>(std::move(fire));  // the library copies
    alarm_.Set(LibraryDeadline(deadline), [shared](bool expired) {
      if (expired) (*shared)();
    });
  }

 private:
  ::grpc::Alarm alarm_;  // cancelled when it goes away
};

class GrpcWire final : public ClientWire {
 public:
  GrpcWire(const ChannelOptions& options, std::shared_ptr<::grpc::Channel> connection)
      : server_(options.host + ":" + std::to_string(options.port)),
        connection_(std::move(connection)),
        stub_(connection_) {}

  WireSessionPtr NewSession() override {
    return std::make_shared<ClientSession>(connection_, server_);
  }

  void Call(const std::string& method, const Bytes& request, const std::string& channel_id,
            Duration deadline, Callback<void(Result<Bytes>)> done) override {
    struct Attempt {
      ::grpc::ClientContext context;
      ::grpc::ByteBuffer request;
      ::grpc::ByteBuffer response;
      Callback<void(Result<Bytes>)> done;
    };
    auto attempt = std::make_shared<Attempt>();
    attempt->done = std::move(done);
    attempt->context.set_deadline(LibraryDeadline(deadline));
    if (!channel_id.empty()) attempt->context.AddMetadata("channel-id", channel_id);
    ToByteBuffer(std::string(), request, &attempt->request);
    stub_.UnaryCall(&attempt->context, method, ::grpc::StubOptions(), &attempt->request,
                    &attempt->response, [attempt](const ::grpc::Status& status) {
                      if (!status.ok()) return attempt->done(FromGrpcStatus(status));
                      attempt->done(FromByteBuffer(&attempt->response));
                    });
  }

  std::unique_ptr<ClientStream> Open(const std::string& method, const std::string& channel_id,
                                     Callback<void(const Status&)> ended) override {
    auto call = std::make_shared<StreamCall>(connection_, method, std::move(ended));
    call->Start(channel_id);
    return std::make_unique<GrpcBlockingStream>(std::move(call));
  }

  std::unique_ptr<WireTimer> At(Duration deadline, Callback<void()> fire) override {
    return std::make_unique<GrpcTimer>(deadline, std::move(fire));
  }

 private:
  const std::string server_;
  const std::shared_ptr<::grpc::Channel> connection_;
  ::grpc::GenericStub stub_;
};

}  // namespace

Result<std::unique_ptr<ClientWire>> ConnectGrpc(const ChannelOptions& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<::grpc::Channel> connection, SharedConnection(options));
  return std::unique_ptr<ClientWire>(std::make_unique<GrpcWire>(options, std::move(connection)));
}

}  // namespace alluxio::rpc
