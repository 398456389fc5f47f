// CheckpointFile: a checkpoint in an under store as a run of bytes, read ahead. Not thread-safe.
#pragma once

#include <memory>
#include <string>

#include "journal/journal.h"
#include "ufs/ufs.h"

namespace alluxio::journal {

class CheckpointFile final : public CheckpointSource {
 public:
  // `end` as of CheckpointSource.
  explicit CheckpointFile(std::unique_ptr<ufs::UfsReader> file, int64_t end = -1);
  int64_t end() const override { return end_; }
  Result<size_t> Read(char* into, size_t size) override;

 private:
  std::unique_ptr<ufs::UfsReader> file_;
  const int64_t end_;
  std::string buffer_;
  size_t at_ = 0;
  size_t filled_ = 0;
  int64_t offset_ = 0;
};

}  // namespace alluxio::journal
