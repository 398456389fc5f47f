#include "rpc/internal/http2/message_assembler.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/reused_buffers.h"
#include "rpc/internal/http2/frame_header.h"

namespace alluxio::rpc {
namespace {

// What is set aside for a message of which nothing has arrived.
constexpr size_t kFirstCapacity = 4 * 1024 * 1024;
// Block data usually comes a MiB at a time, and a stream has few of those under way.
constexpr size_t kReusedBytes = 1024 * 1024 + 1024;
constexpr size_t kSpareBuffers = 8;

std::shared_ptr<char[]> TakeMemory(size_t size) {
  // Never destroyed: connections may outlive what ends with main().
  static auto& buffers = *new ReusedBuffers(kReusedBytes, kSpareBuffers);
  return buffers.Take(size);
}

}  // namespace

std::string FramedPrefix(std::string_view prefix, size_t message_bytes) {
  std::string framed;
  framed.reserve(kMessagePrefixBytes + prefix.size());
  framed.resize(kMessagePrefixBytes);
  WriteU32(framed.data() + 1, static_cast<uint32_t>(message_bytes));
  framed.append(prefix);
  return framed;
}

std::optional<std::string_view> MessageAssembler::WholeMessage(std::string_view bytes) const {
  if (midway() || bytes.size() < kMessagePrefixBytes || bytes[0] != 0) return std::nullopt;
  const size_t size = ReadU32(bytes.data() + 1);
  if (size != bytes.size() - kMessagePrefixBytes || size > max_message_bytes_) return std::nullopt;
  return bytes.substr(kMessagePrefixBytes);
}

Status MessageAssembler::Add(std::string_view bytes, std::vector<Bytes>* out) {
  while (!bytes.empty()) {
    if (prefix_size_ < kMessagePrefixBytes) {
      const size_t part = std::min(kMessagePrefixBytes - prefix_size_, bytes.size());
      memcpy(prefix_ + prefix_size_, bytes.data(), part);
      prefix_size_ += part;
      bytes.remove_prefix(part);
      if (prefix_size_ < kMessagePrefixBytes) break;
      RETURN_IF_ERROR(Begin());
      if (size_ == 0) RETURN_IF_ERROR(Complete(out));
      continue;
    }
    if (filled_ == capacity_) Grow();
    const size_t part = std::min(capacity_ - filled_, bytes.size());
    memcpy(memory_.get() + filled_, bytes.data(), part);
    bytes.remove_prefix(part);
    RETURN_IF_ERROR(Placed(part, out));
  }
  return OkStatus();
}

std::span<char> MessageAssembler::Room() {
  if (prefix_size_ < kMessagePrefixBytes) return {};
  if (filled_ == capacity_) Grow();
  return {memory_.get() + filled_, capacity_ - filled_};
}

Status MessageAssembler::Placed(size_t count, std::vector<Bytes>* out) {
  filled_ += count;
  return filled_ == size_ ? Complete(out) : OkStatus();
}

Status MessageAssembler::Begin() {
  const auto flag = static_cast<unsigned char>(prefix_[0]);
  size_ = ReadU32(prefix_ + 1);
  if (flag > 1) return InternalError("Received a message with an invalid flag");
  if (flag == 1 && coding_ == MessageCoding::kIdentity) {
    return InternalError("Received a compressed message on a stream without compression");
  }
  if (size_ > max_message_bytes_) {
    return ResourceExhausted("Received message larger than max (" + std::to_string(size_) +
                             " vs. " + std::to_string(max_message_bytes_) + ")");
  }
  filled_ = 0;
  capacity_ = std::min(size_, kFirstCapacity);
  if (capacity_ > 0) memory_ = TakeMemory(capacity_);
  return OkStatus();
}

void MessageAssembler::Grow() {
  const size_t larger = std::min(size_, capacity_ * 2);
  std::shared_ptr<char[]> memory = std::make_shared_for_overwrite<char[]>(larger);
  memcpy(memory.get(), memory_.get(), filled_);
  memory_ = std::move(memory);
  capacity_ = larger;
}

Status MessageAssembler::Complete(std::vector<Bytes>* out) {
  const bool compressed = prefix_[0] != 0;
  const char* begin = memory_ == nullptr ? "" : memory_.get();
  Bytes message = Bytes::FromOwner(std::string_view(begin, size_), std::move(memory_));
  memory_ = nullptr;
  prefix_size_ = capacity_ = filled_ = 0;
  if (compressed) {
    Result<Bytes> plain = Decompress(coding_, message.view(), max_message_bytes_);
    if (!plain.ok()) return plain.status();
    message = *std::move(plain);
  }
  out->push_back(std::move(message));
  return OkStatus();
}

}  // namespace alluxio::rpc
