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

class OffTransportHandler final : public rpc::StreamHandler {
 public:
  explicit OffTransportHandler(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}

  void OnMessage(Bytes message, Callback<void()> done) override {
    stream_->strand.Post([stream = stream_, message = std::move(message),
                          done = std::move(done)](const Status& admitted) mutable {
      if (!stream->failed) {
        stream->Conclude(admitted.ok() ? stream->work->OnMessage(message) : admitted);
      }
      done();
    });
  }

  void OnHalfClose() override {
    stream_->strand.Post([stream = stream_](const Status& admitted) {
      if (stream->failed) return;
      stream->Conclude(admitted.ok() ? stream->work->OnHalfClose() : admitted);
    });
  }

  void OnEnd(const Status&) override {
    stream_->strand.Post([stream = stream_](const Status&) {
      stream->failed = true;
      stream->work->OnEnd();
      stream->work.reset();
    });
  }

 private:
  const std::shared_ptr<Stream> stream_;
};

}  // namespace

rpc::StreamFactory OffTransport(Executor& executor, StreamWorkFactory factory) {
  return [&executor, factory = std::move(factory)](rpc::StreamSinkPtr sink) {
    auto stream = std::make_shared<Stream>(executor, sink);
    stream->work = factory(std::move(sink));
    return std::make_unique<OffTransportHandler>(std::move(stream));
  };
}

}  // namespace alluxio::worker
