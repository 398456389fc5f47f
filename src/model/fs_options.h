// Options of namespace operations. An absent optional means "the server's configured default":
// absent, zero and minus one are three different things here (docs/life/edit.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/acl.h"
#include "model/file_info.h"

namespace alluxio {

struct OperationId {  // a Java UUID
  int64_t high = 0;
  int64_t low = 0;
  bool operator==(const OperationId&) const = default;
};

struct CommonOptions {
  std::optional<int64_t> sync_interval_ms;
  std::optional<int64_t> ttl_ms;
  std::optional<TtlAction> ttl_action;
  std::optional<OperationId> operation_id;
};

enum class WriteType : uint8_t {
  kMustCache = 1, kTryCache = 2, kCacheThrough = 3, kThrough = 4, kAsyncThrough = 5, kNone = 6
};
enum class ReadType : uint8_t { kNoCache = 1, kCache = 2, kCachePromote = 3 };
enum class LoadMetadataType : uint8_t { kNever = 0, kOnce = 1, kAlways = 2 };
enum class XAttrPropagation : uint8_t { kNewPaths = 1, kLeafNode = 2 };
enum class XAttrUpdate : uint8_t { kTruncate = 1, kUnionReplace = 2, kUnionPreserve = 3,
                                   kDeleteKeys = 4 };

struct GetStatusOptions {
  CommonOptions common;
  LoadMetadataType load_metadata = LoadMetadataType::kOnce;
  std::optional<Bits> access_mode;
  bool update_timestamps = true;
};

struct ListStatusOptions {
  CommonOptions common;
  LoadMetadataType load_metadata = LoadMetadataType::kOnce;
  bool recursive = false;
  bool load_metadata_only = false;
  bool exclude_mount_info = false;  // leaves out ufs_path and mount_id
};

// How the progress of a load job is told.
struct JobProgressOptions {
  bool json = false;
  bool verbose = false;
};

// One page of a listing. At most one of the three starting points is set.
struct ListPageOptions {
  ListStatusOptions list;
  int32_t batch_size = 0;  // 0 = everything
  std::optional<InodeId> offset_id;
  std::optional<std::string> start_after;
  std::optional<int32_t> offset_count;
  std::string prefix;
};

struct ListPage {
  std::vector<FileInfo> entries;
  bool truncated = false;
  int64_t file_count = -1;
};

// A page of one directory in an order of its own. `offset` and `limit` are not negative.
enum class SortBy { kName, kSize, kModified, kCached };  // kCached: share in the cache
struct SortedPageOptions {
  SortBy by = SortBy::kName;
  bool descending = false;
  int64_t offset = 0;
  int64_t limit = 0;
};

struct ExistsOptions {
  CommonOptions common;
  LoadMetadataType load_metadata = LoadMetadataType::kOnce;
};

struct CreateFileOptions {
  CommonOptions common;
  std::optional<int64_t> block_size;
  std::optional<Mode> mode;
  bool recursive = false;
  bool overwrite = false;
  WriteType write_type = WriteType::kMustCache;
  std::optional<int32_t> replication_max;
  std::optional<int32_t> replication_min;
  std::optional<int32_t> replication_durable;
  int64_t persistence_wait_ms = 0;
  std::map<std::string, std::string> xattr;
  XAttrPropagation xattr_propagation = XAttrPropagation::kNewPaths;
  bool check_s3_bucket_path = false;
};

struct CompleteFileOptions {
  CommonOptions common;
  std::optional<int64_t> ufs_length;
  bool async_persist = false;  // asyncPersistOptions present
  int64_t persistence_wait_ms = 0;
  std::optional<std::string> content_hash;
};

struct CreateDirectoryOptions {
  CommonOptions common;
  bool recursive = false;
  bool allow_exists = false;
  std::optional<Mode> mode;
  WriteType write_type = WriteType::kMustCache;
  std::map<std::string, std::string> xattr;
  XAttrPropagation xattr_propagation = XAttrPropagation::kNewPaths;
};

struct DeleteOptions {
  CommonOptions common;
  bool recursive = false;
  bool alluxio_only = false;
  bool unchecked = false;
  bool delete_mount_point = false;
  // With alluxio_only: whether the next access of the parent looks into the under store again.
  // Absent: the parent stays as it is.
  std::optional<bool> sync_parent_next_time;
  // Only this inode: FAILED_PRECONDITION when the path is another by now. kNoInode: whatever it is.
  InodeId only_id = kNoInode;
};

struct RenameOptions {
  CommonOptions common;
  bool persist = false;
  bool overwrite = false;  // s3SyntaxOptions.overwrite
  InodeId only_id = kNoInode;  // of the source, as in DeleteOptions
};

struct FreeOptions {
  CommonOptions common;
  bool recursive = false;
  bool forced = false;
};

struct SetAttributeOptions {
  CommonOptions common;
  std::optional<bool> pinned;
  std::optional<bool> persisted;
  std::optional<std::string> owner;
  std::optional<std::string> group;
  std::optional<Mode> mode;
  bool recursive = false;
  std::optional<int32_t> replication_max;
  std::optional<int32_t> replication_min;
  std::vector<std::string> pinned_media;
  std::optional<std::map<std::string, std::string>> xattr;
  XAttrUpdate xattr_update = XAttrUpdate::kTruncate;
  // Of a directory: false makes the next access look into the under store again.
  std::optional<bool> children_loaded;
};

struct SetAclOptions {
  CommonOptions common;
  bool recursive = false;
};

struct MountOptions {
  bool read_only = false;
  bool shared = false;
  bool remount = false;
  std::map<std::string, std::string> properties;
};

struct MountPointInfo {
  std::string ufs_uri;
  std::string ufs_type;
  int64_t ufs_capacity_bytes = -1;
  int64_t ufs_used_bytes = -1;
  bool read_only = false;
  bool shared = false;
  MountId mount_id = kNoMount;
  std::map<std::string, std::string> properties;
};

}  // namespace alluxio
