// The temp block of a fetch: pieces go into it in order, by one thread at a time.
#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "worker/fetch/block_fetch.h"

namespace alluxio::worker {

void BlockFetch::StartFill() {
  if (!MakeTemp()) return;
  AppendReady();
  Step();
}

bool BlockFetch::MakeTemp() {
  Placement placement;
  placement.reserve_bytes = block_.block_size;
  placement.reuse = Reuse::kWhole;
  Result<std::unique_ptr<TempBlock>> temp = parts_.store.Create(id_, placement);
  if (!temp.ok()) {
    LOG_DEBUG("worker: block not cached id={} reason={}", id_, temp.status().ToString());
    Refuse(temp.status());
    return false;
  }
  // Appending nothing makes the file, so that it can be opened.
  Status made = (*temp)->Append({});
  Result<std::unique_ptr<ReadableFile>> file =
      made.ok() ? Disk::Real().OpenForRead((*temp)->path()) : made;
  if (!file.ok()) {
    Refuse(file.status());
    return false;
  }
  Answers answers;
  {
    MutexLock lock(mutex_);
    temp_ = *std::move(temp);
    temp_file_ = *std::move(file);
    temp_path_ = temp_->path();
    room_ = temp_->room();
    fill_ = Fill::kFilling;
    if (!FillWanted() || !failure_.ok()) DropTemp(&answers);
  }
  Conclude(answers);
  return true;
}

void BlockFetch::AppendReady() {
  {
    MutexLock lock(mutex_);
    if (appending_ || fill_ != Fill::kFilling) return;
    appending_ = true;
  }
  while (AppendOne()) Step();
}

bool BlockFetch::AppendOne() {
  Answers answers;
  Bytes data;
  TempBlock* temp = nullptr;
  bool full = false;
  {
    MutexLock lock(mutex_);
    const Piece* piece = pieces_.Find(front_);
    if (!failure_.ok() || !FillWanted()) {
      appending_ = false;
      DropTemp(&answers);
    } else if (front_ == block_.block_size) {
      appending_ = false;
      full = true;
      fill_ = Fill::kCommitting;
    } else if (piece == nullptr || !piece->ready) {
      appending_ = false;
    } else {
      temp = temp_.get();
      data = piece->data.Slice(static_cast<size_t>(front_ - piece->begin), piece->data.size());
    }
  }
  Conclude(answers);
  if (full) Finish();
  if (temp == nullptr) return false;
  Status appended = temp->Append(data.view());
  Answers waited;
  {
    MutexLock lock(mutex_);
    if (appended.ok()) {
      front_ += static_cast<int64_t>(data.size());
      Settle(&waited);
      Trim();
    } else {
      appending_ = false;
    }
  }
  waited.Run();
  if (appended.ok()) return true;
  Refuse(appended);
  return false;
}

void BlockFetch::Finish() {
  std::shared_ptr<BlockFetch> self = shared_from_this();
  auto commit = [self] {
    Status submitted = self->parts_.commits.Submit([self] { self->Commit(); });
    if (!submitted.ok()) self->Refuse(submitted);
  };
  bool one_get = false;
  {
    MutexLock lock(mutex_);
    one_get = gets_ <= 1;
  }
  if (one_get) return commit();
  Status submitted = parts_.lanes.Submit(block_.mount_id, Urgency::kBackground, [self, commit] {
    Status same = self->CheckVersion();
    if (same.ok()) return commit();
    return same.Is(StatusCode::kAborted) ? self->Fail(same) : self->Refuse(same);
  });
  if (!submitted.ok()) Refuse(submitted);
}

// Not every store refuses a GET of another version, so what was read in several is compared once
// more with what was opened.
Status BlockFetch::CheckVersion() {
  ASSIGN_OR_RETURN(UfsTarget target,
                   parts_.mounts.Resolve(block_.mount_id, block_.ufs_path, UfsAccess::kRead));
  ASSIGN_OR_RETURN(ufs::UfsStatus now, target.ufs->Stat(target.key));
  std::shared_ptr<ufs::UfsReader> file;
  {
    MutexLock lock(mutex_);
    file = file_;
  }
  const ufs::UfsStatus& then = file->status();
  if (now.length == then.length && now.content_hash == then.content_hash) return OkStatus();
  return Aborted(fmt::format("block {}: {} changed while it was read: {} became {}", id_,
                             block_.ufs_path, then.content_hash, now.content_hash));
}

void BlockFetch::Commit() {
  std::unique_ptr<TempBlock> temp;
  {
    MutexLock lock(mutex_);
    temp = std::move(temp_);
    room_ = Overwrite();
    if (temp == nullptr) return;  // The fetch has failed.
  }
  Result<CommittedBlock> committed = temp->Commit();
  Status status = committed.ok() ? parts_.publisher.Publish(*committed) : committed.status();
  if (!status.ok()) {
    LogIfError(status, "worker: block read but not cached");
    return Refuse(status);
  }
  Answers answers;
  {
    MutexLock lock(mutex_);
    fill_ = Fill::kDone;
    if (!ended_) EndWith(OkStatus(), &answers);
  }
  answers.Run();
}

void BlockFetch::DropTemp(Answers* answers) {
  if (appending_ || fill_ != Fill::kFilling) return;
  answers->dropped = std::move(temp_);
  room_ = Overwrite();
  temp_file_ = nullptr;
  front_ = 0;
  fill_ = Fill::kDropping;
}

void BlockFetch::Refuse(const Status& status) {
  Answers answers;
  {
    MutexLock lock(mutex_);
    answers.dropped = std::move(temp_);
    room_ = Overwrite();
    temp_file_ = nullptr;
    front_ = 0;
    fill_ = Fill::kRefused;
    finish_ = false;
    for (Reader& reader : readers_) reader.fills = false;
    answers.kept = status;
    std::swap(answers.keepers, keepers_);
    Settle(&answers);  // those that waited for the file
    if (readers_.empty() && !ended_) EndWith(status, &answers);
    Trim();
  }
  answers.Run();
  Step();
}

}  // namespace alluxio::worker
