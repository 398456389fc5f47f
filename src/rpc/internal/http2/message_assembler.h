// MessageAssembler: the messages of gRPC out of the DATA of one direction of a stream.
//
// A message is a flag (compressed or not), four bytes of length, and its bytes. Lengths come from
// strangers, so memory grows with what has arrived, not with what was announced; a byte is copied a
// bounded number of times. Thread-compatible.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace alluxio::rpc {

inline constexpr size_t kMessagePrefixBytes = 5;

// "grpc-encoding" of a stream.
enum class MessageCoding { kIdentity, kGzip, kDeflate };

// The five bytes before a message that is not compressed, then `prefix`.
std::string FramedPrefix(std::string_view prefix, size_t message_bytes);

class MessageAssembler {
 public:
  explicit MessageAssembler(size_t max_message_bytes) : max_message_bytes_(max_message_bytes) {}
  void SetCoding(MessageCoding coding) { coding_ = coding; }

  // Complete messages are added to `out`. RESOURCE_EXHAUSTED beyond the limit, INTERNAL when the
  // bytes are not messages; nothing may be added after an error.
  Status Add(std::string_view bytes, std::vector<Bytes>* out);

  // When `bytes` are exactly one message that needs no decoding and nothing came before: its view.
  std::optional<std::string_view> WholeMessage(std::string_view bytes) const;

  // Where the next bytes of a message that has begun belong; empty when there is no such place.
  std::span<char> Room();
  Status Placed(size_t count, std::vector<Bytes>* out);

  // A message has begun and is not complete.
  bool midway() const { return prefix_size_ > 0; }
  // Of the message that has begun; 0 while its length is not known.
  size_t announced() const { return prefix_size_ == kMessagePrefixBytes ? size_ : 0; }
  // Bytes held of the message that has begun.
  size_t held() const { return filled_; }

 private:
  Status Begin();
  void Grow();
  Status Complete(std::vector<Bytes>* out);

  const size_t max_message_bytes_;
  MessageCoding coding_ = MessageCoding::kIdentity;
  char prefix_[kMessagePrefixBytes];
  size_t prefix_size_ = 0;
  size_t size_ = 0;      // of the message, when the prefix is complete
  std::shared_ptr<char[]> memory_;
  size_t capacity_ = 0;
  size_t filled_ = 0;
};

// Gives up beyond `limit` bytes with RESOURCE_EXHAUSTED.
Result<Bytes> Decompress(MessageCoding coding, std::string_view bytes, size_t limit);

}  // namespace alluxio::rpc
