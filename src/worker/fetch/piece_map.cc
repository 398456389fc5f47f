#include "worker/fetch/piece_map.h"

#include <algorithm>

#include "base/check.h"

namespace alluxio::worker {

const Piece* PieceMap::Find(int64_t offset) const {
  auto after = pieces_.upper_bound(offset);
  if (after == pieces_.begin()) return nullptr;
  const Piece& piece = std::prev(after)->second;
  return offset < piece.end ? &piece : nullptr;
}

int64_t PieceMap::FirstGap(int64_t begin, int64_t end) const {
  while (begin < end) {
    const Piece* piece = Find(begin);
    if (piece == nullptr) return begin;
    begin = piece->end;
  }
  return end;
}

int64_t PieceMap::NextBegin(int64_t offset, int64_t otherwise) const {
  auto after = pieces_.upper_bound(offset);
  return after == pieces_.end() ? otherwise : after->first;
}

void PieceMap::Expect(int64_t begin, int64_t end) {
  CHECK(begin < end && FirstGap(begin, end) == begin && NextBegin(begin, end) >= end)
      << begin << ".." << end << " overlaps";
  Piece& piece = pieces_[begin];
  piece.begin = begin;
  piece.end = end;
}

void PieceMap::Arrived(int64_t begin, Bytes data) {
  auto found = pieces_.find(begin);
  CHECK(found != pieces_.end() && !found->second.ready) << "piece at " << begin;
  Piece& piece = found->second;
  CHECK(static_cast<int64_t>(data.size()) == piece.end - piece.begin) << "piece at " << begin;
  piece.ready = true;
  piece.data = std::move(data);
}

int64_t PieceMap::Trim(const std::function<bool(const Piece&)>& wanted) {
  int64_t bytes = 0;
  for (auto it = pieces_.begin(); it != pieces_.end();) {
    if (!it->second.ready || wanted(it->second)) {
      ++it;
      continue;
    }
    bytes += it->second.end - it->second.begin;
    it = pieces_.erase(it);
  }
  return bytes;
}

int64_t PieceMap::Clear() {
  int64_t bytes = 0;
  for (const auto& [begin, piece] : pieces_) bytes += piece.end - piece.begin;
  pieces_.clear();
  return bytes;
}

}  // namespace alluxio::worker
