#include "worker/fetch/ufs_file_writer.h"

#include <gtest/gtest.h>

#include "tests/fixtures/fake_master.h"
#include "tests/fixtures/memory_object_ufs.h"

namespace alluxio::worker {
namespace {

class UfsFileWriterTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<UfsFileWriter>> Open(MountId mount = kMount) {
    UfsFileOptions options;
    options.mount_id = mount;
    options.ufs_path = "/under/f";
    return UfsFileWriter::Open(mounts_, options);
  }

  std::shared_ptr<MemoryObjectUfs> ufs_ =
      std::make_shared<MemoryObjectUfs>("/under", MemoryObjectUfs::Options{.part_bytes = 1000});
  MemoryObjectFactory factory_{ufs_};
  FakeMaster master_;
  Mounts mounts_{master_, factory_};
};

TEST_F(UfsFileWriterTest, BytesReachTheStoreWhileTheyAreWritten) {
  auto writer = Open().value();
  std::string text;
  for (int i = 0; i < 300; ++i) {
    std::string chunk(97, static_cast<char>('a' + i % 26));
    ASSERT_TRUE(writer->Write(chunk).ok());
    text += chunk;
  }
  EXPECT_EQ(ufs_->Count(ObjectRequest::kPart), 29);
  EXPECT_LE(ufs_->most_buffered(), 1100u);
  EXPECT_EQ(ufs_->GetObject("f"), "<none>");
  ASSERT_TRUE(writer->Commit().ok());
  EXPECT_EQ(ufs_->GetObject("f"), text);
}

TEST_F(UfsFileWriterTest, AnEndWithoutCommitLeavesNothing) {
  ufs_->PutObject("f", "old");
  auto writer = Open().value();
  ASSERT_TRUE(writer->Write(std::string(5000, 'x')).ok());
  EXPECT_EQ(ufs_->open_uploads(), 1);
  writer.reset();
  EXPECT_EQ(ufs_->open_uploads(), 0);
  EXPECT_EQ(ufs_->GetObject("f"), "old");
}

TEST_F(UfsFileWriterTest, ErrorsNameThePathAndReadOnlyMountsRefuse) {
  EXPECT_TRUE(Open(kReadOnlyMount).status().Is(StatusCode::kPermissionDenied));
  auto writer = Open().value();
  ufs_->SetHook([](ObjectRequest request, const std::string&) {
    return request == ObjectRequest::kPart ? ObjectFate{.before = Unavailable("503 SlowDown")}
                                           : ObjectFate();
  });
  Status failed = writer->Write(std::string(1000, 'x'));
  EXPECT_TRUE(failed.Is(StatusCode::kUnavailable));
  EXPECT_EQ(failed.message(), "/under/f: 503 SlowDown");
}

}  // namespace
}  // namespace alluxio::worker
