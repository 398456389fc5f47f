// ClosedStreams: what a session remembers of streams that are closed: enough to tell a peer that
// goes on where it said that it had ended from one whose frames crossed ours on the way. A few
// words, however many streams there were. Thread-compatible.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace alluxio::rpc {

class ClosedStreams {
 public:
  // The peer has opened `id` after `last`; the numbers between are closed without use.
  void Opened(uint32_t id, uint32_t last) {
    if (id - last <= 2) return;
    skipped_from_ = last + 1;
    skipped_to_ = id - 1;
  }
  // Of the last numbers that were passed over.
  bool WasSkipped(uint32_t id) const { return id >= skipped_from_ && id <= skipped_to_; }

  // The peer has ended or reset a stream that is closed now.
  void Ended(uint32_t id) {
    ended_[next_] = id;
    next_ = (next_ + 1) % ended_.size();
  }
  // Lately: false for those of long ago, whose frames are ignored.
  bool EndedByPeer(uint32_t id) const {
    return std::find(ended_.begin(), ended_.end(), id) != ended_.end();
  }

 private:
  std::array<uint32_t, 8> ended_{};  // no stream has the number 0
  size_t next_ = 0;
  uint32_t skipped_from_ = 1;
  uint32_t skipped_to_ = 0;
};

}  // namespace alluxio::rpc
