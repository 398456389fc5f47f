// The children of one directory, page by page of the under store's listing: loads those that are
// missing, and in a comparison takes over what changed and drops what is gone.
//
// No lock is held while the store is asked, not even that of the path: an operation on a child need
// not wait for a listing of a million others. Instead a ChildWatch tells what the namespace itself
// did since the listing began, and that is left alone:
//   - a name that left the directory is not loaded again from a page that still has it;
//   - only a child that was there, persisted, before the listing began is compared or dropped;
//   - a child that came in by a rename is not dropped because its new name was not in the pages.
// Memory: one page, and in a comparison the ids of the children.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "master/mount/mount_table.h"
#include "master/sync/fingerprint_diff.h"
#include "master/sync/inode_loader.h"
#include "master/sync/path_sync.h"
#include "master/tree/child_watch.h"
#include "master/tree/inode_entries.h"
#include "master/tree/path_locks.h"
#include "model/path.h"

namespace alluxio::master {

namespace {

using Entries = std::vector<ufs::UfsStatus>;

std::string NameOf(const ufs::UfsStatus& status) {
  return status.key.substr(status.key.rfind('/') + 1);
}

bool HasUnderStoreCopy(InodeView inode) {
  return inode.persistence() == PersistenceState::kPersisted &&
         (inode.is_directory() || inode.completed());
}

// One pass over one directory. Locks the tree itself.
class ChildrenPass {
 public:
  ChildrenPass(const SyncParts& parts, const SyncSettings& settings, OpContext& context,
               InodeLoader& loader, std::string path, std::string ufs_type, bool compare)
      : parts_(parts),
        settings_(settings),
        context_(context),
        loader_(loader),
        path_(std::move(path)),
        ufs_type_(std::move(ufs_type)),
        compare_(compare) {}
  ~ChildrenPass() {
    WriterLock lock(parts_.tree->lock());
    parts_.tree->Unwatch(&watch_);
  }
  ChildrenPass(const ChildrenPass&) = delete;
  ChildrenPass& operator=(const ChildrenPass&) = delete;

  // False when there is no such directory.
  bool Begin();
  Status TakePage(const Entries& entries);
  Status DropGone();
  Status MarkLoaded();

 private:
  InodeView Directory() const;
  bool Busy(const std::string& child_path) const;
  Status Reserve(const Entries& entries);
  Status Record(const Entries& entries, size_t begin, size_t end);
  Status RecordOne(EditContext& edits, InodeView directory, const ufs::UfsStatus& status);
  Status Replace(EditContext& edits, InodeView child, const ufs::UfsStatus& status);
  Status ReplaceDirectories();

  const SyncParts& parts_;
  const SyncSettings& settings_;
  OpContext& context_;
  InodeLoader& loader_;
  const std::string path_;
  const std::string ufs_type_;
  const bool compare_;
  ChildWatch watch_;                             // under the tree lock
  absl::flat_hash_set<InodeId> unseen_;          // there before, not in a page yet
  std::vector<std::pair<InodeId, ufs::UfsStatus>> replaced_;  // directories that are files now
  bool skipped_ = false;
};

bool ChildrenPass::Begin() {
  {
    WriterLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path_);
    if (!walk.found() || !walk.last().is_directory()) return false;
    watch_.directory = walk.last().id();
    parts_.tree->Watch(&watch_);
  }
  if (!compare_) return true;
  std::string after;
  while (true) {
    ReaderLock lock(parts_.tree->lock());
    InodeView directory = Directory();
    if (!directory) return false;
    auto children = parts_.tree->ChildrenAfter(directory, after, settings_.slice);
    if (children.empty()) return true;
    for (InodeView child : children) {
      if (HasUnderStoreCopy(child)) unseen_.insert(child.id());
    }
    after = std::string(children.back().name());
  }
}

// The directory the pass began with; no inode when it is not there any more.
InodeView ChildrenPass::Directory() const {
  WalkResult walk = parts_.tree->Walk(path_);
  if (!walk.found() || walk.last().id() != watch_.directory) return InodeView();
  return walk.last();
}

// Is an operation at work on a child, or on the whole? It is looked at again next time.
bool ChildrenPass::Busy(const std::string& child_path) const {
  return parts_.locks->Blocked(child_path, PathLockKind::kTree);
}

Status ChildrenPass::TakePage(const Entries& entries) {
  RETURN_IF_ERROR(Reserve(entries));
  for (size_t begin = 0; begin < entries.size(); begin += settings_.slice) {
    RETURN_IF_ERROR(loader_.AwaitRoom());
    RETURN_IF_ERROR(Record(entries, begin, std::min(entries.size(), begin + settings_.slice)));
  }
  RETURN_IF_ERROR(ReplaceDirectories());
  return loader_.Finish();
}

// Reserves ids for files that are new or may have to be replaced.
Status ChildrenPass::Reserve(const Entries& entries) {
  std::vector<size_t> wanted;
  for (size_t begin = 0; begin < entries.size(); begin += settings_.slice) {
    ReaderLock lock(parts_.tree->lock());
    InodeView directory = Directory();
    if (!directory) return OkStatus();
    for (size_t i = begin; i < std::min(entries.size(), begin + settings_.slice); ++i) {
      InodeView child = parts_.tree->Child(directory, NameOf(entries[i]));
      if (!child || (compare_ && CompareWithUfs(child, ufs_type_, entries[i]) ==
                                     FingerprintDiff::kContent)) {
        wanted.push_back(i);
      }
    }
  }
  for (size_t i : wanted) RETURN_IF_ERROR(loader_.Reserve(entries[i]));
  return OkStatus();
}

Status ChildrenPass::Record(const Entries& entries, size_t begin, size_t end) {
  WriterLock lock(parts_.tree->lock());
  EditContext edits(*parts_.ledger, context_);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  for (size_t i = begin; i < end; ++i) {
    InodeView directory = Directory();
    if (!directory) return OkStatus();  // Deleted meanwhile.
    RETURN_IF_ERROR(RecordOne(edits, directory, entries[i]));
  }
  return OkStatus();
}

Status ChildrenPass::RecordOne(EditContext& edits, InodeView directory,
                               const ufs::UfsStatus& status) {
  std::string name = NameOf(status);
  std::string child_path = JoinPath(path_, name);
  InodeView child = parts_.tree->Child(directory, name);
  if (!child && watch_.gone.contains(name)) return OkStatus();
  if (Busy(child_path) || watch_.overflowed || (!child && !loader_.Reserved(status))) {
    if (child) unseen_.erase(child.id());
    skipped_ = true;
    return OkStatus();
  }
  if (!child) return loader_.Load(edits, directory, path_, name, status);
  if (unseen_.erase(child.id()) == 0 || parts_.mounts->IsMountPoint(child_path)) return OkStatus();
  if (!HasUnderStoreCopy(child)) return OkStatus();
  switch (CompareWithUfs(child, ufs_type_, status)) {
    case FingerprintDiff::kSame:
      return OkStatus();
    case FingerprintDiff::kMetadata:
      loader_.Update(edits, child, status);
      return OkStatus();
    case FingerprintDiff::kContent:
      return Replace(edits, child, status);
  }
  return OkStatus();
}

Status ChildrenPass::Replace(EditContext& edits, InodeView child, const ufs::UfsStatus& status) {
  if (!loader_.Reserved(status)) return OkStatus();
  if (child.is_directory()) {
    replaced_.emplace_back(child.id(), status);
    return OkStatus();
  }
  // In one step, so that nobody finds the file missing.
  std::string name(child.name());
  loader_.RemoveFile(edits, child, JoinPath(path_, name));
  return loader_.Load(edits, Directory(), path_, name, status);
}

Status ChildrenPass::ReplaceDirectories() {
  for (const auto& [id, status] : std::exchange(replaced_, {})) {
    std::string name = NameOf(status);
    ASSIGN_OR_RETURN(bool all, loader_.RemoveTree(id, JoinPath(path_, name)));
    if (!all) continue;
    WriterLock lock(parts_.tree->lock());
    InodeView directory = Directory();
    if (!directory || parts_.tree->Child(directory, name)) continue;
    EditContext edits(*parts_.ledger, context_);
    RETURN_IF_ERROR(edits.CheckAdmitted());
    RETURN_IF_ERROR(loader_.Load(edits, directory, path_, name, status));
  }
  return OkStatus();
}

// Drops children the under store no longer has.
Status ChildrenPass::DropGone() {
  for (InodeId id : unseen_) {
    std::string child_path;
    {
      ReaderLock lock(parts_.tree->lock());
      if (watch_.overflowed) return OkStatus();
      InodeView child = parts_.tree->Find(id);
      if (!child || child.parent_id() != watch_.directory || watch_.arrived.contains(id)) continue;
      if (!HasUnderStoreCopy(child)) continue;
      child_path = JoinPath(path_, child.name());
      if (!Directory() || parts_.mounts->IsMountPoint(child_path) || Busy(child_path)) continue;
    }
    RETURN_IF_ERROR(loader_.RemoveTree(id, child_path).status());
  }
  return loader_.Finish();
}

Status ChildrenPass::MarkLoaded() {
  if (skipped_) return OkStatus();
  WriterLock lock(parts_.tree->lock());
  InodeView directory = Directory();
  if (!directory || directory.children_loaded()) return OkStatus();
  EditContext edits(*parts_.ledger, context_);
  DirectoryUpdate update;
  update.id = directory.id();
  update.children_loaded = true;
  edits.Record(UpdateDirectoryEdit(update));
  return OkStatus();
}

}  // namespace

Status PathSync::FreshenChildren(OpContext& context, const std::string& path, bool compare) {
  ASSIGN_OR_RETURN(Place place, Locate(path));
  std::string ufs_type(place.ufs->type());
  InodeLoader loader(parts_, settings_, context, place.mount, ufs_type);
  ChildrenPass pass(parts_, settings_, context, loader, path, ufs_type, compare);
  if (!pass.Begin()) return OkStatus();
  ufs::UfsListOptions options;
  options.limit = settings_.list_page;
  do {
    RETURN_IF_ERROR(context.CheckAlive());
    ASSIGN_OR_RETURN(ufs::UfsListing page, place.ufs->List(place.key, options));
    std::erase_if(page.entries,
                  [this](const ufs::UfsStatus& status) { return Hidden(NameOf(status)); });
    RETURN_IF_ERROR(pass.TakePage(page.entries));
    for (const ufs::UfsStatus& status : page.entries) {
      if (absent_.size() == 0) break;
      absent_.Appeared(JoinPath(path, NameOf(status)));
    }
    options.page = std::move(page.next_page);
  } while (!options.page.empty());
  if (compare) RETURN_IF_ERROR(pass.DropGone());
  return pass.MarkLoaded();
}

}  // namespace alluxio::master
