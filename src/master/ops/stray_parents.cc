#include "master/ops/stray_parents.h"

#include <set>

#include "master/mount/mount_table.h"
#include "master/ops/persist_progress.h"
#include "master/state/edit_context.h"
#include "master/tree/inode_entries.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

bool MayHaveStrays(const FsParts& parts, const std::string& top) {
  ReaderLock lock(parts.tree->lock());
  WalkResult walk = parts.tree->Walk(top);
  return walk.found() && walk.last().is_directory() &&
         walk.last().persistence() != PersistenceState::kPersisted;
}

// Ancestors of the files below `top` that have an attempt behind them; parents before children.
std::set<std::string> Suspects(const FsParts& parts, const std::string& top) {
  std::set<std::string> suspects;
  InodeId after = kNoInode;
  while (true) {
    ReaderLock lock(parts.tree->lock());
    auto slice = InodeIndexes::Slice(parts.tree->indexes().to_be_persisted(), after,
                                     parts.settings.walk_slice);
    if (slice.empty()) return suspects;
    after = slice.back();
    for (InodeId id : slice) {
      InodeView file = parts.tree->Find(id);
      if (!file || !MayHaveStrayCopy(file)) continue;
      std::string path(ParentPath(parts.tree->PathOf(file)));
      if (!IsSameOrBelow(path, top)) continue;
      while (path != "/" && suspects.insert(path).second) path = std::string(ParentPath(path));
    }
  }
}

Result<bool> IsInUfs(const FsParts& parts, const std::string& path) {
  MountResolution at = parts.mounts->Resolve(path);
  RETURN_IF_ERROR(parts.mounts->CheckUfsAllowed(*at.mount, false));
  ASSIGN_OR_RETURN(auto ufs, parts.mounts->OpenUfs(*at.mount));
  auto status = ufs->Stat(at.key);
  if (status.status().Is(StatusCode::kNotFound)) return false;
  RETURN_IF_ERROR(status.status());
  return status->is_directory;
}

}  // namespace

Status NoteStrayParents(const FsParts& parts, OpContext& context, const std::string& top) {
  if (!MayHaveStrays(parts, top)) return OkStatus();
  std::set<std::string> suspects = Suspects(parts, top);
  if (suspects.empty()) return OkStatus();
  if (!context.may_block()) return WouldBlock();
  for (const std::string& path : suspects) {
    ASSIGN_OR_RETURN(bool found, IsInUfs(parts, path));
    if (!found) continue;
    WriterLock lock(parts.tree->lock());
    WalkResult walk = parts.tree->Walk(path);
    if (!walk.found() || walk.last().persistence() == PersistenceState::kPersisted) continue;
    EditContext edits(*parts.ledger, context);
    RETURN_IF_ERROR(edits.CheckAdmitted());
    InodeUpdate update;
    update.id = walk.last().id();
    update.persistence = PersistenceState::kPersisted;
    edits.Record(UpdateInodeEdit(update));
  }
  return OkStatus();
}

}  // namespace alluxio::master
