#include "ufs/opendal/store_uri.h"

#include <gtest/gtest.h>

namespace alluxio::ufs {
namespace {

TEST(StoreUriTest, PartsAreTakenApart) {
  StoreUri uri = StoreUri::Parse("S3://bucket/a//b/").value();
  EXPECT_EQ(uri.scheme, "s3");
  EXPECT_EQ(uri.authority, "bucket");
  EXPECT_EQ(uri.path, "a/b");
  EXPECT_EQ(uri.Text(), "s3://bucket/a/b");
  EXPECT_EQ(StoreUri::Parse("s3://bucket")->Text(), "s3://bucket");
  EXPECT_EQ(StoreUri::Parse("s3://bucket/")->path, "");
  StoreUri azure = StoreUri::Parse("abfs://data@acc.dfs.core.windows.net/x").value();
  EXPECT_EQ(azure.user, "data");
  EXPECT_EQ(azure.authority, "acc.dfs.core.windows.net");
  EXPECT_EQ(azure.Text(), "abfs://data@acc.dfs.core.windows.net/x");
  EXPECT_EQ(StoreUri::Parse("hdfs://nn:8020/a")->host(), "nn");
  EXPECT_EQ(StoreUri::Parse("hdfs:///a b/%2F")->path, "a b/%2F") << "nothing is decoded";
}

TEST(StoreUriTest, WhatCouldLeaveTheRootIsRefused) {
  for (const char* uri : {"", "bucket", "://b/a", "s3://b/a/../c", "s3://b/./c", "s3:/b"}) {
    EXPECT_EQ(StoreUri::Parse(uri).status().code(), StatusCode::kInvalidArgument) << uri;
  }
}

}  // namespace
}  // namespace alluxio::ufs
