// FileInfo: everything a client is told about a file or directory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/acl.h"
#include "model/block_info.h"
#include "model/ids.h"
#include "model/mode.h"

namespace alluxio {

enum class PersistenceState : uint8_t { kNotPersisted, kToBePersisted, kPersisted, kLost };
// "NOT_PERSISTED" ...; the texts of the journal and the wire.
std::string_view PersistenceStateName(PersistenceState state);  // valid forever
std::string PersistenceStateText(PersistenceState state);
std::optional<PersistenceState> ParsePersistenceState(const std::string& text);

enum class TtlAction : uint8_t { kDelete = 0, kFree = 1, kDeleteAlluxio = 2 };

inline constexpr int64_t kNoTtl = -1;

struct FileInfo {
  InodeId id = 0;
  std::string name;  // "" for the root
  std::string path;
  std::string ufs_path;
  int64_t length = 0;  // directories: number of children
  int64_t block_size = 0;
  int64_t creation_time_ms = 0;
  int64_t modification_time_ms = 0;
  int64_t access_time_ms = 0;
  bool completed = false;
  bool folder = false;
  bool pinned = false;
  bool cacheable = true;
  bool mount_point = false;
  PersistenceState persistence = PersistenceState::kNotPersisted;
  std::vector<BlockId> block_ids;
  std::vector<FileBlockInfo> blocks;
  int32_t in_memory_percentage = 0;
  int32_t in_alluxio_percentage = 0;
  int64_t ttl_ms = kNoTtl;
  TtlAction ttl_action = TtlAction::kDelete;
  std::string owner;
  std::string group;
  Mode mode;
  MountId mount_id = kRootMountId;
  std::string ufs_fingerprint;
  ExtendedAcl acl;
  std::optional<DefaultAcl> default_acl;
  int32_t replication_min = 0;
  int32_t replication_max = -1;
  std::vector<std::string> media;
  std::map<std::string, std::string> xattr;
};

}  // namespace alluxio
