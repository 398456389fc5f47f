#include <gtest/gtest.h>

#include "tests/fixtures/master_harness.h"
#include "tests/fixtures/memory_journal.h"
#include "tests/fixtures/memory_object_ufs.h"

namespace alluxio::master {
namespace {

// Files that are written through: the client says how much it wrote, the store what it has.
class CompleteFileTest : public ::testing::Test {
 protected:
  CompleteFileTest() { Create("/f"); }

  void Create(const std::string& path) {
    CreateFileOptions options;
    options.write_type = WriteType::kThrough;
    auto created = master_.ops.CreateFile(*master_.Context(), path, options);
    ASSERT_TRUE(created.ok()) << created.status();
  }
  Status Complete(std::optional<int64_t> written) {
    CompleteFileOptions options;
    options.ufs_length = written;
    return master_.ops.CompleteFile(*master_.Context(), "/f", options);
  }
  FileInfo Get() {
    GetStatusOptions as_it_is;
    as_it_is.load_metadata = LoadMetadataType::kNever;
    return master_.ops.GetStatus(*master_.Context(), "/f", as_it_is).value();
  }

  journal::MemoryJournal journal_;
  std::shared_ptr<MemoryObjectUfs> store_ = std::make_shared<MemoryObjectUfs>("object://bucket");
  MasterHarness master_{journal_, "object://bucket", store_};
};

TEST_F(CompleteFileTest, AFileThatIsNotInTheStoreStaysIncomplete) {
  Status failed = Complete(0);
  EXPECT_EQ(failed.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(failed.message().find("/f: object://bucket/f was not written"), std::string::npos)
      << failed;
  EXPECT_FALSE(Get().completed);
  store_->PutObject("f", "");
  EXPECT_TRUE(Complete(0).ok());
  EXPECT_TRUE(Get().completed);
}

TEST_F(CompleteFileTest, AnOldCopyIsNotTakenForTheNewOne) {
  store_->PutObject("f", "old bytes");
  Status failed = Complete(4);
  EXPECT_EQ(failed.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(failed.message().find("has 9 bytes in the under store, 4 were written"),
            std::string::npos)
      << failed;
  EXPECT_FALSE(Get().completed);
  store_->PutObject("f", "new!");
  EXPECT_TRUE(Complete(4).ok());
  EXPECT_EQ(Get().length, 4);
}

TEST_F(CompleteFileTest, LengthIsThatOfTheStoreWhenTheClientDoesNotSay) {
  store_->PutObject("f", "bytes");
  EXPECT_TRUE(Complete(std::nullopt).ok());
  EXPECT_EQ(Get().length, 5);
}

TEST_F(CompleteFileTest, NothingIsAcknowledgedWhileTheStoreCannotBeAsked) {
  store_->PutObject("f", "bytes");
  store_->SetHook([](ObjectRequest, const std::string&) {
    return ObjectFate{.before = Unavailable("away"), .after = OkStatus()};
  });
  Status failed = Complete(5);
  EXPECT_EQ(failed.code(), StatusCode::kUnavailable);
  EXPECT_NE(failed.message().find("Cannot complete file /f"), std::string::npos) << failed;
  EXPECT_FALSE(Get().completed);
  store_->SetHook({});
  EXPECT_TRUE(Complete(5).ok());
}

}  // namespace
}  // namespace alluxio::master
