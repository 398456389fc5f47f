// FsOperations: the menu of namespace operations. One method, one operation, one source file.
//
// Paths are untrusted text and cleaned here. Every method runs synchronously and returns as soon as
// its edits are applied in memory; the caller answers when `context.position()` is durable. With
// context.may_block() false a method returns WouldBlock() before it changed anything where it would
// need under-store I/O or have to wait for a path lock: run it again on a thread that may block.
// Thread-safe. Error texts are Alluxio 2.9's.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "env/clock.h"
#include "master/mount/ufs_mode.h"
#include "master/ops/find_page.h"
#include "master/ops/fs_parts.h"
#include "master/ops/persist_ticket.h"
#include "model/acl.h"
#include "model/file_info.h"
#include "model/fs_options.h"

namespace alluxio::wire {
class ProtoWriter;
}

namespace alluxio::master {

class OpContext;
struct StoreEdit;

// One inconsistency between the namespace and an under store; a path that differs.
using InconsistentPaths = std::vector<std::string>;

// Receives a listing batch by batch, with no lock held. An error stops the listing.
using ListSink = std::function<Status(std::vector<FileInfo> batch)>;
// The same of entries that were written: `entries` more are in the message since the last call.
// What the sink does not take out of the message stays there.
using WrittenSink = std::function<Status(size_t entries)>;

class FsOperations {
 public:
  explicit FsOperations(const FsParts& parts) : parts_(parts) {}

  // --- reads -------------------------------------------------------------------------------
  Result<FileInfo> GetStatus(OpContext& context, const std::string& path,
                             const GetStatusOptions& options);
  // The same as bytes: a GetStatusPResponse.
  Status WriteStatus(OpContext& context, const std::string& path, const GetStatusOptions& options,
                     wire::ProtoWriter* response);
  // By inode id; NOT_FOUND for an unknown id. No under-store work, no permission check.
  Result<FileInfo> GetStatusById(OpContext& context, InodeId id);
  // Pre-order for a recursive listing. WouldBlock() comes before the first batch.
  Status ListStatus(OpContext& context, const std::string& path,
                    const ListStatusOptions& options, const ListSink& sink);
  // The same as bytes of a ListStatusPResponse: `message` grows by a batch before each call.
  Status WriteListing(OpContext& context, const std::string& path,
                      const ListStatusOptions& options, wire::ProtoWriter* message,
                      const WrittenSink& sink);
  Result<ListPage> ListStatusPartial(OpContext& context, const std::string& path,
                                     const ListPageOptions& options);
  // Children of a directory, by name where the rest is equal; `file_count` is that of all.
  // OUT_OF_RANGE when there are too many to sort by anything but the name.
  Result<ListPage> ListSorted(OpContext& context, const std::string& path,
                              const SortedPageOptions& options);
  // What is in memory below a directory; nothing is loaded. Folders that the caller may not read
  // are passed over silently. May take `max_time`, with the tree lock given up between slices.
  Result<FindPage> Find(OpContext& context, const std::string& path, const FindOptions& options);
  Result<bool> Exists(OpContext& context, const std::string& path, const ExistsOptions& options);
  Status CheckAccess(OpContext& context, const std::string& path, Bits bits);
  Result<InconsistentPaths> CheckConsistency(OpContext& context, const std::string& path);
  Result<std::string> GetFilePath(OpContext& context, InodeId id);
  Result<std::map<std::string, MountPointInfo>> GetMountTable(OpContext& context,
                                                              bool check_ufs);
  // NOT_FOUND when no mount covers the URI.
  Result<std::string> ReverseResolve(OpContext& context, const std::string& ufs_uri);
  // Completed or not, files that must stay in the cache; what workers ask for.
  Result<std::vector<InodeId>> GetPinnedFileIds(OpContext& context);
  Result<std::vector<InodeId>> GetLostFiles(OpContext& context);

  // --- edits -------------------------------------------------------------------------------
  Result<FileInfo> CreateFile(OpContext& context, const std::string& path,
                              const CreateFileOptions& options);
  // The same as bytes: a CreateFilePResponse. Nothing in it counts after an error.
  Status WriteCreated(OpContext& context, const std::string& path,
                      const CreateFileOptions& options, wire::ProtoWriter* response);
  Status CompleteFile(OpContext& context, const std::string& path,
                      const CompleteFileOptions& options);
  Result<BlockId> GetNewBlockId(OpContext& context, const std::string& path);
  Status CreateDirectory(OpContext& context, const std::string& path,
                         const CreateDirectoryOptions& options);
  Status Delete(OpContext& context, const std::string& path, const DeleteOptions& options);
  Status Rename(OpContext& context, const std::string& from, const std::string& to,
                const RenameOptions& options);
  Status SetAttribute(OpContext& context, const std::string& path,
                      const SetAttributeOptions& options);
  Status SetAcl(OpContext& context, const std::string& path, SetAclAction action,
                const std::vector<AclEntry>& entries, const SetAclOptions& options);
  Status Free(OpContext& context, const std::string& path, const FreeOptions& options);
  Status ScheduleAsyncPersistence(OpContext& context, const std::string& path);

  // --- mounts ------------------------------------------------------------------------------
  Status Mount(OpContext& context, const std::string& path, const std::string& ufs_uri,
               const MountOptions& options);
  Status Unmount(OpContext& context, const std::string& path);
  Status UpdateMount(OpContext& context, const std::string& path, const MountOptions& options);
  Status UpdateUfsMode(OpContext& context, const std::string& ufs_uri, UfsMode mode);

  // --- under-store reconciliation ----------------------------------------------------------
  // Marks a path dirty: its next access looks at the under store whatever the interval says.
  Status NeedsSync(OpContext& context, const std::string& path);
  // Active sync needs a store with events: UNKNOWN, with Alluxio's text.
  Status StartSync(OpContext& context, const std::string& path);
  Status StopSync(OpContext& context, const std::string& path);
  Result<std::vector<std::string>> GetSyncPathList(OpContext& context);

  // --- for the chores (no permission checks; context.may_block() must be true) ---------------
  // Files that are complete and TO_BE_PERSISTED and whose waiting time is over.
  std::vector<InodeId> FilesToPersist(size_t limit, const Clock& clock = Clock::Real());
  // Chooses the temporary under-store path and notes it with the inode. NOT_FOUND when the file is
  // gone, FAILED_PRECONDITION when there is nothing to persist.
  Result<PersistTicket> StartPersist(OpContext& context, InodeId id);
  // The bytes are at `temp_ufs_path`: renames them to where the file is now, persists ancestors,
  // marks the file PERSISTED with its fingerprint and unpins it. A file that is gone meanwhile
  // loses its temporary and is OK; so is a repeat. On an object store the temporary stays, for
  // DropTemporaries.
  Status CompletePersist(OpContext& context, InodeId id, const std::string& temp_ufs_path);
  // Deletes temporaries of files that are persisted, many at a time; nothing while there are fewer
  // than `at_least`. What it fails to delete is left to SweepPersistFolders.
  Status DropTemporaries(size_t at_least);
  // The worker could not write it: deletes the temporary; the file stays TO_BE_PERSISTED unless
  // `give_up`, which makes it NOT_PERSISTED.
  Status FailPersist(OpContext& context, InodeId id, const std::string& reason, bool give_up);
  // Deletes temporary copies that no file waits for any more: a crash of this master or of a worker
  // leaves them. Blocks; what cannot be reached stays for the next time.
  void SweepPersistFolders(int64_t now_ms);
  // Gives up uploads in parts that nobody completed, in every object store that is mounted
  // writable, once they are as old as the mount or the server says. Blocks; failures are logged.
  void CleanUnderStores(int64_t now_ms);
  // Takes over what a former master left half done in under stores: before this one serves.
  void AdoptStoreEdits();
  // Finishes what is due of such edits, each by itself; what fails is tried again later.
  void RepairStoreEdits(const Clock& clock);
  // Inodes whose time to live was over at `now_ms`.
  std::vector<InodeId> ExpiredInodes(int64_t now_ms, size_t limit);
  // Carries the TTL action of one inode out. OK when it is gone or no longer expired.
  Status ExpireInode(OpContext& context, InodeId id, int64_t now_ms);
  // Marks a file LOST whose blocks have no copy left. OK when it does not apply.
  Status MarkLost(OpContext& context, InodeId id);

 private:
  // One edit that ended half way; OK when it is over.
  Status FinishRename(OpContext& context, const StoreEdit& edit);
  Status FinishDelete(OpContext& context, const StoreEdit& edit);
  // Deletions without permission checks; see delete.cc.
  Status RemoveMounted(OpContext& context, const std::string& path, const DeleteOptions& options);
  Status DeleteExpired(OpContext& context, const std::string& path, const DeleteOptions& options);
  Status FreeTree(OpContext& context, const std::string& path, const FreeOptions& options,
                  bool trusted);

  FsParts parts_;
};

}  // namespace alluxio::master
