#include "worker/store/temp_block.h"

#include <algorithm>
#include <cstring>

#include "base/crc32c.h"
#include "base/log.h"
#include "worker/store/block_store.h"

namespace alluxio::worker {
namespace {

constexpr size_t kStepBytes = 256 * 1024;

}  // namespace

TempBlock::~TempBlock() { Abort(); }

Status TempBlock::Append(std::string_view data) {
  CHECK(open_ && !lent()) << "block " << id_;
  int64_t needed = length_ + static_cast<int64_t>(data.size()) - reserved_;
  // Never more than needed: thousands of idle streams would hold space that nobody uses.
  if (needed > 0) RETURN_IF_ERROR(Reserve(needed));
  if (reuse_ == Reuse::kStream && room_.owner != nullptr &&
      static_cast<size_t>(length_) + data.size() > room_.bytes.size()) {
    RETURN_IF_ERROR(CutRoom());
    room_ = Overwrite();  // what comes next belongs behind it
  }
  if (file_ == nullptr && room_.owner == nullptr) {
    ASSIGN_OR_RETURN(file_, disk_.OpenForWrite(path_, WriteMode::kAppend));
    file_->PreferHugePages();
  }
  // In steps that are summed while the processor's cache still has them.
  for (; !data.empty(); data.remove_prefix(std::min(kStepBytes, data.size()))) {
    std::string_view step = data.substr(0, kStepBytes);
    RETURN_IF_ERROR(AppendStep(step));
    length_ += static_cast<int64_t>(step.size());
    crc32c_ = ExtendCrc32c(crc32c_, step);
  }
  return OkStatus();
}

Status TempBlock::AppendStep(std::string_view step) {
  if (room_.owner == nullptr) return file_->Append(step);
  size_t at = static_cast<size_t>(length_);
  CHECK(at + step.size() <= room_.bytes.size()) << "block " << id_ << " is whole";
  char* to = room_.bytes.data() + at;
  if (to != step.data()) std::memcpy(to, step.data(), step.size());
  return OkStatus();
}

// Nothing old is left behind what was appended.
Status TempBlock::CutRoom() {
  const bool cut = static_cast<size_t>(length_) < room_.bytes.size();
  return cut ? disk_.Truncate(path_, length_) : OkStatus();
}

Status TempBlock::Seal(const BlockChecksum& told) {
  CHECK(open_ && length_ == 0 && !sealed_) << "block " << id_;
  if (told.length > reserved_) RETURN_IF_ERROR(Reserve(told.length - reserved_));
  ASSIGN_OR_RETURN(FileStat stat, disk_.Stat(path_));
  if (stat.length > told.length) RETURN_IF_ERROR(disk_.Truncate(path_, told.length));
  ASSIGN_OR_RETURN(BlockChecksum found, store_.dirs_[dir_]->Checksum(path_));
  if (found.length != told.length || found.crc32c != told.crc32c) {
    return DataLoss("block file " + path_ + ": " + std::to_string(found.length) +
                    " bytes that are not the " + std::to_string(told.length) +
                    " of its client");
  }
  length_ = found.length;
  crc32c_ = found.crc32c;
  sealed_ = true;
  return OkStatus();
}

Status TempBlock::Reserve(int64_t bytes) {
  CHECK(open_) << "block " << id_;
  return store_.ReserveMore(*this, bytes);
}

Status TempBlock::Flush() {
  if (file_ == nullptr) return OkStatus();
  std::unique_ptr<WritableFile> file = std::move(file_);
  return file->Close();
}

Result<CommittedBlock> TempBlock::Commit() {
  CHECK(open_) << "block " << id_;
  Result<CommittedBlock> committed = TryCommit();
  if (!committed.ok()) Abort();
  return committed;
}

Result<CommittedBlock> TempBlock::TryCommit() {
  RETURN_IF_ERROR(Flush());
  if (lent() && !sealed_) {
    return FailedPrecondition("block " + std::to_string(id_) +
                              ": its client has not said what it wrote");
  }
  if (reuse_ == Reuse::kStream) RETURN_IF_ERROR(CutRoom());
  BlockChecksum sum{length_, crc32c_};
  ASSIGN_OR_RETURN(FileStat stat, disk_.Stat(path_));
  if (length_ == 0 && stat.length > 0 && reuse_ == Reuse::kNever && !sealed_) {
    // A short-circuit client wrote the file itself.
    ASSIGN_OR_RETURN(sum, store_.dirs_[dir_]->Checksum(path_));
    if (sum.length > reserved_) RETURN_IF_ERROR(Reserve(sum.length - reserved_));
  } else if (stat.length != length_) {
    return DataLoss("block file " + path_ + ": " + std::to_string(stat.length) +
                    " bytes instead of " + std::to_string(length_));
  }
  ASSIGN_OR_RETURN(CommittedBlock committed, store_.CommitTemp(*this, sum));
  open_ = false;
  return committed;
}

void TempBlock::Abort() {
  if (!open_) return;
  open_ = false;
  file_.reset();
  room_ = Overwrite();
  store_.AbortTemp(*this);
}

}  // namespace alluxio::worker
