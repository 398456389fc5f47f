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
  for (const char* uri : {"ceph://bucket/a", "nonsense", "", "wasb:/x"}) {
    auto ufs = factory_->Open(uri, {});
    EXPECT_EQ(ufs.status().code(), StatusCode::kInvalidArgument) << uri;
    EXPECT_THAT(ufs.status().message(), HasSubstr("supported: file")) << uri;
  }
  EXPECT_THAT(factory_->Open("ceph://bucket/a", {}).status().message(),
              AllOf(HasSubstr("ceph://bucket/a"), HasSubstr("scheme \"ceph\""),
                    HasSubstr("s3, s3a, hdfs")));
}

TEST_F(AllAdaptersTest, SchemesOfAlluxioThatAreNotThereSaySo) {
  for (const char* scheme : {"ofs", "o3fs", "kodo", "adl", "cephfs", "viewfs"}) {
    auto ufs = factory_->Open(std::string(scheme) + "://host/a", {});
    EXPECT_EQ(ufs.status().code(), StatusCode::kInvalidArgument) << scheme;
    EXPECT_THAT(ufs.status().message(), HasSubstr("is not available in this release")) << scheme;
  }
}

TEST_F(AllAdaptersTest, OptionsOfTheMountGoOverTheSite) {
  auto factory = AllAdapters::Create(conf::Configuration::ForTest(
      {{"s3a.accessKeyId", "site-key"}, {"alluxio.underfs.s3.endpoint", "127.0.0.1:9000"}}));
  EXPECT_THAT(factory->Open("s3://bucket/a", {}).status().message(),
              HasSubstr("set s3a.secretKey"));
  auto ufs = factory->Open("s3://bucket/a/", {.properties = {{"aws.secretKey", "mount-secret"}}});
  ASSERT_TRUE(ufs.ok()) << ufs.status();
  EXPECT_EQ((*ufs)->root(), "s3://bucket/a");
  EXPECT_EQ((*ufs)->type(), "s3");
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
