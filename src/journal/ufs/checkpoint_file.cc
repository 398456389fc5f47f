#include "journal/ufs/checkpoint_file.h"

#include <algorithm>
#include <cstring>

namespace alluxio::journal {
namespace {

constexpr int64_t kBuffer = 1 << 20;

}  // namespace

CheckpointFile::CheckpointFile(std::unique_ptr<ufs::UfsReader> file, int64_t end)
    : file_(std::move(file)), end_(end) {
  int64_t length = std::max<int64_t>(file_->status().length, 1);
  buffer_.resize(static_cast<size_t>(std::min(length, kBuffer)));
}

Result<size_t> CheckpointFile::Read(char* into, size_t size) {
  size_t done = 0;
  while (done < size) {
    if (at_ == filled_) {
      ASSIGN_OR_RETURN(filled_, file_->ReadAt(offset_, buffer_));
      at_ = 0;
      offset_ += static_cast<int64_t>(filled_);
      if (filled_ == 0) break;
    }
    size_t n = std::min(size - done, filled_ - at_);
    std::memcpy(into + done, buffer_.data() + at_, n);
    at_ += n;
    done += n;
  }
  return done;
}

}  // namespace alluxio::journal
