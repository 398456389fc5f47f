#include "journal/ufs/checkpoint_file.h"

#include <algorithm>
#include <cstring>

namespace alluxio::journal {

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
