// ProtoWriter: the bytes of protobuf messages, written field by field with no message in between.
//
//   ProtoWriter::Nested info = out.Begin(1);
//   out.Int(1, id);
//   out.Text(2, name);
//   out.End(info);
//
// What it writes is what the library would: whoever writes fields in the order of their numbers
// gets the same bytes. The memory grows and is used again after Clear(). Thread-compatible.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/bytes.h"

namespace alluxio::wire {

// Two texts that are one path, with one '/' between them; without the second just the first.
struct JoinedPath {
  std::string_view folder;
  std::string_view name;
};

class ProtoWriter {
 public:
  // A nested message that has begun.
  struct Nested {
    size_t begin = 0;         // of its content
    size_t length_bytes = 1;  // left free before it
  };

  size_t size() const { return size_; }
  std::string_view view() const { return {memory_.get(), size_}; }
  void Clear() { size_ = 0; }
  // Drops what was written after `size`, which is not inside a message that has begun.
  void Truncate(size_t size) { size_ = size; }
  // The bytes in memory of their own, and the writer is left as it is.
  Bytes Copy() const;
  // The bytes with their memory; the writer is empty afterwards and begins with as much room.
  Bytes Take();

  // int32, int64, bool and enumerations.
  void Int(uint32_t field, int64_t value) {
    char* at = Room(kMostTag + kMostVarint);
    Advance(PutVarint(PutVarint(at, field << 3), static_cast<uint64_t>(value)));
  }
  void Text(uint32_t field, std::string_view text) {
    char* at = PutLength(Room(kMostTag + kMostVarint + text.size()), field, text.size());
    Advance(PutText(at, text));
  }
  void Path(uint32_t field, const JoinedPath& path) {
    if (path.name.empty()) return Text(field, path.folder);
    const bool slash = !path.folder.ends_with('/');
    const size_t size = path.folder.size() + (slash ? 1 : 0) + path.name.size();
    char* at = PutText(PutLength(Room(kMostTag + kMostVarint + size), field, size), path.folder);
    if (slash) *at++ = '/';
    Advance(PutText(at, path.name));
  }
  // `length_bytes`: how many the length will probably take; only a wrong guess costs something.
  Nested Begin(uint32_t field, size_t length_bytes = 1) {
    Advance(PutVarint(Room(kMostTag + length_bytes), (field << 3) | kLengthDelimited) +
            length_bytes);
    return {size_, length_bytes};
  }
  void End(const Nested& message);

 private:
  static constexpr size_t kMostTag = 5;
  static constexpr size_t kMostVarint = 10;
  static constexpr uint32_t kLengthDelimited = 2;

  static char* PutVarint(char* at, uint64_t value) {
    while (value >= 0x80) {
      *at++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *at++ = static_cast<char>(value);
    return at;
  }
  static char* PutLength(char* at, uint32_t field, size_t length) {
    return PutVarint(PutVarint(at, (field << 3) | kLengthDelimited), length);
  }
  static char* PutText(char* at, std::string_view text) {
    if (!text.empty()) memcpy(at, text.data(), text.size());
    return at + text.size();
  }
  // Where `count` more bytes may be written.
  char* Room(size_t count) {
    if (capacity_ - size_ < count) Grow(count);
    return memory_.get() + size_;
  }
  void Advance(const char* end) { size_ = static_cast<size_t>(end - memory_.get()); }
  void Grow(size_t count);

  std::shared_ptr<char[]> memory_;  // shared with nobody until Take()
  size_t size_ = 0;
  size_t capacity_ = 0;
  size_t first_capacity_ = 1024;
};

}  // namespace alluxio::wire
