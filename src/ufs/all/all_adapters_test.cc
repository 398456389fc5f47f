#include "ufs/all/all_adapters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alluxio::ufs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class AllAdaptersTest : public ::testing::Test {
 protected:
  std::unique_ptr<UfsFactory> factory_ = AllAdapters::Create();
};

TEST_F(AllAdaptersTest, UnknownSchemesAreNamedWithTheSupportedOnes) {
  for (const char* uri : {"s3://bucket/a", "hdfs://nn:8020/", "nonsense", "", "wasb:/x"}) {
    auto ufs = factory_->Open(uri, {});
    EXPECT_EQ(ufs.status().code(), StatusCode::kInvalidArgument) << uri;
    EXPECT_THAT(ufs.status().message(), HasSubstr("supported: file")) << uri;
  }
  EXPECT_THAT(factory_->Open("s3://bucket/a", {}).status().message(),
              AllOf(HasSubstr("s3://bucket/a"), HasSubstr("scheme \"s3\"")));
}

TEST_F(AllAdaptersTest, BadPathsAreRefused) {
  for (const char* uri : {"file://host/a", "/a/../b", "file:///a/./b", "file://"}) {
    EXPECT_EQ(factory_->Open(uri, {}).status().code(), StatusCode::kInvalidArgument) << uri;
  }
}

TEST_F(AllAdaptersTest, LocalFoldersOpenUnderACleanRoot) {
  EXPECT_EQ((*factory_->Open("/data", {}))->root(), "/data");
  EXPECT_EQ((*factory_->Open("//data//x/", {}))->root(), "/data/x");
  EXPECT_EQ((*factory_->Open("file:///data", {}))->root(), "/data");
  EXPECT_EQ((*factory_->Open("file:/data", {}))->root(), "/data");
  EXPECT_EQ((*factory_->Open("/", {}))->root(), "/");
  EXPECT_EQ((*factory_->Open("/data", {}))->type(), "local");
}

}  // namespace
}  // namespace alluxio::ufs
