#include <gtest/gtest.h>

#include <filesystem>

#include "master/mount/mount_table.h"
#include "tests/fixtures/master_harness.h"

namespace alluxio::master {
namespace {

class MountTest : public ::testing::Test {
 protected:
  MountTest() {
    for (const char* name : {"/ufs", "/other"}) {
      std::filesystem::create_directories(folder_.path() + name);
    }
    master_ = std::make_unique<MasterHarness>(journal_, folder_.path() + "/ufs");
    other_ = ufs::LocalUfs::Open(folder_.path() + "/other", {});
  }
  FsOperations& ops() { return master_->ops; }
  std::unique_ptr<OpContext> Ctx() { return master_->Context(); }
  bool ReadOnly(const std::string& path) {
    return ops().GetMountTable(*Ctx(), false)->at(path).read_only;
  }

  TempFolder folder_;
  journal::MemoryJournal journal_;
  std::unique_ptr<MasterHarness> master_;
  std::shared_ptr<ufs::Ufs> other_;
};

TEST_F(MountTest, AWebServerIsReadOnlyWhateverIsAskedFor) {
  for (const char* uri : {"http://host/data", "https://host/data"}) {
    master_->factory.stores[uri] = other_;
    ASSERT_TRUE(ops().Mount(*Ctx(), "/web", uri, {}).ok());
    EXPECT_TRUE(ReadOnly("/web"));
    ASSERT_TRUE(ops().UpdateMount(*Ctx(), "/web", {}).ok());
    EXPECT_TRUE(ReadOnly("/web"));
    CreateFileOptions options;
    options.write_type = WriteType::kAsyncThrough;
    EXPECT_EQ(ops().CreateFile(*Ctx(), "/web/f", options).status().code(),
              StatusCode::kPermissionDenied);
    ASSERT_TRUE(ops().Unmount(*Ctx(), "/web").ok());
  }
  ASSERT_TRUE(ops().Mount(*Ctx(), "/web", folder_.path() + "/other", {}).ok());
  EXPECT_FALSE(ReadOnly("/web"));
}

}  // namespace
}  // namespace alluxio::master
