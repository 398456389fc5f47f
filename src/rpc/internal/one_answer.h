// OneAnswer: the one answer of a unary call; dropping it unused is an answer too.
// Thread-compatible.
#pragma once

#include <memory>
#include <utility>

#include "base/bytes.h"
#include "base/status.h"

namespace alluxio::rpc {

template <typename UnaryCall>
class OneAnswer {
 public:
  explicit OneAnswer(std::shared_ptr<UnaryCall> call) : call_(std::move(call)) {}
  OneAnswer(OneAnswer&&) noexcept = default;
  OneAnswer& operator=(OneAnswer&&) = delete;
  ~OneAnswer() {
    if (call_ != nullptr) {
      call_->Answer(InternalError(call_->method() + ": dropped without an answer"), Bytes());
    }
  }
  void operator()(Status status, Bytes response) {
    if (call_ == nullptr) return;
    std::exchange(call_, nullptr)->Answer(std::move(status), std::move(response));
  }

 private:
  std::shared_ptr<UnaryCall> call_;
};

}  // namespace alluxio::rpc
