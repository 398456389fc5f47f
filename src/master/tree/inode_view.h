// InodeView: reads one inode of the tree.
//
// A view is a pair of words, copied freely. It is valid while the tree lock is held without
// interruption and its inode is not deleted; edits of the inode show through it. Texts returned as
// string_view point into the tree and are good until the next edit.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/acl.h"
#include "model/file_info.h"
#include "model/ids.h"

namespace alluxio::wire {
struct FileInfoFields;
}

namespace alluxio::master {

class InodeStore;
struct InodeRecord;

class InodeView {
 public:
  InodeView() = default;  // no inode
  InodeView(const InodeStore* store, uint32_t slot) : store_(store), slot_(slot) {}

  explicit operator bool() const { return store_ != nullptr; }
  bool operator==(const InodeView&) const = default;

  InodeId id() const;
  bool is_root() const { return id() == kRootId; }
  std::string_view name() const;  // "" for the root
  InodeId parent_id() const;      // kNoInode for the root
  InodeView parent() const;       // no inode for the root
  bool is_directory() const;
  bool is_file() const { return !is_directory(); }

  std::string_view owner() const;
  std::string_view group() const;
  Mode mode() const;
  ExtendedAcl extended_acl() const;
  bool has_extended_acl() const;

  int64_t creation_time_ms() const;
  int64_t modification_time_ms() const;
  int64_t access_time_ms() const;
  PersistenceState persistence() const;
  bool pinned() const;
  int64_t ttl_ms() const;  // kNoTtl = never expires
  TtlAction ttl_action() const;
  std::string_view ufs_fingerprint() const;  // "" = none
  std::vector<std::string> media() const;
  std::map<std::string, std::string> xattr() const;

  // Directories only.
  size_t child_count() const;
  bool mount_point() const;
  bool children_loaded() const;
  std::optional<DefaultAcl> default_acl() const;

  // Files only.
  int64_t length() const;  // -1 = unknown
  int64_t block_size() const;
  bool completed() const;
  bool cacheable() const;
  size_t block_count() const;
  BlockId block_id(size_t n) const { return MakeId(ContainerOf(id()), static_cast<int64_t>(n)); }
  std::vector<BlockId> block_ids() const;
  int32_t replication_durable() const;
  int32_t replication_min() const;
  int32_t replication_max() const;  // -1 = no limit
  int64_t persist_job_id() const;   // -1 = none
  std::string temp_ufs_path() const;
  int64_t should_persist_time_ms() const;  // 0 = never set

  // Everything the tree knows; leaves path, ufs_path, mount_id, blocks and the percentages alone.
  // A directory's length is its number of children.
  void FillFileInfo(FileInfo* info) const;
  // The same; what is filled in is borrowed from the tree.
  void FillFields(wire::FileInfoFields* fields) const;

  uint32_t slot() const { return slot_; }

 private:
  const InodeRecord& record() const;

  const InodeStore* store_ = nullptr;
  uint32_t slot_ = 0;
};

}  // namespace alluxio::master
