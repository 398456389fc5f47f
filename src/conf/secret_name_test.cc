#include "conf/secret_name.h"

#include <gtest/gtest.h>

namespace alluxio::conf {
namespace {

TEST(SecretName, KnowsTheTableAndTheUsualWords) {
  for (const char* name : {"s3a.secretKey", "s3a.accessKeyId", "aws.secretKey", "aws.accessKeyId",
                           "fs.swift.password", "fs.azure.account.key.x.blob.core.windows.net",
                           "some.SAS.text", "my.Token", "alluxio.underfs.cephfs.auth.key"}) {
    EXPECT_TRUE(IsSecretName(name)) << name;
  }
  for (const char* name : {"alluxio.underfs.s3.endpoint", "alluxio.underfs.s3.region", "a"}) {
    EXPECT_FALSE(IsSecretName(name)) << name;
  }
}

TEST(SecretName, OptionsOfTheRootMountAreSecretByTheirWords) {
  EXPECT_TRUE(IsSecretSetting("alluxio.master.mount.table.root.option.s3a.secretKey"));
  EXPECT_FALSE(IsSecretSetting("alluxio.master.mount.table.root.option.fs.oss.endpoint"));
  EXPECT_TRUE(IsSecretSetting("s3a.secretKey"));
  EXPECT_FALSE(IsSecretSetting("alluxio.security.login.username"));
}

TEST(SecretName, ARootMountIsShownWithoutItsPassword) {
  constexpr char kRoot[] = "alluxio.master.mount.table.root.ufs";
  EXPECT_EQ(ShownValue(kRoot, "s3://id:geheim@bucket/a"), "s3://id:******@bucket/a");
  EXPECT_EQ(ShownValue(kRoot, "hdfs://host:9000/a"), "hdfs://host:9000/a");
  EXPECT_EQ(ShownValue("s3a.secretKey", "geheim"), "******");
  EXPECT_EQ(ShownValue("alluxio.user.hostname", "a"), "a");
}

TEST(SecretName, HidesThePasswordOfAUri) {
  EXPECT_EQ(WithoutPassword("s3://id:geheim@bucket/a"), "s3://id:******@bucket/a");
  EXPECT_EQ(WithoutPassword("swift://u:p@ss@host:80/a"), "swift://u:******@host:80/a");
  EXPECT_EQ(WithoutPassword("s3://id:gehe/im@bucket/a"), "s3://id:******@bucket/a");
  for (const char* plain : {"/data/a:b@c", "hdfs://host:9000/a", "s3://bucket/a@b",
                            "s3://bucket/a:b@c", "s3://user@bucket/a",
                            "abfs://files@account.dfs.core.windows.net/a:b@c",
                            "wasb://c@host:80/a", "hdfs://host:9000/a@b"}) {
    EXPECT_EQ(WithoutPassword(plain), plain);
  }
}

TEST(SecretName, TextsAreShownWithoutSecrets) {
  std::map<std::string, std::string> properties = {
      {"aws.secretKey", "geheim"}, {"s3a.accessKeyId", "id"}, {"endpoint", "http://host"}};
  std::vector<std::string> secrets = SecretsAmong(properties);
  EXPECT_EQ(secrets, std::vector<std::string>{"geheim"}) << "one of two letters is in every text";
  EXPECT_EQ(WithoutSecrets("a geheim geheimgeheim b", secrets), "a ****** ************ b");
}

}  // namespace
}  // namespace alluxio::conf
