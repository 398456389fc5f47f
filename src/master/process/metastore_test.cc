#include "master/process/metastore.h"

#include <gtest/gtest.h>

#include "master/tree/cold_inodes.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio::master {
namespace {

using conf::Configuration;

constexpr char kStore[] = "alluxio.master.metastore";
constexpr char kFolder[] = "alluxio.master.metastore.dir";
constexpr char kMost[] = "alluxio.master.metastore.inode.cache.max.size";
constexpr char kHigh[] = "alluxio.master.metastore.inode.cache.high.water.mark.ratio";

void Ignore(const Status&) {}

TEST(MetastoreTest, InodesAreInMemoryUnlessToldOtherwise) {
  TempFolder folder;
  Result<InodeCache> cache =
      OpenMetastore(Configuration::ForTest({{kFolder, folder.path()}}), Ignore);
  ASSERT_TRUE(cache.ok()) << cache.status();
  EXPECT_EQ(cache->cold, nullptr);
}

TEST(MetastoreTest, WaterMarksThatAreNoneAreRefused) {
  TempFolder folder;
  for (const char* high : {"0.5", "1.5", "0"}) {
    Status status = OpenMetastore(Configuration::ForTest({{kStore, "ROCKS"},
                                                          {kFolder, folder.path()},
                                                          {kHigh, high}}), Ignore).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << high;
    EXPECT_NE(status.message().find(kHigh), std::string::npos) << status;
  }
}

TEST(MetastoreTest, AFolderThatCannotBeMadeStopsTheStart) {
  Status status = OpenMetastore(Configuration::ForTest({{kStore, "ROCKS"},
                                                        {kFolder, "/proc/nothing"}}),
                                Ignore).status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("/proc/nothing"), std::string::npos) << status;
}

TEST(MetastoreTest, TheCacheIsAsBigAsIsSaid) {
  TempFolder folder;
  Result<InodeCache> cache = OpenMetastore(
      Configuration::ForTest({{kStore, "ROCKS"}, {kFolder, folder.path()}, {kMost, "2000"}}),
      Ignore);
  ASSERT_TRUE(cache.ok()) << cache.status();
  EXPECT_NE(cache->cold, nullptr);
  EXPECT_EQ(cache->high, 1700u);
  EXPECT_EQ(cache->low, 1600u);
}

TEST(MetastoreTest, WhatAKilledMasterLeftOfAnImageGoes) {
  TempFolder folder;
  Disk& disk = Disk::Real();
  const std::string images = folder.path() + "/images";
  ASSERT_TRUE(disk.MakeDirectory(images).ok());
  for (const char* name : {"/INODE_TREE.image", "/INODE_TREE.image.tmp"}) {
    auto file = disk.OpenForWrite(images + name, WriteMode::kCreateNew);
    ASSERT_TRUE(file.ok() && (*file)->Close().ok());
  }
  EXPECT_NE(OpenImages(Configuration::ForTest({{kFolder, folder.path()}})), nullptr);
  EXPECT_EQ(disk.List(images).value(), std::vector<std::string>{"INODE_TREE.image"});
  EXPECT_EQ(OpenImages(Configuration::ForTest(
                {{kFolder, folder.path()}, {"alluxio.master.metastore.image.enabled", "false"}})),
            nullptr);
  EXPECT_TRUE(disk.List(images)->empty());
}

}  // namespace
}  // namespace alluxio::master
