// ReusedMessage: a message for the length of one call that this thread used for calls before, so
// that its strings and parts are not allocated and freed for each. Used by the thread that made it.
//
//   ReusedMessage<CreateFilePRequest> request;
//   ... request->ParseFromArray(...)
//   request.KeepIfSmall(bytes.size());   // otherwise it is freed
//
// A second one of a kind on a thread, while the first lives, is simply a new message.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace alluxio::master {

template <typename Message>
class ReusedMessage {
 public:
  ReusedMessage() : message_(std::move(Kept())) {
    if (message_ == nullptr) message_ = std::make_unique<Message>();
  }
  ~ReusedMessage() {
    if (!keep_) return;
    message_->Clear();
    Kept() = std::move(message_);
  }
  ReusedMessage(const ReusedMessage&) = delete;
  ReusedMessage& operator=(const ReusedMessage&) = delete;

  Message& operator*() { return *message_; }
  Message* operator->() { return message_.get(); }
  Message* get() { return message_.get(); }

  // `bytes`: what the message is serialized. A large one's memory is not held on to.
  void KeepIfSmall(size_t bytes) { keep_ = bytes <= kMostKeptBytes; }

 private:
  static constexpr size_t kMostKeptBytes = 4096;

  static std::unique_ptr<Message>& Kept() {
    thread_local std::unique_ptr<Message> kept;
    return kept;
  }

  std::unique_ptr<Message> message_;
  bool keep_ = false;
};

}  // namespace alluxio::master
