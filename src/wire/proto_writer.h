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

  // The most bytes that a number takes, and a text besides its own.
  static constexpr size_t kMostOfField = 15;

  // Fields one after another: room for all of them is looked for once. While it is open nothing
  // else is written.
  class Fields {
   public:
    // int32, int64, bool and enumerations.
    void Int(uint32_t field, int64_t value) {
      at_ = PutVarint(PutVarint(at_, field << 3), static_cast<uint64_t>(value));
    }
    void Text(uint32_t field, std::string_view text) {
      at_ = PutText(PutLength(at_, field, text.size()), text);
    }
    void Path(uint32_t field, const JoinedPath& path) {
      if (path.name.empty()) return Text(field, path.folder);
      const bool slash = !path.folder.ends_with('/');
      at_ = PutText(PutLength(at_, field, path.folder.size() + (slash ? 1 : 0) + path.name.size()),
                    path.folder);
      if (slash) *at_++ = '/';
      at_ = PutText(at_, path.name);
    }

   private:
    friend class ProtoWriter;
    explicit Fields(char* at) : at_(at) {}
    char* at_;
  };
  // They take `most` bytes at most.
  Fields Open(size_t most) { return Fields(Room(most)); }
  void Close(const Fields& fields) { Advance(fields.at_); }

  void Int(uint32_t field, int64_t value) {
    Fields one = Open(kMostOfField);
    one.Int(field, value);
    Close(one);
  }
  void Text(uint32_t field, std::string_view text) {
    Fields one = Open(kMostOfField + text.size());
    one.Text(field, text);
    Close(one);
  }
  void Path(uint32_t field, const JoinedPath& path) {
    Fields one = Open(kMostOfField + path.folder.size() + 1 + path.name.size());
    one.Path(field, path);
    Close(one);
  }
  // Fields that were written before.
  void Append(std::string_view written) { Advance(PutText(Room(written.size()), written)); }
  // `length_bytes`: how many the length will probably take; only a wrong guess costs something.
  Nested Begin(uint32_t field, size_t length_bytes = 1) {
    Advance(PutVarint(Room(kMostTag + length_bytes), (field << 3) | kLengthDelimited) +
            length_bytes);
    return {size_, length_bytes};
  }
  void End(const Nested& message) {
    const size_t length = size_ - message.begin;
    if (length >= 0x80 || message.length_bytes != 1) return EndLong(message);
    memory_[message.begin - 1] = static_cast<char>(length);
  }

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
  void EndLong(const Nested& message);

  std::shared_ptr<char[]> memory_;  // shared with nobody until Take()
  size_t size_ = 0;
  size_t capacity_ = 0;
  size_t first_capacity_ = 1024;
};

}  // namespace alluxio::wire
