#include "master/ops/store_move.h"

#include "base/log.h"
#include "master/ops/parallel_calls.h"

namespace alluxio::master {

Status StoreMove::Run(bool resumed) {
  return ufs_.is_object_store() ? RunObjects(resumed) : RunAtomic(resumed);
}

Status StoreMove::RunAtomic(bool resumed) {
  Status renamed = ufs_.Rename(from_, to_);
  if (renamed.ok()) return renamed;
  // It may have happened all the same: earlier, or with an answer that got lost.
  auto source = ufs_.Stat(from_);
  if (source.ok()) return renamed;
  touched_ = true;
  if (!source.status().Is(StatusCode::kNotFound)) return renamed;
  auto target = ufs_.Stat(to_);
  bool lost_answer = !renamed.Is(StatusCode::kNotFound);
  if (target.ok() && (resumed || lost_answer)) return OkStatus();
  touched_ = !target.ok() && !target.status().Is(StatusCode::kNotFound);
  return renamed;
}

Status StoreMove::RunObjects(bool resumed) {
  auto source = ufs_.Stat(from_);
  if (source.status().Is(StatusCode::kNotFound) && resumed) return ufs_.Stat(to_).status();
  RETURN_IF_ERROR(source.status());
  if (!source->is_directory) {
    Status renamed = ufs_.Rename(from_, to_);
    touched_ = !renamed.ok();
    return renamed;
  }
  if (!resumed) {
    auto target = ufs_.Stat(to_);
    if (target.ok()) return AlreadyExists(to_ + ": is in the under store already");
    if (!target.status().Is(StatusCode::kNotFound)) return target.status();
  }
  touched_ = true;
  return MoveFolder();
}

Status StoreMove::MoveFolder() {
  ufs::UfsCreateOptions folder;
  folder.mode = Mode{0755};
  RETURN_IF_ERROR(ufs_.MakeDirectory(to_, folder));
  std::vector<std::string> folders = {from_};  // parents first
  ufs::UfsListOptions options{.recursive = true};
  do {
    auto page = ufs_.List(from_, options);
    if (page.status().Is(StatusCode::kNotFound)) break;  // Its last object has been moved.
    RETURN_IF_ERROR(page.status());
    RETURN_IF_ERROR(MovePage(*page, &folders));
    options.page = page->next_page;
  } while (!options.page.empty());
  // Children first, and only empty ones: what somebody puts there meanwhile is not deleted.
  for (auto it = folders.rbegin(); it != folders.rend(); ++it) {
    Status deleted = ufs_.DeleteDirectory(*it, false);
    if (deleted.ok() || deleted.Is(StatusCode::kNotFound)) continue;
    if (!deleted.Is(StatusCode::kFailedPrecondition)) return deleted;
    LOG_WARN("rename: the folder stays, because something came into it key={}", *it);
  }
  return OkStatus();
}

Status StoreMove::MovePage(const ufs::UfsListing& page, std::vector<std::string>* folders) {
  std::vector<std::string> files;
  ufs::UfsCreateOptions folder;
  folder.mode = Mode{0755};
  for (const ufs::UfsStatus& entry : page.entries) {
    if (!entry.is_directory) {
      files.push_back(entry.key);
      continue;
    }
    folders->push_back(entry.key);
    RETURN_IF_ERROR(ufs_.MakeDirectory(Target(entry.key), folder));
  }
  return RunCalls({.count = files.size(), .at_once = at_once_}, [&](size_t i) {
    Status moved = ufs_.Rename(files[i], Target(files[i]));
    if (!moved.Is(StatusCode::kNotFound)) return moved;
    // Listed, but gone by now: fine, unless it is the folder at the other end that is missing.
    return ufs_.Stat(files[i]).status().Is(StatusCode::kNotFound) ? OkStatus() : moved;
  });
}

}  // namespace alluxio::master
