// FileInfoEncoder: a FileInfo as it is sent, straight from what the master knows: no FileInfo and
// no message in between. Its bytes are those of ToProto() of file_info.h, written in order.
//
//   FileInfoEncoder encoder(1, &out);       // field 1 of the message around it
//   encoder.Head(fields);
//   encoder.Block(block);                   // each
//   encoder.Tail(fields, percentages);
//
// Thread-compatible.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/block_info.h"
#include "model/file_info.h"
#include "wire/proto_writer.h"

namespace alluxio::wire {

// As in FileInfo, but everything is borrowed, and null where there is nothing.
struct FileInfoFields {
  InodeId id = 0;
  std::string_view name;
  JoinedPath path;
  JoinedPath ufs_path;
  int64_t length = 0;
  int64_t block_size = 0;
  int64_t creation_time_ms = 0;
  int64_t modification_time_ms = 0;
  int64_t access_time_ms = 0;
  bool completed = false;
  bool folder = false;
  bool pinned = false;
  bool cacheable = false;
  bool mount_point = false;
  PersistenceState persistence = PersistenceState::kNotPersisted;
  size_t block_count = 0;  // block ids follow from the file's
  int64_t ttl_ms = kNoTtl;
  TtlAction ttl_action = TtlAction::kDelete;
  std::string_view owner;
  std::string_view group;
  Mode mode;
  MountId mount_id = 0;
  std::string_view ufs_fingerprint;
  int32_t replication_min = 0;
  int32_t replication_max = 0;
  const ExtendedAcl* acl = nullptr;
  const DefaultAcl* default_acl = nullptr;
  const std::vector<std::string>* media = nullptr;
  const std::map<std::string, std::string>* xattr = nullptr;
};

// A worker's address as it is in every location of its blocks.
std::string WrittenAddress(const WorkerNetAddress& address);

// How much of a file is there, of 100.
struct CachedShare {
  int32_t in_alluxio = 0;
  int32_t in_memory = 0;
};

class FileInfoEncoder {
 public:
  FileInfoEncoder(uint32_t field, ProtoWriter* out) : out_(*out), info_(out->Begin(field, 2)) {}

  void Head(const FileInfoFields& info);

  // A block of the file: its locations follow before EndBlock.
  struct BlockFields {
    BlockId id = 0;
    int64_t length = 0;
    int64_t offset = 0;  // in the file
  };
  struct LocationFields {
    WorkerId worker_id = 0;
    std::string_view address;  // what WrittenAddress has written
    std::string_view tier_alias;
    std::string_view medium_type;
  };
  void Block(const BlockFields& block, std::span<const LocationFields> locations);

  void Tail(const FileInfoFields& info, const CachedShare& share);

 private:
  ProtoWriter& out_;
  const ProtoWriter::Nested info_;
};

}  // namespace alluxio::wire
