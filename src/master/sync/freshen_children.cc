// The children of one directory, page by page of the under store's listing: loads those that are
// missing, and in a comparison takes over what changed and drops what is gone.
//
// No lock is held while the store is asked, not even that of the path: an operation on a child need
// not wait for a listing of a million others. Instead a ChildWatch tells what the namespace itself
// did since the listing began, and that is left alone:
//   - a name that left the directory is not loaded again from a page that still has it;
//   - only a child that was there, persisted, before the listing began is compared or dropped;
//   - a child that came in by a rename is not dropped because its new name was not in the pages.
// Memory: two pages, one of them on its way, and in a comparison the ids of the children.
//
// Pages come in an order, so with each one everything up to its last entry is settled: recorded,
// and in a comparison dropped where the store has it no more. That point is marked in the journal
// (ListingMark), and a listing that is cut short goes on from there, in the next run of the master
// too: nothing before the point is looked at again, and nothing that was there then is dropped.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/log.h"
#include "master/mount/mount_table.h"
#include "master/sync/fingerprint_diff.h"
#include "master/sync/inode_loader.h"
#include "master/sync/listing_ahead.h"
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

// After an outage of this long, too much may have changed in what was settled before.
constexpr int64_t kLongestPauseMs = 3600 * 1000;

bool HasUnderStoreCopy(InodeView inode) {
  return inode.persistence() == PersistenceState::kPersisted &&
         (inode.is_directory() || inode.completed());
}

// One pass over one directory. Locks the tree itself.
class ChildrenPass {
 public:
  ChildrenPass(const SyncParts& parts, const SyncSettings& settings, OpContext& context,
               InodeLoader& loader, std::string path, const ufs::Ufs& ufs, std::string key)
      : parts_(parts),
        settings_(settings),
        context_(context),
        loader_(loader),
        path_(std::move(path)),
        ufs_(ufs),
        ufs_type_(ufs.type()),
        prefix_(key.empty() ? "" : key + "/") {}
  ~ChildrenPass() {
    WriterLock lock(parts_.tree->lock());
    parts_.tree->Unwatch(&watch_);
  }
  ChildrenPass(const ChildrenPass&) = delete;
  ChildrenPass& operator=(const ChildrenPass&) = delete;

  // Goes on from `from`. False when there is no such directory.
  bool Begin(const ListingMark& from);
  Status TakePage(const Entries& entries);
  // Everything up to `last` was taken, and `next` is the page to go on with.
  Status Settle(const ufs::UfsStatus& last, const std::string& next);
  Status DropGone();
  Status End();

 private:
  InodeView Directory() const;
  bool Busy(const std::string& child_path) const;
  Status Reserve(const Entries& entries);
  Status Record(const Entries& entries, size_t begin, size_t end);
  Status RecordOne(EditContext& edits, InodeView directory, const ufs::UfsStatus& status);
  Status Replace(EditContext& edits, InodeView child, const ufs::UfsStatus& status);
  Status ReplaceDirectories();
  std::string PositionOf(InodeView child) const;
  bool Passed(std::string_view name) const { return FolderPosition(name) <= mark_.position; }
  std::string FolderPosition(std::string_view name) const {
    return std::string(name) + (ufs_.is_object_store() ? "/" : "");
  }
  Status DropPassed();
  Status Drop(InodeId id);
  Status NoteMark();

  const SyncParts& parts_;
  const SyncSettings& settings_;
  OpContext& context_;
  InodeLoader& loader_;
  const std::string path_;
  const ufs::Ufs& ufs_;
  const std::string ufs_type_;
  const std::string prefix_;                     // of the keys of entries
  ListingMark mark_;                             // where the listing is
  size_t since_mark_ = 0;                        // entries
  std::string visited_;                          // children up to this name went to waiting_
  std::vector<InodeId> waiting_;                 // unseen, and may come yet
  ChildWatch watch_;                             // under the tree lock
  absl::flat_hash_set<InodeId> unseen_;          // there before, not in a page yet
  std::vector<std::pair<InodeId, ufs::UfsStatus>> replaced_;  // directories that are files now
  bool skipped_ = false;                         // something is left to the next listing
};

bool ChildrenPass::Begin(const ListingMark& from) {
  mark_ = from;
  skipped_ = from.skipped;
  {
    WriterLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path_);
    if (!walk.found() || !walk.last().is_directory()) return false;
    watch_.directory = walk.last().id();
    if (watch_.directory != mark_.directory) return false;
    parts_.tree->Watch(&watch_);
  }
  if (!mark_.compares) return true;
  std::string after;
  while (true) {
    ReaderLock lock(parts_.tree->lock());
    InodeView directory = Directory();
    if (!directory) return false;
    auto children = parts_.tree->ChildrenAfter(directory, after, settings_.slice);
    if (children.empty()) return true;
    for (InodeView child : children) {
      if (HasUnderStoreCopy(child) && PositionOf(child) > mark_.position) {
        unseen_.insert(child.id());
      }
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
  since_mark_ += entries.size();
  return loader_.Finish();
}

// Where a listing would have the child, were it in the store as it is here.
std::string ChildrenPass::PositionOf(InodeView child) const {
  return child.is_directory() ? FolderPosition(child.name()) : std::string(child.name());
}

Status ChildrenPass::Settle(const ufs::UfsStatus& last, const std::string& next) {
  mark_.position = ufs::ListOrder(ufs_, last).substr(prefix_.size());
  mark_.page = next;
  if (mark_.compares) RETURN_IF_ERROR(DropPassed());
  return since_mark_ >= settings_.list_page ? NoteMark() : OkStatus();
}

// Drops children that a listing would have had by now, as files or as folders.
Status ChildrenPass::DropPassed() {
  bool more = true;
  while (more) {
    {
      ReaderLock lock(parts_.tree->lock());
      InodeView directory = Directory();
      if (!directory) return OkStatus();
      auto children = parts_.tree->ChildrenAfter(directory, visited_, settings_.slice);
      more = children.size() == settings_.slice;
      for (InodeView child : children) {
        if (child.name() > mark_.position) {
          more = false;
          break;
        }
        visited_ = std::string(child.name());
        if (unseen_.contains(child.id())) waiting_.push_back(child.id());
      }
    }
    std::vector<InodeId> gone;
    {
      ReaderLock lock(parts_.tree->lock());
      std::erase_if(waiting_, [&](InodeId id) {
        if (!unseen_.contains(id)) return true;  // came after all
        InodeView child = parts_.tree->Find(id);
        if (child && !Passed(child.name())) return false;
        gone.push_back(id);
        return true;
      });
    }
    for (InodeId id : gone) {
      RETURN_IF_ERROR(Drop(id));
      unseen_.erase(id);
    }
  }
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
      if (!child || (mark_.compares && CompareWithUfs(child, ufs_type_, entries[i]) ==
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
  RETURN_IF_ERROR(loader_.EnsureDirectoryIds(end - begin));
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
  watch_.gone.erase(name);  // Nobody else's doing.
  return loader_.Load(edits, Directory(), path_, name, status);
}

Status ChildrenPass::ReplaceDirectories() {
  for (const auto& [id, status] : std::exchange(replaced_, {})) {
    std::string name = NameOf(status);
    ASSIGN_OR_RETURN(bool all, loader_.RemoveTree(id, JoinPath(path_, name)));
    if (!all) {
      skipped_ = true;
      continue;
    }
    WriterLock lock(parts_.tree->lock());
    watch_.gone.erase(name);
    InodeView directory = Directory();
    if (!directory || parts_.tree->Child(directory, name)) continue;
    RETURN_IF_ERROR(loader_.EnsureDirectoryIds(1));
    EditContext edits(*parts_.ledger, context_);
    RETURN_IF_ERROR(edits.CheckAdmitted());
    RETURN_IF_ERROR(loader_.Load(edits, directory, path_, name, status));
  }
  return OkStatus();
}

// Drops children the under store no longer has.
Status ChildrenPass::DropGone() {
  if (!mark_.compares) return OkStatus();
  for (InodeId id : unseen_) RETURN_IF_ERROR(Drop(id));
  return loader_.Finish();
}

Status ChildrenPass::Drop(InodeId id) {
  std::string name;
  {
    ReaderLock lock(parts_.tree->lock());
    if (watch_.overflowed) {
      skipped_ = true;
      return OkStatus();
    }
    InodeView child = parts_.tree->Find(id);
    if (!child || child.parent_id() != watch_.directory || watch_.arrived.contains(id)) {
      return OkStatus();
    }
    if (!HasUnderStoreCopy(child)) return OkStatus();
    name = std::string(child.name());
    if (!Directory() || parts_.mounts->IsMountPoint(JoinPath(path_, name))) return OkStatus();
    if (Busy(JoinPath(path_, name))) {
      skipped_ = true;
      return OkStatus();
    }
  }
  RETURN_IF_ERROR(loader_.RemoveTree(id, JoinPath(path_, name)).status());
  WriterLock lock(parts_.tree->lock());
  watch_.gone.erase(name);  // Nobody else's doing, and its place in the listing is behind.
  return OkStatus();
}

Status ChildrenPass::NoteMark() {
  WriterLock lock(parts_.tree->lock());
  InodeView directory = Directory();
  if (!directory || watch_.overflowed) return OkStatus();
  for (InodeId id : waiting_) {
    // Seen as neither file nor folder: who goes on from here would not know.
    if (InodeView child = parts_.tree->Find(id); child && child.is_file()) return OkStatus();
  }
  EditContext edits(*parts_.ledger, context_);
  if (!edits.CheckAdmitted().ok()) return OkStatus();  // The next page tries again.
  mark_.skipped = skipped_;
  mark_.noted_ms = context_.NowMs();
  InodeUpdate nothing;
  nothing.id = directory.id();
  Edit carrier = UpdateInodeEdit(nothing);
  MarkListing(mark_, &carrier);
  edits.Record(std::move(carrier));
  since_mark_ = 0;
  return OkStatus();
}

Status ChildrenPass::End() {
  WriterLock lock(parts_.tree->lock());
  InodeView directory = Directory();
  if (!directory) return OkStatus();
  bool marked = parts_.listings->Find(directory.id()) != nullptr;
  bool loaded = !skipped_ && !directory.children_loaded();
  if (!loaded && !marked) return OkStatus();
  InodeUpdate nothing;
  nothing.id = directory.id();
  DirectoryUpdate update;
  update.id = directory.id();
  update.children_loaded = true;
  Edit edit = loaded ? UpdateDirectoryEdit(update) : UpdateInodeEdit(nothing);
  if (marked) MarkListingEnd(directory.id(), &edit);
  EditContext edits(*parts_.ledger, context_);
  edits.Record(std::move(edit));
  return OkStatus();
}

}  // namespace

uint64_t PathSync::StampOf(const Place& place) const {
  StoreStamp stamp;
  stamp.Add(std::to_string(settings_.store_stamp)).Add(std::to_string(place.mount->id));
  stamp.Add(place.mount->ufs_uri).Add(place.key);
  for (const auto& [name, value] : place.mount->properties) stamp.Add(name).Add(value);
  return stamp.value();
}

ListingMark PathSync::Resume(const std::string& path, const Place& place, const SyncWish& wish,
                             bool compare, int64_t now_ms) const {
  ListingMark fresh;
  fresh.compares = compare;
  fresh.store = StampOf(place);
  fresh.began_ms = now_ms;
  ReaderLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(path);
  if (!walk.found()) return fresh;
  fresh.directory = walk.last().id();
  const ListingMark* mark = parts_.listings->Find(fresh.directory);
  if (mark == nullptr || mark->compares != compare || mark->store != fresh.store) return fresh;
  bool old = now_ms < mark->noted_ms || now_ms - mark->noted_ms > kLongestPauseMs;
  if (old || wish.load == LoadMetadataType::kAlways) return fresh;
  if (compare && times_.Outdated(path, mark->began_ms, IntervalOf(path, wish), now_ms)) {
    return fresh;
  }
  LOG_INFO("sync: a listing goes on where it was cut short path={} after={}", path,
           mark->position);
  return *mark;
}

Result<int64_t> PathSync::FreshenChildren(OpContext& context, const std::string& path,
                                          const SyncWish& wish, bool compare) {
  ASSIGN_OR_RETURN(Place place, Locate(path));
  InodeLoader loader(parts_, settings_, context, place.mount, std::string(place.ufs->type()));
  ChildrenPass pass(parts_, settings_, context, loader, path, *place.ufs, place.key);
  ListingMark from = Resume(path, place, wish, compare, context.NowMs());
  if (!pass.Begin(from)) return from.began_ms;
  ListingAhead listing(place.ufs, place.key,
                       {.page = from.page, .limit = settings_.list_page});
  while (!listing.done()) {
    RETURN_IF_ERROR(context.CheckAlive());
    ASSIGN_OR_RETURN(ufs::UfsListing page, listing.Next());
    std::optional<ufs::UfsStatus> last;
    if (!page.entries.empty()) last = page.entries.back();
    std::erase_if(page.entries,
                  [this](const ufs::UfsStatus& status) { return Hidden(NameOf(status)); });
    RETURN_IF_ERROR(pass.TakePage(page.entries));
    for (const ufs::UfsStatus& status : page.entries) {
      if (absent_.size() == 0) break;
      absent_.Appeared(JoinPath(path, NameOf(status)));
    }
    if (last && !page.next_page.empty()) RETURN_IF_ERROR(pass.Settle(*last, page.next_page));
  }
  RETURN_IF_ERROR(pass.DropGone());
  RETURN_IF_ERROR(pass.End());
  return from.began_ms;
}

void PathSync::ForgetListings(OpContext& context, std::string_view path) {
  {
    ReaderLock lock(parts_.tree->lock());
    if (parts_.listings->size() == 0) return;
  }
  WriterLock lock(parts_.tree->lock());
  for (const ListingMark& mark : parts_.listings->All()) {
    InodeView directory = parts_.tree->Find(mark.directory);
    if (!directory || !IsSameOrBelow(parts_.tree->PathOf(directory), path)) continue;
    InodeUpdate nothing;
    nothing.id = mark.directory;
    Edit carrier = UpdateInodeEdit(nothing);
    MarkListingEnd(mark.directory, &carrier);
    EditContext(*parts_.ledger, context).Record(std::move(carrier));
  }
}

}  // namespace alluxio::master
