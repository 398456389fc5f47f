#include "worker/store/recycled_files.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"

namespace alluxio::worker {

bool RecycledFiles::Offer(const std::string& path, int64_t length,
                          std::shared_ptr<OverwriteFile> mapped) {
  if (length < least_bytes_) return false;
  File file;
  file.length = length;
  if (mapped.use_count() == 1) {
    // Whoever let go of it before has read what he wanted: a copy that comes and goes acquires the
    // count that he released. (The thread sanitizer knows no fences.)
    std::shared_ptr<OverwriteFile>(mapped).reset();
    file.mapped = std::move(mapped);
  }
  mapped.reset();
  {
    MutexLock lock(mutex_);
    file.path = fmt::format("{}/recycled-{}", folder_, next_name_++);
  }
  Status moved = disk_.Rename(path, file.path);
  if (!moved.ok()) return false;
  MutexLock lock(mutex_);
  bytes_ += length;
  files_.push_back(std::move(file));
  return true;
}

RecycledFiles::Files RecycledFiles::Choose(int64_t length) {
  Files chosen;
  MutexLock lock(mutex_);
  auto best = files_.end();
  for (auto it = files_.begin(); it != files_.end(); ++it) {
    bool fits = it->length >= length && it->length <= 2 * length;
    if (fits && (best == files_.end() || it->length < best->length)) best = it;
  }
  if (best == files_.end()) return chosen;
  bytes_ -= best->length;
  chosen.splice(chosen.begin(), files_, best);
  return chosen;
}

std::optional<Overwrite> RecycledFiles::Take(int64_t length, const std::string& path) {
  Overwrite room;
  bool taken = TakeOne(length, path, [&](File& kept) -> Status {
    room = Overwrite();  // that of the file before
    if (kept.mapped == nullptr) {
      ASSIGN_OR_RETURN(room, disk_.TakeOver(kept.path, length));
      return OkStatus();
    }
    ASSIGN_OR_RETURN(std::span<char> bytes, kept.mapped->TakeAgain(kept.path, length));
    room = {bytes, kept.mapped, kept.mapped};
    return OkStatus();
  });
  return taken ? std::optional<Overwrite>(std::move(room)) : std::nullopt;
}

bool RecycledFiles::Hand(int64_t length, const std::string& path) {
  return TakeOne(length, path, [&](File& kept) {
    kept.mapped.reset();
    return disk_.TakeOverUnmapped(kept.path, length);
  });
}

bool RecycledFiles::TakeOne(int64_t length, const std::string& path,
                            const std::function<Status(File& kept)>& take) {
  if (length < least_bytes_) return false;
  while (true) {
    Files chosen = Choose(length);
    if (chosen.empty()) return false;
    Status taken = take(chosen.front());
    if (taken.ok()) {
      Status named = disk_.RenameNew(chosen.front().path, path);
      if (named.ok()) return true;
      LogIfError(named, "worker: a recycled block file");
    } else {
      LOG_DEBUG("worker: block file not recycled reason={}", taken.ToString());
    }
    Delete(chosen);
  }
}

void RecycledFiles::Trim(int64_t most_bytes) {
  Files gone;
  {
    MutexLock lock(mutex_);
    while (bytes_ > std::max<int64_t>(most_bytes, 0)) {
      bytes_ -= files_.front().length;
      gone.splice(gone.end(), files_, files_.begin());
    }
  }
  Delete(gone);
}

void RecycledFiles::Age() {
  Files gone;
  {
    MutexLock lock(mutex_);
    while (!files_.empty() && files_.front().old) {
      bytes_ -= files_.front().length;
      gone.splice(gone.end(), files_, files_.begin());
    }
    for (File& file : files_) file.old = true;
  }
  Delete(gone);
}

void RecycledFiles::Delete(const Files& files) {
  for (const File& file : files) {
    Status deleted = disk_.DeleteFile(file.path);
    if (!deleted.Is(StatusCode::kNotFound)) {
      LogIfError(deleted, "worker: delete of a recycled block file");
    }
  }
}

int64_t RecycledFiles::bytes() const {
  MutexLock lock(mutex_);
  return bytes_;
}

}  // namespace alluxio::worker
