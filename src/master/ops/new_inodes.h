// NewInodes: what new files and directories start with, and the recording of missing ancestors.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "master/ops/op_access.h"
#include "master/ops/ufs_parents.h"
#include "master/tree/directory_ids.h"
#include "master/tree/inode_entries.h"
#include "model/fs_options.h"

namespace alluxio::master {

// The options that files and directories of one call share.
struct NewInodeOptions {
  Mode file_mode;       // of a file; already without the umask
  Mode directory_mode;  // of ancestors, or of the directory itself
  int64_t ttl_ms = kNoTtl;
  TtlAction ttl_action = TtlAction::kFree;
  bool persisted = false;
  bool mount_point = false;                          // the last directory is one
  std::map<std::string, std::string> ancestor_xattr;  // of ancestors made on the way
};

// What decides whether a path may be made.
struct NewPath {
  std::string path;
  WriteType write_type = WriteType::kMustCache;
  std::optional<int64_t> sync_interval_ms;
  bool recursive = false;          // missing ancestors are made
  bool check_bucket = false;       // the first component must exist: it is a bucket of S3
  bool through() const {
    return write_type == WriteType::kCacheThrough || write_type == WriteType::kThrough;
  }
  bool cache_only() const {
    return write_type == WriteType::kMustCache || write_type == WriteType::kTryCache ||
           write_type == WriteType::kNone;
  }
};

class NewInodes {
 public:
  NewInodes(const FsParts& parts, OpContext& context, OpAccess& access, UfsParents& ufs)
      : parts_(parts), context_(context), access_(access), ufs_(ufs) {}

  // Looks at the under store as far as a new path has to. No lock held.
  Status Freshen(const NewPath& path);

  // Everything below needs the tree lock exclusively.

  // Would Freshen ask the under store for a path that is for the cache alone?
  bool IsStale(const WalkResult& walk, const NewPath& path) const;

  // May a path that is not there be made below the ancestors that are?
  Status CheckAncestors(const WalkResult& walk, const NewPath& path);
  // Fields every new child of `parent` has: owner, times, pin, inherited list.
  NewInode Start(InodeView parent, const std::string& path, Mode mode,
                 const NewInodeOptions& options);
  // Before the first edit: `count` directories can be recorded then.
  Status EnsureIds(size_t count);
  // Records the directories that are missing among the first `count` prefixes of the walk and
  // returns the deepest. `xattr` goes to the last of `count` when that is the target itself.
  Result<InodeView> RecordDirectories(EditContext& edits, const WalkResult& walk, size_t count,
                                      const NewInodeOptions& options);
  // Records one directory; `outcome` makes it the edit that completes the operation.
  Result<InodeView> RecordDirectory(EditContext& edits, InodeView parent, const std::string& path,
                                    const std::map<std::string, std::string>& xattr,
                                    const NewInodeOptions& options, bool outcome);
  // The parent's times rise because of a new child.
  void TouchParent(EditContext& edits, InodeView parent);

 private:
  const FsParts& parts_;
  OpContext& context_;
  OpAccess& access_;
  UfsParents& ufs_;
};

// The mode and list of a new inode below a directory with a default list.
struct InheritedAcl {
  Mode mode;
  ExtendedAcl acl;
};
InheritedAcl Inherit(const DefaultAcl& from, Mode wanted);

}  // namespace alluxio::master
