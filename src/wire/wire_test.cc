#include <gtest/gtest.h>

#include "proto/grpc/block_master.pb.h"
#include "proto/grpc/common.pb.h"
#include "proto/grpc/file_system_master.pb.h"
#include "wire/acl.h"
#include "wire/block_info.h"
#include "wire/file_info.h"
#include "wire/fs_options.h"
#include "wire/worker_info.h"

namespace alluxio::wire {
namespace {

FileInfo SomeFile() {
  FileInfo info;
  info.id = 33554431;
  info.name = "f";
  info.path = "/a/f";
  info.ufs_path = "/ufs/a/f";
  info.length = 70;
  info.block_size = 64;
  info.completed = true;
  info.persistence = PersistenceState::kPersisted;
  info.block_ids = {16777216, 16777217};
  info.owner = "o";
  info.group = "g";
  info.mode = Mode{0640};
  info.acl.named_users["u"] = Bits::kReadWrite;
  info.acl.mask = Bits::kRead;
  info.xattr["k"] = std::string("\0v", 2);
  info.media = {"SSD"};
  FileBlockInfo block;
  block.block.id = 16777216;
  block.block.length = 64;
  BlockLocation location;
  location.worker_id = 7;
  location.address.host = "w";
  location.address.tiers = {{"node", "w"}, {"rack", ""}};
  location.tier_alias = "MEM";
  block.block.locations.push_back(location);
  block.ufs_locations = {"dn:9866"};
  info.blocks.push_back(block);
  return info;
}

TEST(FileInfoWire, RefusesAnUnknownPersistenceState) {
  grpc::file::FileInfo message;
  message.set_persistencestate("SOMEHOW");
  EXPECT_EQ(FromProto(message).status().code(), StatusCode::kInvalidArgument);
}

TEST(FileInfoWire, AFileComesBackAsItWent) {
  FileInfo info = SomeFile();
  grpc::file::FileInfo message;
  ToProto(info, &message);
  EXPECT_TRUE(message.has_ttl());
  EXPECT_EQ(message.ttl(), -1);
  EXPECT_TRUE(message.persisted());
  EXPECT_FALSE(message.acl().isdefault());
  EXPECT_FALSE(message.has_defaultacl());
  EXPECT_EQ(message.fileblockinfos(0).ufslocations(0).dataport(), 9866);
  Result<FileInfo> back = FromProto(message);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->id, info.id);
  EXPECT_EQ(back->block_ids, info.block_ids);
  EXPECT_EQ(back->mode, info.mode);
  EXPECT_EQ(back->acl, info.acl);
  EXPECT_EQ(back->xattr, info.xattr);
  EXPECT_EQ(back->media, info.media);
  EXPECT_EQ(back->persistence, info.persistence);
  EXPECT_EQ(back->blocks[0].block.locations[0].address,
            info.blocks[0].block.locations[0].address);
  EXPECT_EQ(back->blocks[0].ufs_locations, info.blocks[0].ufs_locations);
}

TEST(FileInfoWire, ADirectoryIsCompletedAndItsDefaultListIsMarked) {
  FileInfo info;
  info.folder = true;
  info.block_size = 64;
  info.default_acl = DefaultAcl{};
  info.default_acl->mode = Mode{0750};
  info.default_acl->extended.named_groups["g"] = Bits::kRead;
  grpc::file::FileInfo message;
  ToProto(info, &message);
  EXPECT_TRUE(message.completed());
  EXPECT_EQ(message.blocksizebytes(), 0);
  EXPECT_TRUE(message.defaultacl().isdefault());
  EXPECT_FALSE(message.defaultacl().isdefaultempty());
  EXPECT_TRUE(message.defaultacl().entries(0).isdefault());
  Result<FileInfo> back = FromProto(message);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->default_acl, info.default_acl);
}

TEST(FileInfoWire, AnEmptyDefaultListReadsAsNone) {
  FileInfo info;
  grpc::file::FileInfo message;
  ToProto(info, &message);
  message.mutable_defaultacl()->set_isdefault(true);
  message.mutable_defaultacl()->set_isdefaultempty(true);
  Result<FileInfo> back = FromProto(message);
  ASSERT_TRUE(back.ok());
  EXPECT_FALSE(back->default_acl.has_value());
}

TEST(AclWire, RefusesANamedEntryWithoutAName) {
  grpc::file::PAclEntry entry;
  entry.set_type(grpc::file::NamedUser);
  EXPECT_EQ(FromProto(entry).status().code(), StatusCode::kInvalidArgument);
}

TEST(AclWire, EveryModeSurvivesPMode) {
  for (int bits = 0; bits < 01000; ++bits) {
    Mode mode{static_cast<uint16_t>(bits)};
    grpc::PMode message;
    ToProto(mode, &message);
    ASSERT_TRUE(message.IsInitialized());
    EXPECT_EQ(FromProto(message), mode);
  }
}

TEST(AclWire, BaseEntriesOfAListSetItsMode) {
  grpc::file::PAcl acl;
  AclEntry entry;
  entry.type = AclEntryType::kOwningGroup;
  entry.bits = Bits::kReadExecute;
  ToProto(entry, acl.add_entries());
  Result<WireAcl> back = FromProto(acl);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->mode.bits, 0050);
}

TEST(AddressWire, ATierIsAlwaysThere) {
  WorkerNetAddress address;
  address.host = "h";
  grpc::WorkerNetAddress message;
  ToProto(address, &message);
  ASSERT_EQ(message.tieredidentity().tiers_size(), 1);
  EXPECT_EQ(message.tieredidentity().tiers(0).value(), "h");
}

TEST(OptionsWire, AbsentStaysAbsent) {
  grpc::file::FileSystemMasterCommonPOptions message;
  ToProto(CommonOptions{}, &message);
  EXPECT_EQ(message.ByteSizeLong(), 0u);
  EXPECT_FALSE(FromProto(message).sync_interval_ms.has_value());
  message.set_syncintervalms(0);
  EXPECT_EQ(FromProto(message).sync_interval_ms, 0);
}

TEST(OptionsWire, AbsentLoadTypeIsOnce) {
  EXPECT_EQ(FromProto(grpc::file::GetStatusPOptions())->load_metadata, LoadMetadataType::kOnce);
  grpc::file::ListStatusPOptions never;
  never.set_loadmetadatatype(grpc::file::NEVER);
  EXPECT_EQ(FromProto(never)->load_metadata, LoadMetadataType::kNever);
}

TEST(OptionsWire, RefusesWhatNobodyCanHonour) {
  grpc::file::CreateFilePOptions create;
  create.set_blocksizebytes(0);
  EXPECT_EQ(FromProto(create).status().code(), StatusCode::kInvalidArgument);
  grpc::file::CompleteFilePOptions complete;
  complete.set_ufslength(-1);
  EXPECT_EQ(FromProto(complete).status().code(), StatusCode::kInvalidArgument);
  grpc::file::ListStatusPartialPOptions page;
  page.set_batchsize(-1);
  EXPECT_EQ(FromProto(page).status().code(), StatusCode::kInvalidArgument);
}

TEST(OptionsWire, CreateFileComesBackAsItWent) {
  CreateFileOptions options;
  options.common.operation_id = OperationId{-5, 6};
  options.common.ttl_ms = 0;
  options.block_size = 128;
  options.mode = Mode{0600};
  options.recursive = true;
  options.write_type = WriteType::kAsyncThrough;
  options.replication_max = -1;
  options.xattr["a"] = "b";
  options.xattr_propagation = XAttrPropagation::kLeafNode;
  grpc::file::CreateFilePOptions message;
  ToProto(options, &message);
  Result<CreateFileOptions> back = FromProto(message);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->common.operation_id, options.common.operation_id);
  EXPECT_EQ(back->common.ttl_ms, 0);
  EXPECT_FALSE(back->common.ttl_action.has_value());
  EXPECT_EQ(back->block_size, 128);
  EXPECT_EQ(back->mode, options.mode);
  EXPECT_EQ(back->write_type, options.write_type);
  EXPECT_EQ(back->replication_max, -1);
  EXPECT_FALSE(back->replication_min.has_value());
  EXPECT_EQ(back->xattr, options.xattr);
  EXPECT_EQ(back->xattr_propagation, options.xattr_propagation);
}

TEST(OptionsWire, WishesAboutTheParentKeepTheirAbsence) {
  grpc::file::DeletePOptions plain;
  ToProto(DeleteOptions{}, &plain);
  EXPECT_FALSE(plain.has_syncparentnexttime());
  EXPECT_FALSE(FromProto(plain)->sync_parent_next_time.has_value());
  DeleteOptions no_sync;
  no_sync.sync_parent_next_time = false;
  ToProto(no_sync, &plain);
  EXPECT_EQ(FromProto(plain)->sync_parent_next_time, false);
  EXPECT_EQ(FromProto(plain)->only_id, kNoInode);
  EXPECT_FALSE(plain.has_only_id());
  no_sync.only_id = 7;
  ToProto(no_sync, &plain);
  EXPECT_EQ(FromProto(plain)->only_id, 7);
  grpc::file::RenamePOptions move;
  ToProto(RenameOptions{.only_id = 8}, &move);
  EXPECT_EQ(FromProto(move)->only_id, 8);
  EXPECT_FALSE(move.has_s3syntaxoptions());
  grpc::file::SetAttributePOptions attributes;
  EXPECT_FALSE(FromProto(attributes)->children_loaded.has_value());
  attributes.set_directchildrenloaded(false);
  EXPECT_EQ(FromProto(attributes)->children_loaded, false);
}

TEST(OptionsWire, SetAttributeTellsNoXattrFromNone) {
  grpc::file::SetAttributePOptions message;
  ToProto(SetAttributeOptions{}, &message);
  EXPECT_FALSE(FromProto(message)->xattr.has_value());
  SetAttributeOptions drop_all;
  drop_all.xattr.emplace();
  message.Clear();
  ToProto(drop_all, &message);
  Result<SetAttributeOptions> back = FromProto(message);
  ASSERT_TRUE(back->xattr.has_value());
  EXPECT_TRUE(back->xattr->empty());
}

TEST(WorkerWire, AFilterSelectsFields) {
  WorkerInfo worker;
  worker.id = 5;
  worker.state = "ACTIVE";
  worker.capacity_bytes = 10;
  grpc::block::WorkerInfo message;
  ToProto(worker, {grpc::block::STATE}, &message);
  EXPECT_FALSE(message.has_id());
  EXPECT_EQ(message.state(), "ACTIVE");
  EXPECT_FALSE(message.has_capacitybytes());
  message.Clear();
  ToProto(worker, &message);
  EXPECT_EQ(FromProto(message).capacity_bytes, 10);
}

}  // namespace
}  // namespace alluxio::wire
