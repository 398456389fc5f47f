// Flat images: what a part of the master's state has in memory, as it lies there, in a file of this
// machine. A start that finds one reads it instead of parsing a checkpoint (image_checkpoint.h).
//
// An image is of one program and for that program: it has the build id in front, and any other
// build takes it for none. It is a run of frames:
//
//   length  8 bytes   of the payload, at most kMostFrame
//   number  4         of the frame, from 0
//   crc     4         of the payload, CRC-32C
//   check   4         CRC-32C of the 16 bytes before
//   payload
//
// all numbers as the processor has them. A frame is checked before anybody sees what is in it, so
// that what is read is what was written; readers still check what would make them use memory that
// is not theirs. Files are written beside the old one and renamed; nothing is synced, since a file
// that a power cut leaves torn is noticed.
//
// None of these is thread-safe; ImageFolder is used by the forked child that writes a checkpoint
// and by its parent.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.h"
#include "env/disk.h"

namespace alluxio::master {

class ImageWriter {
 public:
  static constexpr size_t kMostFrame = size_t{256} << 20;

  explicit ImageWriter(std::unique_ptr<WritableFile> file);

  Status Frame(std::string_view payload);
  template <typename T>
  Status Value(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return Frame({reinterpret_cast<const char*>(&value), sizeof(value)});
  }
  // In as many frames as it takes.
  template <typename T>
  Status Array(std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    RETURN_IF_ERROR(Value(static_cast<uint64_t>(values.size())));
    constexpr size_t kStep = (size_t{8} << 20) / sizeof(T);
    for (size_t at = 0; at < values.size(); at += kStep) {
      const std::span<const T> some = values.subspan(at, std::min(kStep, values.size() - at));
      RETURN_IF_ERROR(Frame({reinterpret_cast<const char*>(some.data()), some.size_bytes()}));
    }
    return OkStatus();
  }
  Status Close();

 private:
  Status Flush();

  std::unique_ptr<WritableFile> file_;
  std::string buffer_;
  uint32_t number_ = 0;
};

// Everything is DATA_LOSS when the file does not go on as is asked for, or is damaged.
class ImageReader {
 public:
  ImageReader(std::unique_ptr<ReadableFile> file, int64_t length);

  // Of the payload of the next frame; it is read next.
  Result<size_t> NextLength();
  // The next frame, which has this length.
  Status Read(std::span<char> into);
  Result<std::string> Text();
  template <typename T>
  Status Value(T* value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return Read({reinterpret_cast<char*>(value), sizeof(*value)});
  }
  template <typename T>
  Result<std::vector<T>> Array() {
    static_assert(std::is_trivially_copyable_v<T>);
    uint64_t count = 0;
    RETURN_IF_ERROR(Value(&count));
    if (count > static_cast<uint64_t>(left()) / sizeof(T)) return Damaged("an array too long");
    std::vector<T> values(count);
    for (size_t at = 0; at < count;) {
      ASSIGN_OR_RETURN(size_t bytes, NextLength());
      const size_t some = bytes / sizeof(T);
      if (some == 0 || some > count - at) return Damaged("an array of other items");
      RETURN_IF_ERROR(Read({reinterpret_cast<char*>(values.data() + at), some * sizeof(T)}));
      at += some;
    }
    return values;
  }
  // What a reader says of frames that it cannot use.
  Status Damaged(std::string_view why) const;
  int64_t left() const { return length_ - offset_ + static_cast<int64_t>(filled_ - at_); }

 private:
  Status Take(std::span<char> into);

  std::unique_ptr<ReadableFile> file_;
  const int64_t length_;
  int64_t offset_ = 0;  // of what is behind the buffer
  std::string buffer_;
  size_t at_ = 0;
  size_t filled_ = 0;
  uint32_t number_ = 0;
  bool headed_ = false;
  uint64_t payload_ = 0;  // of the frame whose head was read
  uint32_t crc_ = 0;
};

// Which bytes of a checkpoint an image stands for.
struct CheckpointDigest {
  uint64_t size = 0;
  uint64_t crc = 0;  // CRC-32C; 64 bits wide, so that it has no holes
  void Add(std::string_view data);
  bool operator==(const CheckpointDigest&) const = default;
};

class ImageFolder {
 public:
  // `disk` outlives it. The folder is made when something is written.
  ImageFolder(Disk& disk, std::string folder);

  // An image that is being written. What is not committed is removed.
  class Pending {
   public:
    ~Pending();
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;
    ImageWriter& writer() { return writer_; }
    // From now on it is the image of its name.
    Status Commit(const CheckpointDigest& digest);

   private:
    friend class ImageFolder;
    Pending(Disk& disk, std::string path, std::unique_ptr<WritableFile> file);
    Disk& disk_;
    const std::string path_;
    bool committed_ = false;
    ImageWriter writer_;
  };
  // For a checkpoint that covers the entries below `end`; RESOURCE_EXHAUSTED when the disk would
  // be short after so many bytes.
  Result<std::unique_ptr<Pending>> Begin(std::string_view name, int64_t end, size_t bytes);

  // The image of such a checkpoint, read up to what the part itself wrote; null when there is none
  // of it, or of another build. Its last frame is the digest (ReadDigest).
  std::unique_ptr<ImageReader> Open(std::string_view name, int64_t end);
  static Result<CheckpointDigest> ReadDigest(ImageReader& image);
  void Remove(std::string_view name);
  // Of every name, with what crashes left; or only that.
  void RemoveAll() { RemoveFiles(true); }
  void RemoveUnfinished() { RemoveFiles(false); }

 private:
  std::string PathOf(std::string_view name) const;
  void RemoveFiles(bool all);

  Disk& disk_;
  const std::string folder_;
};

}  // namespace alluxio::master
