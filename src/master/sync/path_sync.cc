#include "master/sync/path_sync.h"

#include <utility>

#include "base/log.h"
#include "master/block/block_master.h"
#include "master/mount/mount_table.h"
#include "master/sync/fingerprint_diff.h"
#include "master/sync/inode_loader.h"
#include "master/tree/inode_entries.h"
#include "master/tree/path_locks.h"
#include "master/tree/subtree_walk.h"
#include "model/path.h"

namespace alluxio::master {

PathSync::PathSync(const SyncParts& parts, SyncSettings settings)
    : parts_(parts), settings_(std::move(settings)) {}

void PathSync::Forget() {
  absent_.Clear();
  times_.Clear();
}

bool PathSync::Hidden(const std::string& name) const {
  return name.empty() || name == settings_.persist_temp_folder ||
         (name.find(".alluxio.0x") != std::string::npos && name.ends_with(".tmp"));
}

bool PathSync::MustCompare(const WalkResult& walk, const SyncWish& wish, int64_t now_ms) const {
  if (walk.last().persistence() != PersistenceState::kPersisted) return false;
  if (walk.found() && walk.last().is_file() && !walk.last().completed()) return false;
  int64_t interval = wish.interval_ms.value_or(settings_.default_interval_ms);
  return times_.Due(walk.path, wish.children, interval, now_ms);
}

bool PathSync::MustLoad(const WalkResult& walk, const SyncWish& wish) const {
  if (wish.load == LoadMetadataType::kNever) return false;
  InodeView last = walk.last();
  if (last.is_file() || last.persistence() != PersistenceState::kPersisted) return false;
  if (!walk.found()) {
    return wish.load == LoadMetadataType::kAlways || !absent_.Contains(walk.path);
  }
  if (!wish.children) return false;
  return wish.load == LoadMetadataType::kAlways || !last.children_loaded();
}

bool PathSync::Needed(const WalkResult& walk, const SyncWish& wish, int64_t now_ms) const {
  return MustCompare(walk, wish, now_ms) || MustLoad(walk, wish);
}

Status PathSync::Freshen(OpContext& context, const std::string& path, const SyncWish& wish) {
  {
    ReaderLock lock(parts_.tree->lock());
    if (!Needed(parts_.tree->Walk(path), wish, context.NowMs())) return OkStatus();
  }
  if (!context.may_block()) return WouldBlock();
  return Step(context, path, wish);
}

Status PathSync::Step(OpContext& context, const std::string& path, const SyncWish& wish) {
  bool compare = false;
  {
    ReaderLock lock(parts_.tree->lock());
    compare = MustCompare(parts_.tree->Walk(path), wish, context.NowMs());
  }
  // A comparison may drop the path, and a listing must not bring back what is deleted meanwhile.
  // The root would stop everybody: there each child is looked at for itself.
  bool whole = (compare || wish.children) && path != "/";
  PathLockKind kind = whole ? PathLockKind::kTree : PathLockKind::kWrite;
  auto hold = parts_.locks->Acquire({{path, kind}}, context.TimeLeft(std::chrono::minutes(1)));
  if (!hold.ok()) return hold.status();
  bool load = false;
  bool found = false;
  {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path);
    bool due = MustCompare(walk, wish, context.NowMs());
    if (due && !compare) due = false;  // Became due while waiting; the next access sees to it.
    compare = due;
    load = MustLoad(walk, wish);
    found = walk.found();
  }
  if (compare) return Compare(context, path, wish.children);
  if (!load) return OkStatus();  // Somebody else did it while this one waited.
  if (!found) {
    RETURN_IF_ERROR(LoadMissing(context, path));
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path);
    if (!walk.found() || !wish.children || !MustLoad(walk, wish)) return OkStatus();
  }
  return FreshenChildren(context, path, false);
}

Result<PathSync::Place> PathSync::Locate(const std::string& path) const {
  MountResolution resolution = parts_.mounts->Resolve(path);
  RETURN_IF_ERROR(parts_.mounts->CheckUfsAllowed(*resolution.mount, false));
  Place place;
  ASSIGN_OR_RETURN(place.ufs, parts_.mounts->OpenUfs(*resolution.mount));
  place.mount = std::move(resolution.mount);
  place.key = std::move(resolution.key);
  return place;
}

Status PathSync::LoadMissing(OpContext& context, const std::string& path) {
  while (true) {
    std::string missing;
    {
      ReaderLock lock(parts_.tree->lock());
      WalkResult walk = parts_.tree->Walk(path);
      if (walk.found() || walk.file_in_the_way()) return OkStatus();
      missing = std::string(walk.prefix(walk.inodes.size()));
    }
    if (Hidden(std::string(BaseName(missing)))) return OkStatus();
    ASSIGN_OR_RETURN(Place place, Locate(missing));
    auto status = place.ufs->Stat(place.key);
    if (status.status().Is(StatusCode::kNotFound)) {
      absent_.Add(missing);
      return OkStatus();
    }
    if (!status.ok()) return status.status();
    absent_.Appeared(missing);
    status->key = place.key;
    InodeLoader loader(parts_, settings_, context, place.mount, std::string(place.ufs->type()));
    RETURN_IF_ERROR(loader.Reserve(*status));
    {
      WriterLock lock(parts_.tree->lock());
      WalkResult walk = parts_.tree->Walk(missing);
      if (!walk.found() && walk.parent_found() && walk.last().is_directory()) {
        EditContext edits(*parts_.ledger, context);
        RETURN_IF_ERROR(edits.CheckAdmitted());
        RETURN_IF_ERROR(loader.Load(edits, walk.last(), std::string(ParentPath(missing)),
                                    std::string(BaseName(missing)), *status));
      }
    }
    RETURN_IF_ERROR(loader.Finish());
    if (missing == path || !status->is_directory) return OkStatus();
  }
}

Status PathSync::Compare(OpContext& context, const std::string& path, bool children) {
  int64_t started_ms = context.NowMs();
  ASSIGN_OR_RETURN(Place place, Locate(path));
  auto status = place.ufs->Stat(place.key);
  if (!status.ok() && !status.status().Is(StatusCode::kNotFound)) return status.status();
  InodeLoader loader(parts_, settings_, context, place.mount, std::string(place.ufs->type()));
  if (status.ok()) {
    status->key = place.key;
    RETURN_IF_ERROR(loader.Reserve(*status));
  }
  bool is_directory = false;
  bool missing = false;
  {
    WriterLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path);
    EditContext edits(*parts_.ledger, context);
    RETURN_IF_ERROR(edits.CheckAdmitted());
    missing = !walk.found();
    if (walk.found()) {
      InodeView inode = walk.last();
      bool fixed = inode.is_root() || parts_.mounts->IsMountPoint(path);
      std::string parent_path(ParentPath(path));
      std::string name(BaseName(path));
      InodeId parent_id = fixed ? kNoInode : walk.parent().id();
      if (!status.ok()) {
        if (!fixed) loader.Remove(edits, inode, path);
      } else {
        FingerprintDiff diff = CompareWithUfs(inode, place.ufs->type(), *status);
        if (diff == FingerprintDiff::kContent && !fixed) {
          if (loader.Remove(edits, inode, path)) {
            RETURN_IF_ERROR(
                loader.Load(edits, parts_.tree->Find(parent_id), parent_path, name, *status));
          }
        } else if (diff == FingerprintDiff::kMetadata && !fixed) {
          loader.Update(edits, inode, *status);
        }
      }
    }
  }
  RETURN_IF_ERROR(loader.Finish());
  if (missing && status.ok()) RETURN_IF_ERROR(LoadMissing(context, path));
  if (missing && !status.ok()) absent_.Add(path);
  if (status.ok()) absent_.Appeared(path);
  {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path);
    is_directory = walk.found() && walk.last().is_directory() &&
                   walk.last().persistence() == PersistenceState::kPersisted;
  }
  if (status.ok() && children && is_directory) {
    RETURN_IF_ERROR(FreshenChildren(context, path, true));
  }
  times_.Synced(path, children || !is_directory, started_ms);
  return OkStatus();
}

Result<std::vector<ufs::UfsStatus>> PathSync::ListAll(const Place& place,
                                                      OpContext& context) const {
  std::vector<ufs::UfsStatus> all;
  ufs::UfsListOptions options;
  do {
    RETURN_IF_ERROR(context.CheckAlive());
    ASSIGN_OR_RETURN(ufs::UfsListing page, place.ufs->List(place.key, options));
    for (ufs::UfsStatus& status : page.entries) {
      if (!Hidden(std::string(status.key.substr(status.key.rfind('/') + 1)))) {
        all.push_back(std::move(status));
      }
    }
    options.page = std::move(page.next_page);
  } while (!options.page.empty());
  return all;
}

Status PathSync::LoadSubtree(OpContext& context, const std::string& path) {
  SyncWish wish;
  wish.load = LoadMetadataType::kOnce;
  wish.interval_ms = -1;
  wish.children = true;
  InodeId top = kNoInode;
  {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path);
    if (!walk.found()) return OkStatus();
    top = walk.last().id();
  }
  SubtreeWalk walk(top, path, SubtreeWalk::Order::kParentsFirst);
  while (!walk.done()) {
    RETURN_IF_ERROR(context.CheckAlive());
    std::string unloaded;
    {
      ReaderLock lock(parts_.tree->lock());
      walk.Next(*parts_.tree, settings_.slice, [&](InodeView inode, std::string_view at) {
        if (!inode.is_directory() || inode.children_loaded()) return true;
        if (inode.persistence() != PersistenceState::kPersisted) return true;
        unloaded = std::string(at);
        return false;  // Its children are visited after they were loaded.
      });
    }
    if (!unloaded.empty()) RETURN_IF_ERROR(Freshen(context, unloaded, wish));
  }
  return OkStatus();
}

}  // namespace alluxio::master
