#include "wire/proto_writer.h"

#include <algorithm>
#include <utility>

namespace alluxio::wire {

Bytes ProtoWriter::Copy() const {
  std::shared_ptr<char[]> memory = std::make_shared_for_overwrite<char[]>(size_);
  if (size_ > 0) memcpy(memory.get(), memory_.get(), size_);
  const std::string_view bytes(memory.get(), size_);
  return Bytes::FromOwner(bytes, std::move(memory));
}

Bytes ProtoWriter::Take() {
  const std::string_view bytes = view();
  first_capacity_ = std::max(first_capacity_, capacity_);
  size_ = 0;
  capacity_ = 0;
  return Bytes::FromOwner(bytes, std::move(memory_));
}

void ProtoWriter::Grow(size_t count) {
  const size_t capacity = std::max({first_capacity_, 2 * capacity_, size_ + count});
  std::shared_ptr<char[]> memory = std::make_shared_for_overwrite<char[]>(capacity);
  if (size_ > 0) memcpy(memory.get(), memory_.get(), size_);
  memory_ = std::move(memory);
  capacity_ = capacity;
}

void ProtoWriter::EndLong(const Nested& message) {
  const size_t length = size_ - message.begin;
  size_t needed = 1;
  while (needed < kMostVarint && (length >> (7 * needed)) > 0) ++needed;
  if (needed > message.length_bytes) Room(needed - message.length_bytes);
  char* content = memory_.get() + message.begin;
  if (needed != message.length_bytes) {
    memmove(content - message.length_bytes + needed, content, length);
  }
  Advance(PutVarint(content - message.length_bytes, length) + length);
}

}  // namespace alluxio::wire
