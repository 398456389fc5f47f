// Random FileInfos of every kind, byte for byte as the library writes their messages.
// SEED=n repeats one.
#include "wire/file_info_encoder.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <iostream>

#include "env/rng.h"
#include "proto/grpc/file_system_master.pb.h"
#include "wire/file_info.h"

namespace alluxio::wire {
namespace {

class Maker {
 public:
  explicit Maker(uint64_t seed) : rng_(Rng::Seeded(seed)) {}

  FileInfo Info() {
    FileInfo info;
    info.folder = Chance();
    // A file's blocks have the ids that follow from its own.
    info.id = FileIdOfContainer(static_cast<int64_t>(rng_->Below(kMaxContainer)));
    info.name = Text();
    info.path = "/" + Text();
    info.ufs_path = Text();
    info.length = Number();
    info.block_size = Number();
    info.creation_time_ms = Number();
    info.modification_time_ms = Number();
    info.access_time_ms = Number();
    info.completed = Chance();
    info.pinned = Chance();
    info.cacheable = Chance();
    info.mount_point = Chance();
    info.persistence = static_cast<PersistenceState>(rng_->Below(4));
    info.ttl_ms = Number();
    info.ttl_action = static_cast<TtlAction>(rng_->Below(3));
    info.owner = Text();
    info.group = Text();
    info.mode = Mode{static_cast<uint16_t>(rng_->Below(512))};
    info.mount_id = Number();
    info.ufs_fingerprint = Text();
    info.replication_min = static_cast<int32_t>(Number());
    info.replication_max = static_cast<int32_t>(Number());
    info.in_alluxio_percentage = static_cast<int32_t>(rng_->Below(101));
    info.in_memory_percentage = static_cast<int32_t>(rng_->Below(101));
    if (Chance()) info.acl = Acl();
    if (Chance()) info.default_acl = DefaultAcl{Mode{0750}, Acl()};
    for (uint64_t n = rng_->Below(4); n > 0; --n) info.xattr[Text()] = Text();
    for (uint64_t n = rng_->Below(3); n > 0; --n) info.media.push_back(Text());
    if (!info.folder) AddBlocks(&info);
    return info;
  }

 private:
  bool Chance() { return rng_->Below(2) == 0; }
  int64_t Number() {
    const int bits = static_cast<int>(rng_->Below(64));
    const auto number = static_cast<int64_t>(rng_->Next() >> bits);
    return rng_->Below(4) == 0 ? -1 : number;
  }
  std::string Text() {
    constexpr size_t kSizes[] = {0, 1, 7, 20, 120, 130, 300, 17000};
    const size_t largest = kSizes[rng_->Below(rng_->Below(40) == 0 ? 8 : 7)];
    std::string text(rng_->Below(largest + 1), ' ');
    for (char& c : text) c = static_cast<char>(rng_->Below(256));
    return text;
  }
  Bits SomeBits() { return static_cast<Bits>(rng_->Below(8)); }
  ExtendedAcl Acl() {
    ExtendedAcl acl;
    for (uint64_t n = rng_->Below(4); n > 0; --n) acl.named_users[Text()] = SomeBits();
    for (uint64_t n = rng_->Below(4); n > 0; --n) acl.named_groups[Text()] = SomeBits();
    if (Chance()) acl.mask = SomeBits();
    return acl;
  }
  BlockLocation Location() {
    BlockLocation at;
    at.worker_id = Number();
    at.address.host = Text();
    at.address.rpc_port = static_cast<int32_t>(rng_->Below(65536));
    at.address.data_port = static_cast<int32_t>(rng_->Below(65536));
    at.address.web_port = static_cast<int32_t>(rng_->Below(65536));
    at.address.domain_socket_path = Text();
    at.address.container_host = Text();
    for (uint64_t n = rng_->Below(3); n > 0; --n) at.address.tiers.push_back({Text(), Text()});
    at.tier_alias = Text();
    at.medium_type = Text();
    return at;
  }
  void AddBlocks(FileInfo* info) {
    const uint64_t count = rng_->Below(5);
    for (uint64_t n = 0; n < count; ++n) {
      FileBlockInfo block;
      block.block.id = MakeId(ContainerOf(info->id), static_cast<int64_t>(n));
      block.block.length = Number();
      block.offset = Number();
      for (uint64_t at = rng_->Below(4); at > 0; --at) {
        block.block.locations.push_back(Location());
      }
      info->block_ids.push_back(block.block.id);
      info->blocks.push_back(std::move(block));
    }
  }

  std::unique_ptr<Rng> rng_;
};

std::string Library(const FileInfo& info) {
  grpc::file::GetStatusPResponse message;
  ToProto(info, message.mutable_fileinfo());
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);  // maps by their keys
  EXPECT_TRUE(message.SerializeToCodedStream(&coded));
  coded.Trim();
  return bytes;
}

FileInfoFields FieldsOf(const FileInfo& info) {
  FileInfoFields fields;
  fields.id = info.id;
  fields.name = info.name;
  fields.path = {info.path, {}};
  fields.ufs_path = {info.ufs_path, {}};
  fields.length = info.length;
  fields.block_size = info.block_size;
  fields.creation_time_ms = info.creation_time_ms;
  fields.modification_time_ms = info.modification_time_ms;
  fields.access_time_ms = info.access_time_ms;
  fields.completed = info.completed;
  fields.folder = info.folder;
  fields.pinned = info.pinned;
  fields.cacheable = info.cacheable;
  fields.mount_point = info.mount_point;
  fields.persistence = info.persistence;
  fields.block_count = info.block_ids.size();
  fields.ttl_ms = info.ttl_ms;
  fields.ttl_action = info.ttl_action;
  fields.owner = info.owner;
  fields.group = info.group;
  fields.mode = info.mode;
  fields.mount_id = info.mount_id;
  fields.ufs_fingerprint = info.ufs_fingerprint;
  fields.replication_min = info.replication_min;
  fields.replication_max = info.replication_max;
  fields.acl = &info.acl;
  fields.default_acl = info.default_acl ? &*info.default_acl : nullptr;
  fields.media = &info.media;
  fields.xattr = &info.xattr;
  return fields;
}

void Encode(const FileInfo& info, ProtoWriter* out) {
  const FileInfoFields fields = FieldsOf(info);
  FileInfoEncoder encoder(1, out);
  encoder.Head(fields);
  for (const FileBlockInfo& block : info.blocks) {
    std::vector<FileInfoEncoder::LocationFields> locations;
    std::deque<std::string> addresses;  // that the locations point at
    for (const BlockLocation& at : block.block.locations) {
      addresses.push_back(WrittenAddress(at.address));
      locations.push_back({at.worker_id, addresses.back(), at.tier_alias, at.medium_type});
    }
    encoder.Block({block.block.id, block.block.length, block.offset}, locations);
  }
  encoder.Tail(fields, {info.in_alluxio_percentage, info.in_memory_percentage});
}

TEST(FileInfoEncoder, BytesAreThoseOfTheMessage) {
  const char* given = std::getenv("SEED");
  const uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : Rng::Real().Next();
  const uint64_t count = given != nullptr ? 1 : 3000;
  std::cout << "seeds from " << first << "\n";
  ProtoWriter out;
  for (uint64_t seed = first; seed != first + count; ++seed) {
    const FileInfo info = Maker(seed).Info();
    out.Clear();
    Encode(info, &out);
    ASSERT_TRUE(out.view() == Library(info)) << "SEED=" << seed << " " << info.path.size();
  }
}

// What nothing is set of is told all the same, and nothing is made up.
TEST(FileInfoEncoder, WhatIsNotThereIsAsInTheMessage) {
  FileInfo info;
  info.id = FileIdOfContainer(0);
  FileInfoFields fields = FieldsOf(info);
  fields.acl = nullptr;
  fields.media = nullptr;
  fields.xattr = nullptr;
  ProtoWriter out;
  FileInfoEncoder encoder(1, &out);
  encoder.Head(fields);
  encoder.Tail(fields, {});
  EXPECT_EQ(out.view(), Library(info));
}

}  // namespace
}  // namespace alluxio::wire
