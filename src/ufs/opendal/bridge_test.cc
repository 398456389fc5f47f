#include "ufs/opendal/bridge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alluxio::ufs {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(BridgeStoreTest, AServiceNobodyKnowsIsRefused) {
  Status status = BridgeStore::Open("floppy", {}, 1s).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("floppy"));
}

TEST(BridgeStoreTest, MissingOptionsAreRefused) {
  EXPECT_FALSE(BridgeStore::Open("s3", {}, 1s).ok());
  EXPECT_FALSE(BridgeStore::Open("hdfs", {}, 1s).ok());
}

TEST(BridgeStoreTest, ANobodyAtThePortIsUnavailableAndNamesNoSecret) {
  std::map<std::string, std::string> options = {
      {"bucket", "b"},         {"endpoint", "http://127.0.0.1:9"},
      {"region", "us-east-1"}, {"access_key_id", "somebody"},
      {"root", "/"},           {"secret_access_key", "hunter2hunter2"},
      {"disable_config_load", "true"}};
  auto store = BridgeStore::Open("s3", options, 10s).value();
  Status status = store->Stat("x").status();
  EXPECT_EQ(status.code(), StatusCode::kUnavailable) << status;
  EXPECT_THAT(status.message(), Not(HasSubstr("hunter2")));
  EXPECT_THAT(status.message(), HasSubstr("refused"));
}

TEST(BridgeStoreTest, WhatWasOpenedOutlivesItsStore) {
  auto store = BridgeStore::Open("memory", {}, 10s).value();
  auto writer = store->Write("f", {}).value();
  ASSERT_TRUE(writer->Write("bytes").ok());
  EXPECT_EQ(writer->Close()->length, 5);
  auto reader = store->Read("f", "", 5).value();
  auto lister = store->List("", true, "", 10).value();
  store.reset();
  std::string text(5, '\0');
  EXPECT_TRUE(reader->ReadAt(0, text).ok());
  EXPECT_EQ(text, "bytes");
  EXPECT_EQ(lister->Next(10)->entries.at(0).path, "f");
}

TEST(BridgeStoreTest, FoldersAreNotForObjectStores) {
  auto store = BridgeStore::Open("memory", {}, 10s).value();
  EXPECT_EQ(store->Rename("a", "b", false).code(), StatusCode::kUnimplemented);
  EXPECT_EQ(store->SetMode("a", 0644).code(), StatusCode::kUnimplemented);
  EXPECT_EQ(store->SetOwner("a", "x", "").code(), StatusCode::kUnimplemented);
  EXPECT_EQ(store->CreateDirectory("a/", 0755, true).code(), StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace alluxio::ufs
