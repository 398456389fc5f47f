#include "master/process/old_backups.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tests/fixtures/temp_folder.h"
#include "ufs/all/all_adapters.h"
#include "ufs/ufs.h"

namespace alluxio::master {
namespace {

constexpr char kOld[] = "alluxio-backup-2024-7-02-1719878400000.gz";
constexpr char kMiddle[] = "alluxio-backup-2024-07-03-1719964800000.gz";
constexpr char kNew[] = "alluxio-backup-2023-01-01-1720051200000.gz";  // the number counts

class OldBackupsTest : public ::testing::Test {
 protected:
  OldBackupsTest() {
    for (const std::string name : {kOld, kMiddle, kNew}) {
      Touch(name);
      Touch(name + ".complete");
    }
    store_ = ufs::AllAdapters::Create(conf::Configuration::ForTest())->Open(folder_.path(), {})
                 .value();
  }
  void Touch(const std::string& name) { std::ofstream(folder_.path() + "/" + name) << "x"; }
  std::set<std::string> Names() {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      names.insert(entry.path().filename());
    }
    return names;
  }

  TempFolder folder_;
  std::shared_ptr<ufs::Ufs> store_;
};

TEST_F(OldBackupsTest, TheNewestStayAndWhatIsNoBackup) {
  Touch("alluxio-backup-2020-01-01-1.gz.part");
  Touch("notes.txt");
  std::filesystem::create_directory(folder_.path() + "/alluxio-backup-2020-01-01-1.gz");
  Status status = DeleteOldBackups(*store_, 2);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Names(), (std::set<std::string>{
                         kMiddle, std::string(kMiddle) + ".complete", kNew,
                         std::string(kNew) + ".complete", "notes.txt",
                         "alluxio-backup-2020-01-01-1.gz.part", "alluxio-backup-2020-01-01-1.gz"}));
}

TEST_F(OldBackupsTest, NothingIsDeletedThatIsWithinTheNumber) {
  std::filesystem::remove(folder_.path() + "/" + kOld + ".complete");
  std::set<std::string> before = Names();
  EXPECT_TRUE(DeleteOldBackups(*store_, 3).ok());
  EXPECT_EQ(Names(), before);
  // A backup without its mark goes too.
  EXPECT_TRUE(DeleteOldBackups(*store_, 2).ok());
  EXPECT_EQ(Names().size(), 4u);
}

TEST(BackupTimeTest, OnlyNamesOfBackups) {
  EXPECT_EQ(BackupTime(kNew), 1720051200000);
  for (const char* name : {"", "alluxio-backup-2024-07-02-.gz", "alluxio-backup-2024-07-02-1.gz2",
                           "x-alluxio-backup-2024-07-02-1.gz",
                           "alluxio-backup-2024-07-02-99999999999999999999.gz"}) {
    EXPECT_FALSE(BackupTime(name).has_value()) << name;
  }
}

}  // namespace
}  // namespace alluxio::master
