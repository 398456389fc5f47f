#include "rpc/internal/http2/output_queue.h"

#include <cstring>

#include "base/check.h"

namespace alluxio::rpc {

char* OutputQueue::Extend(size_t count) {
  CHECK(count <= kBlockBytes) << count << " bytes at once";
  if (block_ == nullptr || block_used_ + count > kBlockBytes) {
    block_ = std::make_shared_for_overwrite<char[]>(kBlockBytes);
    block_used_ = 0;
  }
  char* at = block_.get() + block_used_;
  block_used_ += count;
  size_ += count;
  const bool continues = !pieces_.empty() && back().owner == block_ &&
                         back().data + back().size == at;
  if (continues) {
    back().size += count;
  } else {
    pieces_.push_back({at, count, block_});
  }
  return at;
}

void OutputQueue::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    size_t room = block_ == nullptr ? kBlockBytes : kBlockBytes - block_used_;
    if (room == 0) room = kBlockBytes;
    const size_t count = std::min(room, bytes.size());
    memcpy(Extend(count), bytes.data(), count);
    bytes.remove_prefix(count);
  }
}

void OutputQueue::Append(const Bytes& bytes) {
  if (bytes.size() < kWorthSharing) return Append(bytes.view());
  pieces_.push_back({bytes.data(), bytes.size(), bytes.owner()});
  size_ += bytes.size();
}

int OutputQueue::Fill(iovec* vectors, int limit) const {
  int count = 0;
  for (const Piece& piece : pieces_) {
    if (count == limit) break;
    vectors[count++] = {const_cast<char*>(piece.data), piece.size};
  }
  return count;
}

void OutputQueue::Consume(size_t count) {
  CHECK(count <= size_) << count << " of " << size_;
  size_ -= count;
  while (count > 0) {
    Piece& front = pieces_.front();
    if (count < front.size) {
      front.data += count;
      front.size -= count;
      break;
    }
    count -= front.size;
    pieces_.pop_front();
  }
  // Nobody else looks at the block any more: the next answers go to the same memory.
  if (pieces_.empty() && block_.use_count() == 1) block_used_ = 0;
}

void OutputQueue::Clear() {
  pieces_.clear();
  size_ = 0;
  block_.reset();
  block_used_ = 0;
}

}  // namespace alluxio::rpc
