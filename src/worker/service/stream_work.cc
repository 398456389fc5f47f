#include "worker/service/stream_work.h"

#include <atomic>
#include <utility>

#include "worker/service/strand.h"

namespace alluxio::worker {
namespace {

// Shared by the handler and the work it has posted, because the handler is destroyed by the
// transport while work may still be queued. `work` and `failed` belong to the strand, and while
// nothing is under way there to the transport's thread.
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
  // Messages that were posted and not taken yet. Acquire and release: whoever sees none sees what
  // they have done.
  std::atomic<int> under_way{0};
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
    if (TakenHere(message)) return done();
    Start(message);
    stream_->under_way.fetch_add(1, std::memory_order_relaxed);
    stream_->strand.Post([stream = stream_, message = std::move(message),
                          done = std::move(done)](const Status& admitted) mutable {
      if (!stream->failed) {
        stream->Conclude(admitted.ok() ? stream->work->OnMessage(message) : admitted);
      }
      stream->under_way.fetch_sub(1, std::memory_order_release);
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
  bool TakenHere(const Bytes& message) {
    if (stream_ == nullptr || stream_->under_way.load(std::memory_order_acquire) > 0) return false;
    if (stream_->failed) return true;
    std::optional<Status> taken = stream_->work->TryMessage(message);
    if (taken) stream_->Conclude(*taken);
    return taken.has_value();
  }

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
