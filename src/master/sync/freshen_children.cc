// The children of one directory: loads those that are missing, and in a comparison takes over what
// changed and drops what is gone.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "master/mount/mount_table.h"
#include "master/sync/fingerprint_diff.h"
#include "master/sync/inode_loader.h"
#include "master/sync/path_sync.h"
#include "master/tree/inode_entries.h"
#include "master/tree/path_locks.h"
#include "model/path.h"

namespace alluxio::master {

namespace {

std::string NameOf(const ufs::UfsStatus& status) {
  return status.key.substr(status.key.rfind('/') + 1);
}

// One pass over one directory, in slices.
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

  // Reserves ids for files that are new or may have to be replaced. No lock held.
  Status Reserve(const std::vector<ufs::UfsStatus>& entries) {
    for (size_t begin = 0; begin < entries.size(); begin += settings_.slice) {
      size_t end = std::min(entries.size(), begin + settings_.slice);
      std::vector<size_t> wanted;
      {
        ReaderLock lock(parts_.tree->lock());
        InodeView directory = Directory();
        if (!directory) return OkStatus();
        for (size_t i = begin; i < end; ++i) {
          InodeView child = parts_.tree->Child(directory, NameOf(entries[i]));
          if (!child || (compare_ && CompareWithUfs(child, ufs_type_, entries[i]) ==
                                         FingerprintDiff::kContent)) {
            wanted.push_back(i);
          }
        }
      }
      for (size_t i : wanted) RETURN_IF_ERROR(loader_.Reserve(entries[i]));
    }
    return OkStatus();
  }

  Status Record(const std::vector<ufs::UfsStatus>& entries) {
    for (size_t begin = 0; begin < entries.size(); begin += settings_.slice) {
      size_t end = std::min(entries.size(), begin + settings_.slice);
      WriterLock lock(parts_.tree->lock());
      EditContext edits(*parts_.ledger, context_);
      RETURN_IF_ERROR(edits.CheckAdmitted());
      for (size_t i = begin; i < end; ++i) {
        InodeView directory = Directory();
        if (!directory) return OkStatus();  // Deleted meanwhile.
        RETURN_IF_ERROR(RecordOne(edits, directory, entries[i]));
      }
    }
    return OkStatus();
  }

  // Drops children the under store no longer has.
  Status DropGone(const std::vector<ufs::UfsStatus>& entries) {
    std::set<std::string, std::less<>> present;
    for (const ufs::UfsStatus& status : entries) present.insert(NameOf(status));
    std::string after;
    while (true) {
      WriterLock lock(parts_.tree->lock());
      InodeView directory = Directory();
      if (!directory) return OkStatus();
      EditContext edits(*parts_.ledger, context_);
      RETURN_IF_ERROR(edits.CheckAdmitted());
      auto children = parts_.tree->ChildrenAfter(directory, after, settings_.slice);
      if (children.empty()) return OkStatus();
      std::vector<std::pair<InodeId, std::string>> gone;
      for (InodeView child : children) {
        after = std::string(child.name());
        if (!present.contains(after) && child.persistence() == PersistenceState::kPersisted) {
          gone.emplace_back(child.id(), after);
        }
      }
      for (const auto& [id, name] : gone) {
        std::string child_path = JoinPath(path_, name);
        if (parts_.mounts->IsMountPoint(child_path) || Busy(child_path)) continue;
        loader_.Remove(edits, parts_.tree->Find(id), child_path);
      }
    }
  }

  Status MarkLoaded() {
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

 private:
  InodeView Directory() const {
    WalkResult walk = parts_.tree->Walk(path_);
    return walk.found() && walk.last().is_directory() ? walk.last() : InodeView();
  }

  // Is an operation at work on a child? It is looked at again next time.
  bool Busy(const std::string& child_path) const {
    return path_ == "/" && parts_.locks->Blocked(child_path, PathLockKind::kTree);
  }

  Status RecordOne(EditContext& edits, InodeView directory, const ufs::UfsStatus& status) {
    std::string name = NameOf(status);
    std::string child_path = JoinPath(path_, name);
    InodeView child = parts_.tree->Child(directory, name);
    if (Busy(child_path) || (!child && !loader_.Reserved(status))) {
      skipped_ = true;
      return OkStatus();
    }
    if (!child) return loader_.Load(edits, directory, path_, name, status);
    if (!compare_ || parts_.mounts->IsMountPoint(child_path)) return OkStatus();
    if (child.persistence() != PersistenceState::kPersisted) return OkStatus();
    if (child.is_file() && !child.completed()) return OkStatus();
    InodeId directory_id = directory.id();
    switch (CompareWithUfs(child, ufs_type_, status)) {
      case FingerprintDiff::kSame:
        return OkStatus();
      case FingerprintDiff::kMetadata:
        loader_.Update(edits, child, status);
        return OkStatus();
      case FingerprintDiff::kContent:
        if (!loader_.Reserved(status)) return OkStatus();
        if (!loader_.Remove(edits, child, child_path)) return OkStatus();
        return loader_.Load(edits, parts_.tree->Find(directory_id), path_, name, status);
    }
    return OkStatus();
  }

  const SyncParts& parts_;
  const SyncSettings& settings_;
  OpContext& context_;
  InodeLoader& loader_;
  const std::string path_;
  const std::string ufs_type_;
  const bool compare_;
  bool skipped_ = false;
};

}  // namespace

Status PathSync::FreshenChildren(OpContext& context, const std::string& path, bool compare) {
  ASSIGN_OR_RETURN(Place place, Locate(path));
  auto entries = ListAll(place, context);
  if (entries.status().Is(StatusCode::kNotFound)) return OkStatus();  // Nothing to load.
  if (!entries.ok()) return entries.status();
  InodeLoader loader(parts_, settings_, context, place.mount, std::string(place.ufs->type()));
  ChildrenPass pass(parts_, settings_, context, loader, path, std::string(place.ufs->type()),
                    compare);
  RETURN_IF_ERROR(pass.Reserve(*entries));
  RETURN_IF_ERROR(pass.Record(*entries));
  if (compare) RETURN_IF_ERROR(pass.DropGone(*entries));
  RETURN_IF_ERROR(loader.Finish());
  for (const ufs::UfsStatus& status : *entries) {
    if (absent_.size() == 0) break;
    absent_.Appeared(JoinPath(path, NameOf(status)));
  }
  return pass.MarkLoaded();
}

}  // namespace alluxio::master
