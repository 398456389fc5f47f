#include "cli/tool/run_ufs_tests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/tool/ufs_trials.h"
#include "tests/fixtures/memory_flat_store.h"
#include "tests/fixtures/temp_folder.h"
#include "ufs/all/all_adapters.h"
#include "ufs/object/object_ufs.h"

namespace alluxio::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Hands out one store whatever the address.
class OneStore final : public ufs::UfsFactory {
 public:
  explicit OneStore(std::shared_ptr<ufs::Ufs> ufs) : ufs_(std::move(ufs)) {}
  Result<std::shared_ptr<ufs::Ufs>> Open(const std::string&,
                                         const ufs::UfsOpenOptions&) override {
    return ufs_;
  }

 private:
  const std::shared_ptr<ufs::Ufs> ufs_;
};

class RunUfsTestsTest : public ::testing::Test {
 protected:
  int Run(const std::vector<std::string>& words, ufs::UfsFactory& factory) {
    return RunUfsTests(words, "/nowhere", factory, printer_);
  }

  std::ostringstream out_, err_;
  Printer printer_{out_, err_, false};
};

TEST_F(RunUfsTestsTest, ALocalFolderPassesAndIsLeftAsItWas) {
  TempFolder folder;
  EXPECT_EQ(Run({"--path", folder.path()}, *ufs::AllAdapters::Create()), 0) << out_.str();
  EXPECT_THAT(out_.str(), HasSubstr("Test renameDirectoryTest passed."));
  EXPECT_THAT(out_.str(),
              HasSubstr("with " + std::to_string(UfsTrials().size()) + " passed, 0 failed"));
  EXPECT_TRUE(Disk::Real().List(folder.path())->empty());
}

TEST_F(RunUfsTestsTest, AnObjectStorePassesAndIsLeftAsItWas) {
  auto store = std::make_unique<MemoryFlatStore>();
  auto state = store->state();
  OneStore factory(ufs::ObjectUfs::Open(std::move(store), {.type = "s3", .root = "s3://b"}));
  EXPECT_EQ(Run({"--path", "s3://b"}, factory), 0) << out_.str();
  EXPECT_TRUE(state->Paths().empty());
}

TEST_F(RunUfsTestsTest, AFailingOperationIsNamedAndCounts) {
  auto store = std::make_unique<MemoryFlatStore>();
  {
    MutexLock lock(store->state()->mutex);
    store->state()->fail_after = 40;
  }
  OneStore factory(ufs::ObjectUfs::Open(std::move(store), {.type = "s3", .root = "s3://b"}));
  EXPECT_EQ(Run({"--path", "s3://b"}, factory), 1);
  EXPECT_THAT(out_.str(), HasSubstr("failed: SlowDown"));
  EXPECT_THAT(out_.str(), HasSubstr("Test createAtomicTest passed."));
}

TEST_F(RunUfsTestsTest, OneTestMayBeChosen) {
  TempFolder folder;
  auto factory = ufs::AllAdapters::Create();
  EXPECT_EQ(Run({"--path", folder.path(), "--test", "mkdirsTest"}, *factory), 0);
  EXPECT_THAT(out_.str(), HasSubstr("with 1 passed, 0 failed"));
  EXPECT_EQ(Run({"--path", folder.path(), "--test", "noSuchTest"}, *factory), -1);
  EXPECT_THAT(err_.str(), HasSubstr("no test is called noSuchTest"));
}

TEST_F(RunUfsTestsTest, WhatCannotBeOpenedOrUsedSaysSo) {
  auto factory = ufs::AllAdapters::Create();
  EXPECT_EQ(Run({"--path", "floppy://a"}, *factory), -1);
  EXPECT_THAT(err_.str(), HasSubstr("scheme \"floppy\""));
  EXPECT_EQ(Run({"--path", "/no/such/folder"}, *factory), 1);
  EXPECT_THAT(err_.str(), HasSubstr("Cannot use /no/such/folder"));
  EXPECT_EQ(Run({"--nonsense"}, *factory), -1);
}

}  // namespace
}  // namespace alluxio::cli
