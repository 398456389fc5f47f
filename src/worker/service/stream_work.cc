#include "worker/service/stream_work.h"

#include "worker/service/strand.h"

namespace alluxio::worker {
namespace {

// Shared by the handler and the work it has posted, because the handler is destroyed by the
// transport while work may still be queued. Fields but `strand` belong to the strand.
struct Stream {
  Stream(Executor& executor, rpc::StreamSinkPtr stream_sink)
      : strand(executor), sink(std::move(stream_sink)) {}

  void Conclude(const Status& status) {
    if (status.ok()) return;
    failed = true;
    sink->Finish(status);
  }

  Strand strand;
  const rpc::StreamSinkPtr sink;
  std::unique_ptr<StreamWork> work;
  bool failed = false;
};

struct StreamKind {
  ExecutorOfStream executor;
  StreamWorkFactory factory;
};

class OffTransportHandler final : public rpc::StreamHandler {
 public:
  // `kind` is shared by all streams of a method.
  OffTransportHandler(std::shared_ptr<const StreamKind> kind, rpc::StreamSinkPtr sink)
      : kind_(std::move(kind)), sink_(std::move(sink)) {}

  void OnMessage(Bytes message, Callback<void()> done) override {
    Start(message);
    stream_->strand.Post([stream = stream_, message = std::move(message),
                          done = std::move(done)](const Status& admitted) mutable {
      if (!stream->failed) {
        stream->Conclude(admitted.ok() ? stream->work->OnMessage(message) : admitted);
      }
      done();
    });
  }

  void OnHalfClose() override {
    Start(Bytes());
    stream_->strand.Post([stream = stream_](const Status& admitted) {
      if (stream->failed) return;
      stream->Conclude(admitted.ok() ? stream->work->OnHalfClose() : admitted);
    });
  }

  void OnEnd(const Status&) override {
    if (stream_ == nullptr) return;
    stream_->strand.Post([stream = stream_](const Status&) {
      stream->failed = true;
      stream->work->OnEnd();
      stream->work.reset();
    });
  }

 private:
  void Start(const Bytes& first_message) {
    if (stream_ != nullptr) return;
    stream_ = std::make_shared<Stream>(kind_->executor(first_message), sink_);
    stream_->work = kind_->factory(sink_);
  }

  const std::shared_ptr<const StreamKind> kind_;
  const rpc::StreamSinkPtr sink_;
  std::shared_ptr<Stream> stream_;  // made by the first message
};

}  // namespace

rpc::StreamFactory OffTransport(ExecutorOfStream executor, StreamWorkFactory factory) {
  auto kind = std::make_shared<const StreamKind>(
      StreamKind{std::move(executor), std::move(factory)});
  return [kind = std::move(kind)](rpc::StreamSinkPtr sink) {
    return std::make_unique<OffTransportHandler>(kind, std::move(sink));
  };
}

}  // namespace alluxio::worker
