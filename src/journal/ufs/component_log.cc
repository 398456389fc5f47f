#include "journal/ufs/component_log.h"

#include <algorithm>

#include "base/check.h"
#include "base/log.h"
#include "journal/ufs/journal_names.h"

namespace alluxio::journal {

Status ComponentLog::Write(std::string_view frames, int64_t end) {
  CHECK(!broken_) << name_ << ": write after a failure that was not repaired";
  if (rotation_due_) {
    Status completed = Complete();
    if (!completed.ok()) {
      broken_ = true;
      return completed;
    }
  }
  Status written = WriteToOpenLog(frames);
  if (!written.ok()) {
    broken_ = true;
    return written;
  }
  next_ = end;
  bytes_ += static_cast<int64_t>(frames.size());
  rotation_due_ = bytes_ >= rotate_bytes_;
  return OkStatus();
}

Status ComponentLog::WriteToOpenLog(std::string_view frames) {
  if (file_ == nullptr) {
    start_ = next_;
    bytes_ = 0;
    room_end_ = 0;
    exists_ = true;  // even when opening fails halfway
    ASSIGN_OR_RETURN(file_, ufs_.OpenLog(LogKey(name_, start_, kOpenEnd)));
    if (!followed_) file_->ReadWhenClosed();
  }
  RETURN_IF_ERROR(file_->Append(frames));
  if (bytes_ > 0) MakeRoom(bytes_ + static_cast<int64_t>(frames.size()));
  RETURN_IF_ERROR(file_->Sync());
  return bytes_ == 0 ? CheckAlone() : OkStatus();
}

// After the sync: whoever comes later reads what was synced.
Status ComponentLog::CheckAlone() {
  ASSIGN_OR_RETURN(ComponentFiles files, ListComponent(ufs_, name_));
  auto of_others = [this](const JournalFile& log) {
    return log.open() ? log.start > start_ : log.end > start_;
  };
  for (const std::vector<JournalFile>& logs : {files.logs, files.open_logs}) {
    auto other = std::find_if(logs.begin(), logs.end(), of_others);
    if (other == logs.end()) continue;
    taken_ = true;
    return FailedPrecondition(ufs_.root() + "/" + other->key + ": another master has written it");
  }
  return OkStatus();
}

void ComponentLog::MakeRoom(int64_t written) {
  if (!make_room_ || written < room_end_) return;
  // Behind the limit nothing but the end of one flush is written.
  int64_t bytes = std::min(kRoomStep, rotate_bytes_ - written);
  if (bytes <= 0) return;
  Status made = file_->MakeRoom(bytes);
  if (made.ok()) {
    room_end_ = written + bytes;
  } else {
    make_room_ = false;  // syncs take longer, no more
    LOG_DEBUG("journal: log grows by appending component={} reason=\"{}\"", name_,
              made.ToString());
  }
}

void ComponentLog::GiveBackRoom() {
  make_room_ = false;
  if (file_ == nullptr || room_end_ == 0) return;
  room_end_ = 0;
  LogIfError(file_->MakeRoom(0), "journal: zeros stay at the end of " + name_);
}

Status ComponentLog::Complete() {
  if (!exists_) {
    rotation_due_ = false;
    return OkStatus();
  }
  bool closed = file_ != nullptr && !broken_;
  if (file_ != nullptr) {
    // Everything was synced by Write(), so nothing is lost; on HDFS it is not readable then.
    Status status = file_->Close();
    LogIfError(status, "closing a journal log that is synced");
    closed = closed && status.ok();
    file_.reset();
  }
  std::string open = LogKey(name_, start_, kOpenEnd);
  if (!closed && next_ > start_) {
    Status settled = ufs_.SettleLog(open);
    if (!settled.ok() && !settled.Is(StatusCode::kNotFound)) return settled;
  }
  if (next_ == start_) {
    Status deleted = ufs_.DeleteFile(open);
    if (!deleted.ok() && !deleted.Is(StatusCode::kNotFound)) return deleted;
  } else {
    std::string completed = LogKey(name_, start_, next_);
    Status renamed = ufs_.Rename(open, completed);
    // A rename that reports failure may have happened.
    if (!renamed.ok() && !(renamed.Is(StatusCode::kNotFound) && ufs_.Stat(completed).ok())) {
      return renamed;
    }
    LOG_DEBUG("journal: log completed name={} bytes={}", completed, bytes_);
  }
  exists_ = false;
  rotation_due_ = false;
  make_room_ = !broken_;  // after a failure the same entries get a plain log
  return OkStatus();
}

Status ComponentLog::Rotate() {
  rotation_due_ = true;
  return broken_ ? OkStatus() : Complete();
}

Status ComponentLog::Repair() {
  if (!broken_) return OkStatus();
  RETURN_IF_ERROR(Complete());
  broken_ = false;
  return OkStatus();
}

}  // namespace alluxio::journal
