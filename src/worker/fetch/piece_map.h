// PieceMap: which parts of a block are in memory or on their way. Pieces never overlap.
// Thread-compatible: the owner guards it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "base/bytes.h"

namespace alluxio::worker {

struct Piece {
  int64_t begin = 0;
  int64_t end = 0;
  bool ready = false;  // else on its way
  Bytes data;
};

class PieceMap {
 public:
  // The piece that covers `offset`; null when none does. Good until the map changes.
  const Piece* Find(int64_t offset) const;
  // The first offset in [begin, end) that no piece covers; `end` when there is none.
  int64_t FirstGap(int64_t begin, int64_t end) const;
  // Where the next piece after `offset` begins; `otherwise` when there is none.
  int64_t NextBegin(int64_t offset, int64_t otherwise) const;
  // [begin, end) is a gap.
  void Expect(int64_t begin, int64_t end);
  // The bytes of an expected piece have come.
  void Arrived(int64_t begin, Bytes data);
  // Forgets the ready pieces that `wanted` does not want; returns their bytes.
  int64_t Trim(const std::function<bool(const Piece&)>& wanted);
  // Forgets all; returns the bytes of all, ready or not.
  int64_t Clear();

 private:
  std::map<int64_t, Piece> pieces_;  // by begin
};

}  // namespace alluxio::worker
