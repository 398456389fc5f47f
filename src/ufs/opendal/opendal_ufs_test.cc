#include "ufs/opendal/opendal_ufs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alluxio::ufs {
namespace {

using ::testing::HasSubstr;

TEST(OpendalUfsTest, SchemesAreServedByTheirTypes) {
  EXPECT_TRUE(OpendalUfs::Serves("s3"));
  EXPECT_FALSE(OpendalUfs::Serves("S3")) << "callers give it in lower case";
  EXPECT_FALSE(OpendalUfs::Serves("file"));
  UfsOpenOptions options;
  options.properties = {{"s3a.accessKeyId", "k"}, {"s3a.secretKey", "s"}};
  EXPECT_EQ(OpendalUfs::Open("s3a://bucket/x/", options).value()->root(), "s3a://bucket/x");
  auto hdfs = OpendalUfs::Open("hdfs://127.0.0.1:9/x", {}).value();
  EXPECT_EQ(hdfs->type(), "hdfs");
  EXPECT_FALSE(hdfs->is_object_store());
}

TEST(OpendalUfsTest, NobodyAtThePortIsUnavailable) {
  UfsOpenOptions options;
  options.properties = {{"s3a.accessKeyId", "k"},
                        {"s3a.secretKey", "s"},
                        {"alluxio.underfs.s3.endpoint", "http://127.0.0.1:9"}};
  auto ufs = OpendalUfs::Open("s3://bucket/x", options).value();
  Status status = ufs->Stat("f").status();
  EXPECT_EQ(status.code(), StatusCode::kUnavailable) << status;
  EXPECT_THAT(status.message(), HasSubstr("stat s3://bucket/x/f"));
}

TEST(OpendalUfsTest, WebServersRefuseChanges) {
  auto ufs = OpendalUfs::Open("http://127.0.0.1:9/", {}).value();
  EXPECT_EQ(ufs->Create("f", {}).status().code(), StatusCode::kPermissionDenied);
  EXPECT_TRUE(ufs->Stat("")->is_directory);
  EXPECT_EQ(ufs->List("", {}).status().code(), StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace alluxio::ufs
