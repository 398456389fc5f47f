// BlockRecords: one shard of the block table, 13 bytes a block.
//
// An open-addressed array that is ordered by key: the place of a record is its home, which rises
// with the key, or as little behind it as the records before allow. So a search ends at the first
// greater key, an array may be seven eighths full, and one that grows, by an eighth, is read and
// written from front to back. It is made of units of a RecordPool, which shards share: whoever
// changes one of them has them all. Thread-compatible.
//
//   key     7 bytes   what the shard's number leaves of the block's hash
//   length  4 bytes   a code, never 0; 0 = no record
//   place   2 bytes   a code
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/status.h"
#include "master/block/record_pool.h"

namespace alluxio::master {

class ImageReader;
class ImageWriter;

class BlockRecords {
 public:
  static constexpr int kKeyBits = 56;
  static constexpr size_t kRecordBytes = RecordPool::kRecordBytes;

  // Points at one; good until the next change of the array. What it says may be changed.
  class Record {
   public:
    Record() = default;
    explicit operator bool() const { return at_ != nullptr; }
    uint64_t key() const {
      static_assert(std::endian::native == std::endian::little);
      return Load<uint64_t>(0) & ((uint64_t{1} << kKeyBits) - 1);
    }
    uint32_t length() const { return Load<uint32_t>(kLengthAt); }
    void set_length(uint32_t code) { std::memcpy(at_ + kLengthAt, &code, sizeof(code)); }
    uint16_t place() const { return Load<uint16_t>(kPlaceAt); }
    void set_place(uint16_t code) { std::memcpy(at_ + kPlaceAt, &code, sizeof(code)); }

   private:
    friend class BlockRecords;
    static constexpr size_t kLengthAt = 7;
    static constexpr size_t kPlaceAt = 11;

    explicit Record(char* at) : at_(at) {}
    template <typename T>
    T Load(size_t offset) const {
      T value;
      std::memcpy(&value, at_ + offset, sizeof(value));
      return value;
    }
    bool empty() const { return length() == 0; }

    char* at_ = nullptr;
  };

  // `pool` outlives it.
  explicit BlockRecords(RecordPool* pool) : pool_(pool) {}
  ~BlockRecords();
  BlockRecords(BlockRecords&& other) noexcept : BlockRecords(other.pool_) { Swap(other); }
  BlockRecords& operator=(BlockRecords&&) = delete;

  // Nothing when there is none.
  Record Find(uint64_t key) const;
  // Asks for the memory that a search for this key reads first.
  void Prefetch(uint64_t key) const {
    if (used_ != 0) __builtin_prefetch(At(HomeOf(key)).at_);
  }
  // Adds one without a place, unless there is one.
  Record FindOrAdd(uint64_t key, uint32_t length, bool* added);
  void Erase(Record record);

  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (size_t i = 0; i < positions_; ++i) {
      if (Record record = At(i); !record.empty()) visit(record);
    }
  }

  // The array as it lies in memory, without places. Loading is into an empty one.
  Status SaveImage(ImageWriter& image) const;
  Status LoadImage(ImageReader& image);

  size_t size() const { return used_; }
  size_t MemoryBytes() const { return units_.size() * RecordPool::kUnitBytes; }

 private:
  Record At(size_t i) const {
    return Record(units_[i / RecordPool::kUnitRecords] +
                  i % RecordPool::kUnitRecords * kRecordBytes);
  }
  // Moves the records from `begin` to before `end` up or down by one place.
  void MoveUp(size_t begin, size_t end);
  void MoveDown(size_t begin, size_t end);
  void Swap(BlockRecords& other);
  size_t HomeOf(uint64_t key) const {
    return static_cast<size_t>(((key >> (kKeyBits - 32)) * homes_) >> 32);
  }
  // The first place from the key's home on that is empty or has no smaller key.
  size_t Seek(uint64_t key) const;
  size_t EndOfRun(size_t place) const;  // the first empty one from there on
  void Replace(size_t homes, size_t tail);
  // False when the records at the end have no room.
  bool TakeAll(const BlockRecords& other);

  RecordPool* pool_;
  std::vector<char*> units_;
  size_t homes_ = 0;      // places that keys have for a home
  size_t positions_ = 0;  // with a tail for those who found the last homes taken
  size_t used_ = 0;
};

}  // namespace alluxio::master
