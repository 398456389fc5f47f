#include "worker/service/running.h"

namespace alluxio::worker {
namespace {

class CountedStream : public rpc::StreamHandler {
 public:
  CountedStream(Running& all, const rpc::StreamFactory& factory, rpc::StreamSinkPtr sink)
      : one_(all), inner_(factory(std::move(sink))) {}
  void OnMessage(Bytes message, Callback<void()> done) override {
    inner_->OnMessage(std::move(message), std::move(done));
  }
  void OnHalfClose() override { inner_->OnHalfClose(); }
  void OnEnd(const Status& status) override { inner_->OnEnd(status); }

 private:
  Running::One one_;
  std::unique_ptr<rpc::StreamHandler> inner_;
};

}  // namespace

rpc::StreamFactory Running::Counted(rpc::StreamFactory factory) {
  return [this, factory = std::move(factory)](rpc::StreamSinkPtr sink) {
    return std::make_unique<CountedStream>(*this, factory, std::move(sink));
  };
}

}  // namespace alluxio::worker
