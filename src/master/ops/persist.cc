// Persisting in the background: which files are due, where their bytes go first, and what happens
// when a worker has written them, or could not.
#include <algorithm>
#include <charconv>
#include <map>

#include "base/log.h"
#include "master/block/block_master.h"
#include "master/mount/mount_table.h"
#include "master/ops/done_counts.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_errors.h"
#include "master/ops/path_claim.h"
#include "master/ops/persist_progress.h"
#include "master/ops/persist_schedule.h"
#include "master/ops/temporaries.h"
#include "master/ops/ufs_parents.h"
#include "master/sync/path_sync.h"
#include "master/tree/inode_entries.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

constexpr size_t kSweepPage = 1000;
// Longer than any attempt is waited for.
constexpr int64_t kLeftoverMs = 24 * 3600 * 1000;

void RecordNoJob(EditContext& edits, InodeId id) {
  FileUpdate update;
  update.id = id;
  update.persist_job_id = -1;
  update.temp_ufs_path = "";
  edits.Record(UpdateFileEdit(update));
}

// What stays behind is only a hidden file in the temporary folder.
void TryToDrop(const FsParts& parts, const std::string& temp_ufs_path) {
  Status dropped = DropTemporary(parts, temp_ufs_path);
  if (!dropped.ok()) LOG_WARN("persist: left behind: {}", dropped.ToString());
}

// The file a temporary is of: its name is "<inode id>-<time>". kNoInode for a foreign name.
InodeId OwnerOfTemporary(std::string_view name) {
  InodeId id = kNoInode;
  auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
  bool ours = error == std::errc() && end != name.data() + name.size() && *end == '-';
  return ours ? id : kNoInode;
}

bool IsStrayTemporary(const FsParts& parts, const MountPoint& mount, const std::string& key) {
  InodeId id = OwnerOfTemporary(BaseName(key));
  if (id == kNoInode) return false;
  ReaderLock lock(parts.tree->lock());
  InodeView file = parts.tree->Find(id);
  bool waits = file && file.is_file() &&
               file.persistence() == PersistenceState::kToBePersisted;
  return !waits || file.temp_ufs_path() != UriBelow(mount, key);
}

class PersistCompletion {
 public:
  PersistCompletion(const FsParts& parts, OpContext& context, InodeId id, std::string temp)
      : parts_(parts), context_(context), id_(id), temp_(std::move(temp)), ufs_(parts, context) {}

  Status Run();

 private:
  // Where the file is now; "" when this temporary is not wanted any more.
  std::string CurrentPath() const;
  // Until a crash cannot take back what brought the file there: the store would keep it there.
  Status AwaitPath(const std::string& path);
  Status MoveIntoPlace(const std::string& path, int64_t length);
  // False when the file was renamed or deleted meanwhile.
  bool Record(const std::string& path);

  const FsParts& parts_;
  OpContext& context_;
  const InodeId id_;
  const std::string temp_;
  UfsParents ufs_;
  ufs::UfsMoved copy_;
  std::string ufs_type_;
};

std::string PersistCompletion::CurrentPath() const {
  ReaderLock lock(parts_.tree->lock());
  InodeView file = parts_.tree->Find(id_);
  bool wanted = file && file.is_file() &&
                file.persistence() == PersistenceState::kToBePersisted &&
                file.temp_ufs_path() == temp_;
  return wanted ? parts_.tree->PathOf(file) : std::string();
}

Status PersistCompletion::AwaitPath(const std::string& path) {
  {
    ReaderLock lock(parts_.tree->lock());
    parts_.tree->NoteRead(parts_.tree->Walk(path), context_);
  }
  return parts_.ledger->journal->WaitDurable(context_.position());
}

Status MakeFolderOf(ufs::Ufs& ufs, const std::string& key) {
  size_t slash = key.rfind('/');
  if (slash == std::string::npos) return OkStatus();
  ufs::UfsCreateOptions folder;
  folder.mode = Mode{0755};
  return ufs.MakeDirectory(key.substr(0, slash), folder);
}

Status PersistCompletion::MoveIntoPlace(const std::string& path, int64_t length) {
  MountResolution at = parts_.mounts->Resolve(path);
  RETURN_IF_ERROR(parts_.mounts->CheckUfsAllowed(*at.mount, true));
  ASSIGN_OR_RETURN(std::string temp_path, parts_.mounts->ReverseResolve(temp_));
  MountResolution temp = parts_.mounts->Resolve(temp_path);
  if (temp.mount->id != at.mount->id) {
    return FailedPrecondition("persist " + path + ": its temporary " + temp_ +
                              " is in another mount");
  }
  ASSIGN_OR_RETURN(auto ufs, parts_.mounts->OpenUfs(*at.mount));
  Result<ufs::UfsMoved> moved = ufs->MoveNew(temp.key, length, at.key);
  if (moved.status().Is(StatusCode::kNotFound) && ufs->Stat(temp.key).ok()) {
    // A folder without objects may be gone from an object store, persisted or not.
    RETURN_IF_ERROR(MakeFolderOf(*ufs, at.key));
    moved = ufs->MoveNew(temp.key, length, at.key);
  }
  ASSIGN_OR_RETURN(copy_, std::move(moved));
  ufs_type_ = std::string(ufs->type());
  parts_.sync->Appeared(path);
  return OkStatus();
}

bool PersistCompletion::Record(const std::string& path) {
  WriterLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(path);
  if (!walk.found() || walk.last().id() != id_) return false;
  EditContext edits(*parts_.ledger, context_);
  ufs_.RecordPersisted(edits, walk, walk.depth());
  InodeUpdate update;
  update.id = id_;
  update.persistence = PersistenceState::kPersisted;
  update.ufs_fingerprint = ufs::Fingerprint(ufs_type_, copy_.status);
  edits.Record(UpdateInodeEdit(update));
  RecordNoJob(edits, id_);
  DoneCounts::Get().files_persisted.Add();
  return true;
}

Status PersistCompletion::Run() {
  while (true) {
    std::string path = CurrentPath();
    if (path.empty()) {
      TryToDrop(parts_, temp_);
      return OkStatus();
    }
    PathClaim claim(parts_, context_, {{path, PathLockKind::kWrite}});
    RETURN_IF_ERROR(claim.Take());
    if (CurrentPath() != path) continue;  // Renamed while this waited.
    RETURN_IF_ERROR(AwaitPath(path));
    int64_t length = 0;
    while (true) {
      bool ready = false;
      {
        ReaderLock lock(parts_.tree->lock());
        WalkResult walk = parts_.tree->Walk(path);
        ready = ufs_.Plan(walk, walk.depth(), {});
        length = walk.last().length();
      }
      if (ready) break;
      RETURN_IF_ERROR(ufs_.Make());
    }
    Status moved = MoveIntoPlace(path, length);
    // While nobody else can have the path: the store may not be done with it yet.
    if (!moved.ok()) TryToDrop(parts_, temp_);
    RETURN_IF_ERROR(moved);
    // Nobody renames or deletes the file while its path is locked, nor an ancestor.
    if (!Record(path)) return InternalError("persist " + path + ": it moved under its lock");
    parts_.persists->Release(id_);
    // Nobody looks for it any more: it may go with others.
    if (copy_.leaves_copy) parts_.persists->Leave(temp_);
    return OkStatus();
  }
}

Result<PersistTicket> BeginPersist(const FsParts& parts, OpContext& context, InodeId id) {
  PersistTicket ticket;
  WriterLock lock(parts.tree->lock());
  InodeView file = parts.tree->Find(id);
  if (!file || file.is_directory()) {
    return NotFound("Inode id " + std::to_string(id) + " does not exist.");
  }
  ticket.path = parts.tree->PathOf(file);
  if (!file.completed() || file.persistence() != PersistenceState::kToBePersisted) {
    return FailedPrecondition("persist " + ticket.path + ": it does not wait to be persisted");
  }
  RETURN_IF_ERROR(parts.mounts->CheckWritable(ticket.path));
  MountPointPtr mount = parts.mounts->Resolve(ticket.path).mount;
  RETURN_IF_ERROR(parts.mounts->CheckUfsAllowed(*mount, true));
  EditContext edits(*parts.ledger, context);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  ticket.file_id = id;
  ticket.mount_id = mount->id;
  int64_t job = context.NowMs();
  // Named by id and time: a rename does not matter, and a late worker cannot spoil a new attempt.
  ticket.temp_ufs_path = TemporaryUri(*mount, parts.settings.persist_temp_folder, id, job);
  ticket.length = file.length();
  ticket.block_size = file.block_size();
  std::vector<BlockId> ids = file.block_ids();
  ticket.blocks = parts.blocks->GetBlockInfos(ids);
  ticket.owner = std::string(file.owner());
  ticket.group = std::string(file.group());
  ticket.mode = file.mode();
  FileUpdate update;
  update.id = id;
  update.persist_job_id = job;
  update.temp_ufs_path = ticket.temp_ufs_path;
  edits.Record(UpdateFileEdit(update));
  return ticket;
}

}  // namespace

std::vector<InodeId> FsOperations::FilesToPersist(size_t limit, const Clock& clock) {
  int64_t now_ms = clock.NowMs();
  std::vector<InodeId> due;
  InodeId after = kNoInode;
  while (due.size() < limit) {
    ReaderLock lock(parts_.tree->lock());
    auto slice = InodeIndexes::Slice(parts_.tree->indexes().to_be_persisted(), after,
                                     parts_.settings.walk_slice);
    if (slice.empty()) break;
    after = slice.back();
    for (InodeId id : slice) {
      InodeView file = parts_.tree->Find(id);
      if (!file || !file.is_file() || !file.completed()) continue;
      if (parts_.persists->Due(id, now_ms) && due.size() < limit) due.push_back(id);
    }
  }
  return due;
}

Result<PersistTicket> FsOperations::StartPersist(OpContext& context, InodeId id) {
  std::string former;  // of an attempt that failed, or that a restart of this master ended
  {
    ReaderLock lock(parts_.tree->lock());
    InodeView file = parts_.tree->Find(id);
    if (file && file.is_file()) former = FormerTemporary(file);
  }
  // Before its name is forgotten.
  if (!former.empty()) RETURN_IF_ERROR(DropTemporary(parts_, former));
  return BeginPersist(parts_, context, id);
}

Status FsOperations::CompletePersist(OpContext& context, InodeId id,
                                     const std::string& temp_ufs_path) {
  if (!context.may_block()) return WouldBlock();
  return PersistCompletion(parts_, context, id, temp_ufs_path).Run();
}

Status FsOperations::FailPersist(OpContext& context, InodeId id, const std::string& reason,
                                 bool give_up) {
  if (!context.may_block()) return WouldBlock();
  std::string temp;
  {
    WriterLock lock(parts_.tree->lock());
    InodeView file = parts_.tree->Find(id);
    if (!file || file.persistence() != PersistenceState::kToBePersisted) return OkStatus();
    temp = file.temp_ufs_path();
    LOG_WARN("persist {}: {}{}", parts_.tree->PathOf(file), reason, give_up ? "; given up" : "");
    EditContext edits(*parts_.ledger, context);
    if (give_up || file.persist_job_id() != -1) {
      // The path of the temporary stays: it says that there was an attempt, see MayHaveStrayCopy.
      FileUpdate update;
      update.id = id;
      update.persist_job_id = -1;
      edits.Record(UpdateFileEdit(update));
    }
    if (give_up) {
      InodeUpdate update;
      update.id = id;
      update.persistence = PersistenceState::kNotPersisted;
      edits.Record(UpdateInodeEdit(update));
    }
  }
  if (!temp.empty()) TryToDrop(parts_, temp);
  if (give_up) parts_.persists->Release(id);
  return OkStatus();
}

Status FsOperations::DropTemporaries(size_t at_least) {
  std::map<MountId, std::vector<std::string>> keys;
  std::map<MountId, MountPointPtr> mounts;
  for (const std::string& temp : parts_.persists->TakeLeft(at_least)) {
    auto path = parts_.mounts->ReverseResolve(temp);
    if (!path.ok()) continue;  // unmounted meanwhile
    MountResolution at = parts_.mounts->Resolve(*path);
    keys[at.mount->id].push_back(at.key);
    mounts[at.mount->id] = at.mount;
  }
  Status outcome;
  for (const auto& [id, mount] : mounts) {
    auto ufs = parts_.mounts->OpenUfs(*mount);
    Status dropped = ufs.ok() ? (*ufs)->DeleteFiles(keys[id]) : ufs.status();
    if (!dropped.ok()) outcome = dropped;
  }
  return outcome;
}

void FsOperations::SweepPersistFolders(int64_t now_ms) {
  for (const MountPointPtr& mount : parts_.mounts->List()) {
    if (mount->read_only || !parts_.mounts->CheckUfsAllowed(*mount, true).ok()) continue;
    auto ufs = parts_.mounts->OpenUfs(*mount);
    if (!ufs.ok()) continue;
    ufs::UfsListOptions options{.limit = kSweepPage};
    do {
      auto page = (*ufs)->List(parts_.settings.persist_temp_folder, options);
      if (!page.ok()) break;
      for (const ufs::UfsStatus& entry : page->entries) {
        if (entry.is_directory || !IsStrayTemporary(parts_, *mount, entry.key)) continue;
        LOG_INFO("persist: no file waits for {}, deleted", UriBelow(*mount, entry.key));
        LogIfError((*ufs)->DeleteFile(entry.key), "persist: sweeping");
      }
      options.page = page->next_page;
    } while (!options.page.empty());
    Status dropped = (*ufs)->DropLeftovers(parts_.settings.persist_temp_folder,
                                           now_ms - kLeftoverMs);
    bool nothing = dropped.Is(StatusCode::kNotFound) || dropped.Is(StatusCode::kUnimplemented);
    if (!nothing) LogIfError(dropped, "persist: sweeping leftovers");
  }
}

}  // namespace alluxio::master
