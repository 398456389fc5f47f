// Checkpoints in memory: for tests, backups of small parts, and dumps.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "journal/journal.h"

namespace alluxio::journal {

class StringSink final : public CheckpointSink {
 public:
  explicit StringSink(int64_t end = -1) : end_(end) {}
  int64_t end() const override { return end_; }
  void Note(std::string_view text) override { notes.append(text); }
  Status Write(std::string_view data) override {
    bytes.append(data);
    return OkStatus();
  }
  std::string bytes;
  std::string notes;

 private:
  const int64_t end_;
};

// Views bytes that outlive it.
class StringSource final : public CheckpointSource {
 public:
  explicit StringSource(std::string_view bytes, int64_t end = -1) : left_(bytes), end_(end) {}
  int64_t end() const override { return end_; }
  Result<size_t> Read(char* into, size_t size) override {
    size_t n = std::min(size, left_.size());
    std::memcpy(into, left_.data(), n);
    left_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view left_;
  const int64_t end_;
};

}  // namespace alluxio::journal
