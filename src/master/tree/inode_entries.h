// Edits of the namespace, built from plain values.
//
// Every field that Alluxio 2.9 needs explicitly is set (a missing ttl would mean "expires at
// once"). An absent optional of an update leaves the field alone. `path` fields are only told to
// readers of the journal; replay does not use them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "master/state/edit.h"
#include "model/acl.h"
#include "model/file_info.h"
#include "model/fs_options.h"
#include "model/ids.h"

namespace alluxio::master {

// What files and directories have in common.
struct NewInode {
  InodeId id = kNoInode;
  InodeId parent_id = kNoInode;
  std::string name;  // "" = the root
  std::string path;
  PersistenceState persistence = PersistenceState::kNotPersisted;
  bool pinned = false;
  int64_t creation_time_ms = 0;
  int64_t modification_time_ms = 0;
  int64_t access_time_ms = 0;
  int64_t ttl_ms = kNoTtl;
  TtlAction ttl_action = TtlAction::kDelete;
  std::string owner;
  std::string group;
  Mode mode;
  ExtendedAcl acl;
  std::vector<std::string> media;
  std::map<std::string, std::string> xattr;
};

struct NewDirectory {
  NewInode inode;
  bool mount_point = false;
  bool children_loaded = false;
  std::optional<DefaultAcl> default_acl;
};

struct NewFile {
  NewInode inode;  // inode.id is FileIdOfContainer(container)
  int64_t block_size = 0;
  int64_t length = 0;
  bool completed = false;
  bool cacheable = true;
  int64_t block_count = 0;  // the ids are implied: container << 24 | n
  std::string ufs_fingerprint;
  int32_t replication_durable = 1;
  int32_t replication_min = 0;
  int32_t replication_max = -1;
  int64_t persist_job_id = -1;
  std::string temp_ufs_path;
};

// One entry for any inode. Times only ever rise, unless the overwrite flag says so.
struct InodeUpdate {
  InodeId id = kNoInode;
  std::optional<PersistenceState> persistence;
  std::optional<bool> pinned;
  std::vector<std::string> media;  // with pinned = true: the media to pin to
  std::optional<int64_t> modification_time_ms;
  bool overwrite_modification_time = false;
  std::optional<int64_t> access_time_ms;
  bool overwrite_access_time = false;
  std::optional<std::string> owner;
  std::optional<std::string> group;
  std::optional<Mode> mode;
  std::optional<int64_t> ttl_ms;
  std::optional<TtlAction> ttl_action;
  std::optional<std::string> ufs_fingerprint;
  std::map<std::string, std::string> xattr;  // empty = leave alone
  XAttrUpdate xattr_update = XAttrUpdate::kTruncate;
};

struct DirectoryUpdate {
  InodeId id = kNoInode;
  std::optional<bool> mount_point;
  std::optional<bool> children_loaded;
  // Given to the entry as it is; the owner and group are the directory's own.
  std::optional<DefaultAcl> default_acl;
  std::string owner;  // only read when default_acl is set
  std::string group;
};

struct FileUpdate {
  InodeId id = kNoInode;
  std::string path;
  std::optional<int64_t> block_size;
  std::optional<int64_t> length;
  std::optional<bool> completed;
  std::optional<bool> cacheable;
  std::optional<int64_t> block_count;  // 0 cannot be expressed and leaves the list alone
  std::optional<int32_t> replication_min;
  std::optional<int32_t> replication_max;
  std::optional<int64_t> persist_job_id;  // -1 = none
  std::optional<std::string> temp_ufs_path;
};

struct InodeRename {
  InodeId id = kNoInode;
  InodeId new_parent_id = kNoInode;
  std::string new_name;
  int64_t time_ms = 0;
  std::string path;
  std::string new_path;
};

struct InodeDelete {
  InodeId id = kNoInode;
  int64_t time_ms = 0;
  std::string path;
};

struct AclChange {
  InodeId id = kNoInode;
  int64_t time_ms = 0;
  SetAclAction action = SetAclAction::kReplace;
  std::vector<AclEntry> entries;
};

Edit NewDirectoryEdit(const NewDirectory& directory);
Edit NewFileEdit(const NewFile& file);
Edit NewBlockEdit(InodeId file);  // appends the next block of the file
Edit UpdateInodeEdit(const InodeUpdate& update);
Edit UpdateDirectoryEdit(const DirectoryUpdate& update);
Edit UpdateFileEdit(const FileUpdate& update);
Edit RenameEdit(const InodeRename& rename);
// Of a file or an empty directory: a subtree goes children first, one edit each.
Edit DeleteEdit(const InodeDelete& deletion);
Edit SetAclEdit(const AclChange& change);

}  // namespace alluxio::master
