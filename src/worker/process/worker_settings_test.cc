#include "worker/process/worker_settings.h"

#include <gtest/gtest.h>

namespace alluxio::worker {
namespace {

using conf::Configuration;

TEST(WorkerSettingsTest, WrongValuesNameTheirProperty) {
  struct Case {
    std::string name;
    std::string value;
  };
  for (const Case& one : {Case{"alluxio.worker.tieredstore.levels", "0"},
                          Case{"alluxio.worker.tieredstore.level0.dirs.path", "relative/path"},
                          Case{"alluxio.worker.tieredstore.level0.dirs.quota", "many"},
                          Case{"alluxio.worker.tieredstore.level0.dirs.quota", "0"},
                          Case{"alluxio.worker.data.folder.permissions", "rwxrwx"},
                          Case{"alluxio.worker.data.folder", "/"}}) {
    Result<StoreOptions> options =
        StoreOptionsOf(Configuration::ForTest({{one.name, one.value}}));
    ASSERT_FALSE(options.ok()) << one.name;
    EXPECT_NE(options.status().message().find(one.name), std::string::npos) << options.status();
  }
}

TEST(WorkerSettingsTest, SecondTierWithoutDirectoriesIsAnError) {
  Result<StoreOptions> options = StoreOptionsOf(
      Configuration::ForTest({{"alluxio.worker.tieredstore.levels", "2"},
                              {"alluxio.worker.tieredstore.level1.alias", "HDD"}}));
  ASSERT_FALSE(options.ok());
  EXPECT_NE(options.status().message().find("level1.dirs.path"), std::string::npos);
}

TEST(WorkerSettingsTest, ShortListsRepeatTheirLastElement) {
  StoreOptions options =
      StoreOptionsOf(Configuration::ForTest(
                         {{"alluxio.worker.tieredstore.levels", "2"},
                          {"alluxio.worker.tieredstore.level0.dirs.path", "/mem"},
                          {"alluxio.worker.tieredstore.level0.dirs.quota", "1GB"},
                          {"alluxio.worker.tieredstore.level1.alias", "SSD"},
                          {"alluxio.worker.tieredstore.level1.dirs.path", "/a,/b,/c"},
                          {"alluxio.worker.tieredstore.level1.dirs.quota", "1MB,2MB"},
                          {"alluxio.worker.tieredstore.level1.dirs.mediumtype", "SSD,HDD"}}))
          .value();
  ASSERT_EQ(options.tiers.size(), 2u);
  EXPECT_EQ(options.tiers[0].dirs[0].quota_bytes, int64_t{1} << 30);
  EXPECT_EQ(options.tiers[0].dirs[0].medium, "MEM");
  ASSERT_EQ(options.tiers[1].dirs.size(), 3u);
  EXPECT_EQ(options.tiers[1].dirs[2].path, "/c");
  EXPECT_EQ(options.tiers[1].dirs[2].quota_bytes, 2 << 20);
  EXPECT_EQ(options.tiers[1].dirs[2].medium, "HDD");
  EXPECT_EQ(options.data_folder, "alluxioworker");
  EXPECT_EQ(options.folder_mode, 0777u);
}

TEST(WorkerSettingsTest, AddressAlwaysHasItsNodeTier) {
  WorkerNetAddress address =
      WorkerAddressOf(Configuration::ForTest({{"alluxio.worker.hostname", "box"}}), 1234);
  EXPECT_EQ(address.host, "box");
  EXPECT_EQ(address.rpc_port, 1234);
  EXPECT_EQ(address.data_port, 1234);
  ASSERT_EQ(address.tiers.size(), 2u);
  EXPECT_EQ(address.tiers[0], (LocalityTier{"node", "box"}));
  EXPECT_EQ(address.tiers[1], (LocalityTier{"rack", ""}));
}

}  // namespace
}  // namespace alluxio::worker
