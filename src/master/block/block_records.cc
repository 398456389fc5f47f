#include "master/block/block_records.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "master/state/flat_image.h"

namespace alluxio::master {
namespace {

constexpr size_t kFewHomes = 8;
constexpr size_t kUnitRecords = RecordPool::kUnitRecords;
constexpr size_t kUnitBytes = RecordPool::kUnitBytes;
constexpr size_t kUnitsPerFrame = 1024;

struct RecordsHead {
  uint64_t homes = 0;
  uint64_t positions = 0;
  uint64_t used = 0;
};

// Enough for all but one in a million of arrays that are seven eighths full; a longer queue in
// front of the end makes it longer.
size_t TailOf(size_t homes) { return std::min<size_t>(64, kFewHomes + homes / 8); }

}  // namespace

BlockRecords::~BlockRecords() {
  for (char* unit : units_) pool_->Give(unit);
}

void BlockRecords::Swap(BlockRecords& other) {
  std::swap(pool_, other.pool_);
  std::swap(units_, other.units_);
  std::swap(homes_, other.homes_);
  std::swap(positions_, other.positions_);
  std::swap(used_, other.used_);
}

size_t BlockRecords::Seek(uint64_t key) const {
  size_t i = HomeOf(key);
  while (i < positions_ && !At(i).empty() && At(i).key() < key) ++i;
  return i;
}

BlockRecords::Record BlockRecords::Find(uint64_t key) const {
  if (used_ == 0) return {};
  size_t i = Seek(key);
  if (i == positions_ || At(i).empty() || At(i).key() != key) return {};
  return At(i);
}

size_t BlockRecords::EndOfRun(size_t place) const {
  while (place < positions_ && !At(place).empty()) ++place;
  return place;
}

bool BlockRecords::TakeAll(const BlockRecords& other) {
  size_t next = 0;
  bool room = true;
  other.ForEach([&](Record record) {
    size_t place = std::max(next, HomeOf(record.key()));
    room = room && place < positions_;
    if (room) std::memcpy(At(place).at_, record.at_, kRecordBytes);
    next = place + 1;
  });
  used_ = other.used_;
  return room;
}

void BlockRecords::Replace(size_t homes, size_t tail) {
  for (;; tail *= 2) {
    BlockRecords larger(pool_);
    const size_t units = (homes + tail + kUnitRecords - 1) / kUnitRecords;
    for (size_t i = 0; i < units; ++i) larger.units_.push_back(pool_->Take());
    larger.positions_ = units * kUnitRecords;
    larger.homes_ = larger.positions_ - tail;
    CHECK(larger.positions_ < (size_t{1} << 32)) << used_ << " blocks in a shard";
    if (!larger.TakeAll(*this)) continue;
    Swap(larger);
    return;
  }
}

BlockRecords::Record BlockRecords::FindOrAdd(uint64_t key, uint32_t length, bool* added) {
  *added = false;
  size_t place = Seek(key);
  if (place < positions_ && !At(place).empty() && At(place).key() == key) return At(place);
  *added = true;
  if ((used_ + 1) * 8 > homes_ * 7) {
    size_t homes = homes_ + homes_ / 8 + kFewHomes;
    Replace(homes, std::max(TailOf(homes), positions_ - homes_));
    place = Seek(key);
  }
  size_t end = EndOfRun(place);
  while (end == positions_) {
    Replace(homes_, 2 * (positions_ - homes_));
    place = Seek(key);
    end = EndOfRun(place);
  }
  MoveUp(place, end);
  std::memcpy(At(place).at_, &key, sizeof(key) - 1);
  At(place).set_length(length);
  At(place).set_place(0);
  ++used_;
  return At(place);
}

void BlockRecords::MoveUp(size_t begin, size_t end) {
  while (end > begin) {
    // Those that stay in the unit in which the last one arrives, or that one alone.
    size_t from = std::max(begin, end / kUnitRecords * kUnitRecords);
    if (from == end) --from;
    std::memmove(At(from + 1).at_, At(from).at_, (end - from) * kRecordBytes);
    end = from;
  }
}

void BlockRecords::MoveDown(size_t begin, size_t end) {
  while (begin < end) {
    const size_t to = begin - 1;
    size_t upto = std::min(end, (to / kUnitRecords + 1) * kUnitRecords);
    if (upto == begin) ++upto;
    std::memmove(At(to).at_, At(begin).at_, (upto - begin) * kRecordBytes);
    begin = upto;
  }
}

// Whoever is behind its home moves down by one, as far as the gap goes.
void BlockRecords::Erase(Record record) {
  const size_t gap = Seek(record.key());
  size_t end = gap + 1;
  while (end < positions_ && !At(end).empty() && HomeOf(At(end).key()) < end) ++end;
  MoveDown(gap + 1, end);
  std::memset(At(end - 1).at_, 0, kRecordBytes);
  --used_;
}

Status BlockRecords::SaveImage(ImageWriter& image) const {
  RETURN_IF_ERROR(image.Value(RecordsHead{homes_, positions_, used_}));
  std::string bytes;
  for (size_t unit = 0; unit < units_.size(); ++unit) {
    const size_t begin = bytes.size();
    bytes.append(units_[unit], kUnitBytes);
    for (size_t at = begin; at < bytes.size(); at += kRecordBytes) Record(&bytes[at]).set_place(0);
    if (bytes.size() < kUnitsPerFrame * kUnitBytes && unit + 1 < units_.size()) continue;
    RETURN_IF_ERROR(image.Frame(bytes));
    bytes.clear();
  }
  return OkStatus();
}

Status BlockRecords::LoadImage(ImageReader& image) {
  RecordsHead head;
  RETURN_IF_ERROR(image.Value(&head));
  if (head.positions % kUnitRecords != 0 || head.homes > head.positions ||
      head.used > head.positions || head.positions >= uint64_t{1} << 32) {
    return image.Damaged("a shard of another form");
  }
  const size_t units = head.positions / kUnitRecords;
  while (units_.size() < units) {
    ASSIGN_OR_RETURN(std::string bytes, image.Text());
    if (bytes.empty() || bytes.size() % kUnitBytes != 0 ||
        bytes.size() / kUnitBytes > units - units_.size()) {
      return image.Damaged("records of another shard");
    }
    for (size_t at = 0; at < bytes.size(); at += kUnitBytes) {
      units_.push_back(pool_->Take());
      std::memcpy(units_.back(), bytes.data() + at, kUnitBytes);
    }
  }
  homes_ = head.homes;
  positions_ = head.positions;
  used_ = head.used;
  return OkStatus();
}

}  // namespace alluxio::master
