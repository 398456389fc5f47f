// PathSync: keeps what the namespace knows of a path in step with its under store.
//
// Under-store I/O is never done under the tree lock: look under the lock, release, ask the under
// store, lock again, look again, record. Who wants the same path waits and shares what the one at
// work, or the next one, finds out (PathTurns). A path lock is held while one path itself is
// compared or loaded, and none while its children are (freshen_children.cc).
//
// The interval of an operation is, in this order: the call's own, that of the mount (its option
// alluxio.user.file.metadata.sync.interval), the server's default. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "master/state/edit_context.h"
#include "master/state/listing_marks.h"
#include "master/sync/absent_paths.h"
#include "master/sync/path_turns.h"
#include "master/sync/sync_times.h"
#include "master/tree/inode_tree.h"
#include "model/fs_options.h"
#include "ufs/ufs.h"

namespace alluxio::master {

class BlockMaster;
class DirectoryIds;
class MountTable;
struct MountPoint;
class PathLocks;

struct SyncSettings {
  int64_t default_interval_ms = -1;             // alluxio.user.file.metadata.sync.interval
  int64_t block_size_bytes = 64 * 1024 * 1024;  // of files that are found in an under store
  size_t slice = 500;                           // inodes recorded under one hold of the tree lock
  size_t list_page = 1000;                      // alluxio.underfs.listing.length
  uint64_t store_stamp = 0;                     // of the properties that open under stores
  size_t absent_limit = 100'000;                // alluxio.master.ufs.path.cache.capacity
  std::string persist_temp_folder = ".alluxio_ufs_persistence";  // not part of the namespace
};

struct SyncParts {
  Ledger* ledger = nullptr;
  InodeTree* tree = nullptr;
  DirectoryIds* directory_ids = nullptr;
  PathLocks* locks = nullptr;
  MountTable* mounts = nullptr;
  BlockMaster* blocks = nullptr;
  const ListingMarks* listings = nullptr;
};

// How fresh an operation wants a path.
struct SyncWish {
  LoadMetadataType load = LoadMetadataType::kNever;
  std::optional<int64_t> interval_ms;  // absent = the server's default
  bool children = false;               // of a directory, as well
};

class PathSync {
 public:
  PathSync(const SyncParts& parts, SyncSettings settings);
  PathSync(const PathSync&) = delete;
  PathSync& operator=(const PathSync&) = delete;

  // Would Freshen ask the under store? The caller holds the tree lock.
  bool Needed(const WalkResult& walk, const SyncWish& wish, int64_t now_ms) const;
  // No, then an operation that has walked goes on without Freshen; counted as Freshen counts.
  bool Settled(const WalkResult& walk, const SyncWish& wish, const OpContext& context) const;
  // Needed of the walk's parent, which is there, when only it and not its children matter.
  bool ParentNeeded(const WalkResult& walk, const SyncWish& wish, int64_t now_ms) const;
  // Brings the path up to date as far as wished; OK as well when it exists nowhere. WouldBlock()
  // when the under store must be asked and the context may not block. Holds no lock afterwards.
  Status Freshen(OpContext& context, const std::string& path, const SyncWish& wish);
  // Loads what is not known yet of everything below a directory. Needs may_block().
  Status LoadSubtree(OpContext& context, const std::string& path);

  // Listings at and below `path` that were cut short begin anew. Records edits.
  void ForgetListings(OpContext& context, std::string_view path);
  // The next access compares with the under store.
  void MarkDirty(const std::string& path, int64_t now_ms) { times_.MarkDirty(path, now_ms); }
  // The namespace itself made `path`, in the under store or not.
  void Appeared(std::string_view path) { absent_.Appeared(path); }
  // Mounts changed: nothing that was learned counts.
  void Forget();

  AbsentPaths& absent() { return absent_; }

 private:
  struct Place {  // where a path is in its under store
    std::shared_ptr<const MountPoint> mount;
    std::shared_ptr<ufs::Ufs> ufs;
    std::string key;
  };

  bool MustCompare(const WalkResult& walk, const SyncWish& wish, int64_t now_ms) const;
  bool MustCompare(std::string_view path, InodeView inode, const SyncWish& wish,
                   int64_t now_ms) const;
  bool MustLoad(const WalkResult& walk, const SyncWish& wish) const;
  int64_t IntervalOf(std::string_view path, const SyncWish& wish) const;
  Status Step(OpContext& context, const std::string& path, const SyncWish& wish);
  Status Load(OpContext& context, const std::string& path, const SyncWish& wish);
  Result<Place> Locate(const std::string& path) const;
  Status LoadMissing(OpContext& context, const std::string& path);
  Status Compare(OpContext& context, const std::string& path, const SyncWish& wish);
  // Is there a directory, persisted, at the path afterwards?
  Result<bool> CompareSelf(OpContext& context, const std::string& path);
  bool IsPersistedDirectory(const std::string& path) const;
  // When what is known of the children now was asked for: earlier than this call when it went on
  // with a listing that had been cut short.
  Result<int64_t> FreshenChildren(OpContext& context, const std::string& path,
                                  const SyncWish& wish, bool compare);
  uint64_t StampOf(const Place& place) const;
  // The mark to go on from; one without a page when the listing begins anew.
  ListingMark Resume(const std::string& path, const Place& place, const SyncWish& wish,
                     bool compare, int64_t now_ms) const;
  bool Hidden(const std::string& name) const;

  const SyncParts parts_;
  const SyncSettings settings_;
  AbsentPaths absent_;
  SyncTimes times_;
  PathTurns turns_;
};

}  // namespace alluxio::master
