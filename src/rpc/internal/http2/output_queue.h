// OutputQueue: bytes on their way to a socket: small ones copied together, large ones shared.
// Thread-compatible.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <string_view>

#include "base/bytes.h"

namespace alluxio::rpc {

class OutputQueue {
 public:
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  void Append(std::string_view bytes);
  // Copied when small; otherwise the queue shares the memory until it is written.
  void Append(const Bytes& bytes);
  // Room for `count` bytes, at most kBlockBytes, that become part of the queue as they are written
  // by the caller, before it calls anything else.
  char* Extend(size_t count);

  // Fills up to `limit` entries from the front; returns how many.
  int Fill(iovec* vectors, int limit) const;
  // Drops `count` bytes from the front: they are written.
  void Consume(size_t count);
  void Clear();

 private:
  static constexpr size_t kBlockBytes = 16 * 1024;
  static constexpr size_t kWorthSharing = 2048;

  struct Piece {
    const char* data;
    size_t size;
    std::shared_ptr<const void> owner;
  };

  Piece& back() { return pieces_.back(); }

  size_t size_ = 0;
  std::deque<Piece> pieces_;
  std::shared_ptr<char[]> block_;  // where copies go; shared with the pieces in it
  size_t block_used_ = 0;
};

}  // namespace alluxio::rpc
