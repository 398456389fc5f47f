// FileInStream and FileOutStream: the bytes of one file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "model/ids.h"

namespace alluxio::client {

// Thread-compatible, except ReadAt, which any number of threads may call at a time (and beside one
// thread that reads sequentially). Destruction closes.
class FileInStream {
 public:
  virtual ~FileInStream() = default;
  // Reads up to into.size() bytes at the position and moves it; 0 only at the end of the file.
  virtual Result<size_t> Read(std::span<char> into) = 0;
  // Reads at `offset` without moving the position; fewer bytes than asked only at the end.
  virtual Result<size_t> ReadAt(int64_t offset, std::span<char> into) = 0;
  // INVALID_ARGUMENT outside [0, Length()].
  virtual Status Seek(int64_t position) = 0;
  virtual int64_t Position() const = 0;
  virtual int64_t Length() const = 0;
};

// Thread-compatible. The file exists, incomplete, from creation on. Destruction without Close()
// cancels: what was written is dropped and the file stays incomplete.
class FileOutStream {
 public:
  virtual ~FileOutStream() = default;
  virtual Status Write(std::string_view data) = 0;
  // Pushes what was written to the under store's stream (through types); else nothing.
  virtual Status Flush() = 0;
  // Commits the blocks, then completes the file. The file is not complete when this fails.
  virtual Status Close() = 0;
  virtual Status Cancel() = 0;
  virtual int64_t BytesWritten() const = 0;
  // Of the file that was created: at its path there may be another one by now.
  virtual InodeId FileId() const = 0;
};

}  // namespace alluxio::client
