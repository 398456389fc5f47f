#include "master/sync/path_sync.h"

#include <utility>

#include "base/log.h"
#include "master/block/block_master.h"
#include "master/mount/mount_table.h"
#include "master/sync/fingerprint_diff.h"
#include "master/sync/inode_loader.h"
#include "master/sync/sync_counts.h"
#include "master/tree/inode_entries.h"
#include "master/tree/path_locks.h"
#include "master/tree/subtree_walk.h"
#include "model/path.h"

namespace alluxio::master {

namespace {
// For somebody else's comparison or listing of the same path, which may be a long one.
constexpr Duration kMaxWait = std::chrono::minutes(10);
// For an operation that holds the path.
constexpr Duration kMaxHold = std::chrono::minutes(1);
}  // namespace

PathSync::PathSync(const SyncParts& parts, SyncSettings settings)
    : parts_(parts), settings_(std::move(settings)), absent_(settings_.absent_limit) {}

void PathSync::Forget() {
  absent_.Clear();
  times_.Clear();
}

bool PathSync::Hidden(const std::string& name) const {
  return name.empty() || name == settings_.persist_temp_folder ||
         (name.find(".alluxio.0x") != std::string::npos && name.ends_with(".tmp"));
}

int64_t PathSync::IntervalOf(std::string_view path, const SyncWish& wish) const {
  if (wish.interval_ms) return *wish.interval_ms;
  return parts_.mounts->SyncIntervalOf(path).value_or(settings_.default_interval_ms);
}

bool PathSync::MustCompare(const WalkResult& walk, const SyncWish& wish, int64_t now_ms) const {
  if (walk.found() && walk.last().is_file() && !walk.last().completed()) return false;
  return MustCompare(walk.path, walk.last(), wish, now_ms);
}

// `inode`: the deepest that is there of the path.
bool PathSync::MustCompare(std::string_view path, InodeView inode, const SyncWish& wish,
                           int64_t now_ms) const {
  if (inode.persistence() != PersistenceState::kPersisted) return false;
  return times_.Due(path, wish.children, IntervalOf(path, wish), now_ms);
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

bool PathSync::Settled(const WalkResult& walk, const SyncWish& wish,
                       const OpContext& context) const {
  if (Needed(walk, wish, context.NowMs())) return false;
  SyncCounts::Get().skipped.Add();
  return true;
}

bool PathSync::ParentNeeded(const WalkResult& walk, const SyncWish& wish, int64_t now_ms) const {
  return MustCompare(ParentPath(walk.path), walk.parent(), wish, now_ms);
}

Status PathSync::Freshen(OpContext& context, const std::string& path, const SyncWish& wish) {
  {
    ReaderLock lock(parts_.tree->lock());
    if (Settled(parts_.tree->Walk(path), wish, context)) return OkStatus();
  }
  if (!context.may_block()) return WouldBlock();
  const SyncCounts& counts = SyncCounts::Get();
  counts.operations.Add();
  counts.active.Add(1);
  int64_t began_ms = ToMillis(context.clock().Monotonic());
  journal::Position before = context.position();
  Status done = Step(context, path, wish);
  counts.time_ms.Add(ToMillis(context.clock().Monotonic()) - began_ms);
  counts.active.Add(-1);
  (done.ok() ? counts.succeeded : counts.failed).Add();
  if (done.ok() && context.position() == before) counts.unchanged.Add();
  return done;
}

Status PathSync::Step(OpContext& context, const std::string& path, const SyncWish& wish) {
  uint64_t arrived = turns_.Now();
  bool compare = false;
  {
    ReaderLock lock(parts_.tree->lock());
    compare = MustCompare(parts_.tree->Walk(path), wish, context.NowMs());
  }
  // Different errands do not serve each other.
  std::string errand = path + (wish.children ? "/" : "") + (compare ? "=" : "");
  ASSIGN_OR_RETURN(PathTurns::Turn turn,
                   turns_.Take(errand, arrived, context.TimeLeft(kMaxWait)));
  if (turn.served()) return OkStatus();
  {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path);
    // What became due while waiting is for the next access.
    compare = compare && MustCompare(walk, wish, context.NowMs());
    if (!compare && !MustLoad(walk, wish)) return OkStatus();
  }
  RETURN_IF_ERROR(compare ? Compare(context, path, wish) : Load(context, path, wish));
  turn.Succeeded();
  return OkStatus();
}

Status PathSync::Load(OpContext& context, const std::string& path, const SyncWish& wish) {
  bool found = false;
  {
    ReaderLock lock(parts_.tree->lock());
    found = parts_.tree->Walk(path).found();
  }
  if (!found) {
    auto hold = parts_.locks->Acquire({{path, PathLockKind::kWrite}}, context.TimeLeft(kMaxHold));
    if (!hold.ok()) return hold.status();
    RETURN_IF_ERROR(LoadMissing(context, path));
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path);
    if (!walk.found() || !wish.children || !MustLoad(walk, wish)) return OkStatus();
  }
  Status loaded = FreshenChildren(context, path, wish, false).status();
  return loaded.Is(StatusCode::kNotFound) ? OkStatus() : loaded;  // Nothing to load.
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
        RETURN_IF_ERROR(loader.EnsureDirectoryIds(1));
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

bool PathSync::IsPersistedDirectory(const std::string& path) const {
  ReaderLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(path);
  return walk.found() && walk.last().is_directory() &&
         walk.last().persistence() == PersistenceState::kPersisted;
}

Status PathSync::Compare(OpContext& context, const std::string& path, const SyncWish& wish) {
  int64_t started_ms = context.NowMs();
  // A listing of the parent may have told already: then one request less.
  bool self = !wish.children || !IsPersistedDirectory(path) ||
              times_.Due(path, false, IntervalOf(path, wish), started_ms);
  bool directory = true;
  if (self) {
    ASSIGN_OR_RETURN(directory, CompareSelf(context, path));
  }
  if (self) times_.Synced(path, {.self = true, .children = !directory}, started_ms);
  if (!wish.children || !directory) return OkStatus();
  Result<int64_t> compared = FreshenChildren(context, path, wish, true);
  bool changed = compared.status().Is(StatusCode::kNotFound) ||
                 compared.status().Is(StatusCode::kFailedPrecondition);
  if (!compared.ok() && !changed) return compared.status();
  // Gone, or a file, since it was last looked at.
  if (changed) RETURN_IF_ERROR(CompareSelf(context, path).status());
  int64_t asked_ms = changed ? started_ms : *compared;
  times_.Synced(path, {.self = self && changed, .children = true}, asked_ms);
  return OkStatus();
}

Result<bool> PathSync::CompareSelf(OpContext& context, const std::string& path) {
  // The comparison may drop the path. The root, which it cannot, would stop everybody.
  PathLockKind kind = path == "/" ? PathLockKind::kWrite : PathLockKind::kTree;
  auto hold = parts_.locks->Acquire({{path, kind}}, context.TimeLeft(kMaxHold));
  if (!hold.ok()) return hold.status();
  ASSIGN_OR_RETURN(Place place, Locate(path));
  auto status = place.ufs->Stat(place.key);
  if (!status.ok() && !status.status().Is(StatusCode::kNotFound)) return status.status();
  InodeLoader loader(parts_, settings_, context, place.mount, std::string(place.ufs->type()));
  if (status.ok()) {
    status->key = place.key;
    RETURN_IF_ERROR(loader.Reserve(*status));
  }
  InodeId outdated = kNoInode;
  bool missing = false;
  {
    WriterLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path);
    RETURN_IF_ERROR(loader.EnsureDirectoryIds(1));
    EditContext edits(*parts_.ledger, context);
    RETURN_IF_ERROR(edits.CheckAdmitted());
    missing = !walk.found();
    bool fixed = !missing && (walk.last().is_root() || parts_.mounts->IsMountPoint(path));
    if (!missing && !fixed) {
      FingerprintDiff diff = status.ok() ? CompareWithUfs(walk.last(), place.ufs->type(), *status)
                                         : FingerprintDiff::kContent;
      bool file = walk.last().is_file();
      if (diff == FingerprintDiff::kMetadata) loader.Update(edits, walk.last(), *status);
      if (diff == FingerprintDiff::kContent && !(file && status.ok())) outdated = walk.last().id();
      if (diff == FingerprintDiff::kContent && file && status.ok()) {
        // In one step, so that nobody finds the file missing.
        InodeId parent_id = walk.parent().id();
        loader.RemoveFile(edits, walk.last(), path);
        RETURN_IF_ERROR(loader.Load(edits, parts_.tree->Find(parent_id),
                                    std::string(ParentPath(path)), std::string(BaseName(path)),
                                    *status));
      }
    }
  }
  if (outdated != kNoInode) {
    ASSIGN_OR_RETURN(bool all, loader.RemoveTree(outdated, path));
    missing = all;
  }
  RETURN_IF_ERROR(loader.Finish());
  if (status.ok()) {
    absent_.Appeared(path);
    if (missing) RETURN_IF_ERROR(LoadMissing(context, path));
  } else if (missing) {
    absent_.Add(path);
  }
  return status.ok() && IsPersistedDirectory(path);
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
