// DirectTail: the end of a file that grows into blocks which hold data already, written past the
// page cache and durable at once: a write and a sync in one call, for two thirds of their CPU.
//
// Only whole blocks can be written so: the last one, which is not full, is kept here, and is
// written again with what is added to it, filled up with zeros. Nobody should read the file
// meanwhile: where a reader holds a page the kernel reports an error to the next sync. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "env/posix/descriptor.h"

namespace alluxio {

class DirectTail {
 public:
  // Of the file behind `fd`, whose content ends at `end` and is synced. Null where its file system
  // has no such writes.
  static std::unique_ptr<DirectTail> Open(int fd, int64_t end);

  // In memory only, until Write().
  void Add(std::string_view data);
  // What was added and not written, and where it begins in the file.
  std::string_view waiting() const;
  int64_t written() const { return written_; }
  // Where the next Add() goes.
  int64_t end() const { return block_ + static_cast<int64_t>(size_); }
  // Where the blocks end that Write() would touch.
  int64_t blocks_end() const;
  // All that was added, durable. After an error what is in the file from written() on is unknown.
  Status Write(const std::string& path);

 private:
  struct Free {
    void operator()(char* memory) const;
  };

  DirectTail(Descriptor fd, int64_t end);
  void Reserve(size_t size);

  const Descriptor fd_;
  std::unique_ptr<char[], Free> memory_;  // from the file's offset block_ on
  size_t capacity_ = 0;
  size_t size_ = 0;
  int64_t block_ = 0;
  int64_t written_ = 0;
};

}  // namespace alluxio
