#include "ufs/opendal/store_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alluxio::ufs {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

StoreUri Uri(const std::string& text) { return StoreUri::Parse(text).value(); }

Properties S3Keys() {
  return {{"s3a.accessKeyId", "user"}, {"s3a.secretKey", "hunter2"}};
}

TEST(S3SettingsTest, NamesOfEitherKindGiveTheKeys) {
  auto settings = S3Settings(Uri("s3://bucket/a"), S3Keys()).value();
  EXPECT_EQ(settings.service, "s3");
  EXPECT_EQ(settings.type, "s3");
  EXPECT_EQ(settings.options["bucket"], "bucket");
  EXPECT_EQ(settings.options["root"], "/a");
  EXPECT_EQ(settings.options["access_key_id"], "user");
  EXPECT_EQ(settings.options["secret_access_key"], "hunter2");
  EXPECT_EQ(settings.options["endpoint"], "https://s3.amazonaws.com");
  EXPECT_EQ(settings.options["region"], "us-east-1");
  auto old = S3Settings(Uri("s3a://bucket/"), {{"aws.accessKeyId", "u"}, {"aws.secretKey", "s"}});
  EXPECT_EQ(old->options["access_key_id"], "u");
  EXPECT_EQ(old->options["secret_access_key"], "s");
}

TEST(S3SettingsTest, AKeyWithoutItsOtherHalfNamesIt) {
  Status status = S3Settings(Uri("s3://bucket"), {{"s3a.accessKeyId", "user-x"}}).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("s3://bucket: set s3a.secretKey"));
  EXPECT_THAT(status.message(), Not(HasSubstr("user-x")));
  EXPECT_TRUE(S3Settings(Uri("s3://bucket"), {}).ok()) << "environment, profile, role";
}

TEST(S3SettingsTest, TheEndpointDecidesHowTheBucketIsNamed) {
  auto options = [](Properties properties, const char* uri) {
    properties.merge(S3Keys());
    return S3Settings(Uri(uri), properties).value().options;
  };
  auto local = options({{"alluxio.underfs.s3.endpoint", "127.0.0.1:9000"}}, "s3://bucket");
  EXPECT_EQ(local["endpoint"], "http://127.0.0.1:9000");
  EXPECT_EQ(local.count("enable_virtual_host_style"), 0u);
  auto host = options({{"alluxio.underfs.s3.endpoint", "store.example.com"}}, "s3://bucket");
  EXPECT_EQ(host["endpoint"], "http://store.example.com");
  EXPECT_EQ(host["enable_virtual_host_style"], "true");
  auto path = options({{"alluxio.underfs.s3.endpoint", "store.example.com"},
                       {"alluxio.underfs.s3.secure.http.enabled", "true"},
                       {"alluxio.underfs.s3.disable.dns.buckets", "true"}},
                      "s3://bucket");
  EXPECT_EQ(path["endpoint"], "https://store.example.com");
  EXPECT_EQ(path.count("enable_virtual_host_style"), 0u);
  auto dots = options({{"alluxio.underfs.s3.endpoint", "store.example.com"}}, "s3://My.Bucket");
  EXPECT_EQ(dots.count("enable_virtual_host_style"), 0u);
}

TEST(S3SettingsTest, TheRegionIsSetOrReadOffTheEndpoint) {
  auto region = [](Properties properties) {
    return S3Settings(Uri("s3://bucket"), properties).value().options["region"];
  };
  EXPECT_EQ(region({{"alluxio.underfs.s3.endpoint", "s3.eu-west-1.amazonaws.com"}}), "eu-west-1");
  EXPECT_EQ(region({{"alluxio.underfs.s3.endpoint", "s3.amazonaws.com"}}), "us-east-1");
  EXPECT_EQ(region({{"alluxio.underfs.s3.region", "ap-south-1"}}), "ap-south-1");
  EXPECT_EQ(region({{"alluxio.underfs.s3.endpoint.region", "cn-1"}}), "cn-1");
}

TEST(S3SettingsTest, LimitsAndModesAreRead) {
  auto settings = S3Settings(Uri("s3://bucket"),
                             {{"alluxio.underfs.s3.request.timeout", "5s"},
                              {"alluxio.underfs.s3.default.mode", "0750"},
                              {"alluxio.underfs.s3.streaming.upload.enabled", "true"},
                              {"alluxio.underfs.s3.proxy.host", "proxy"},
                              {"alluxio.underfs.s3.proxy.port", "3128"},
                              {"alluxio.underfs.s3.list.objects.v1", "true"},
                              {"alluxio.underfs.object.store.skip.parent.directory.creation",
                               "false"}})
                      .value();
  EXPECT_EQ(settings.timeout, 5s);
  EXPECT_EQ(settings.mode, Mode{0750});
  EXPECT_EQ(settings.part_size, 64u << 20);
  EXPECT_EQ(settings.options["http.proxy"], "http://proxy:3128");
  EXPECT_EQ(settings.options["disable_list_objects_v2"], "true");
  EXPECT_TRUE(settings.make_parents);
}

TEST(S3SettingsTest, WhatCannotBeHonouredIsRefused) {
  auto refused = [](Properties properties, const char* named) {
    Status status = S3Settings(Uri("s3://bucket"), properties).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << named;
    EXPECT_THAT(status.message(), HasSubstr(named));
  };
  refused({{"alluxio.underfs.s3.signer.algorithm", "S3SignerType"}}, "signer.algorithm");
  refused({{"alluxio.underfs.s3.directory.suffix", "_$folder$"}}, "directory.suffix");
  refused({{"alluxio.underfs.s3.default.mode", "rwx"}}, "default.mode");
  refused({{"alluxio.underfs.s3.disable.dns.buckets", "perhaps"}}, "disable.dns.buckets");
  refused({{"alluxio.underfs.s3.streaming.upload.enabled", "true"},
           {"alluxio.underfs.s3.streaming.upload.partition.size", "1MB"}},
          "partition.size");
  EXPECT_THAT(S3Settings(Uri("s3:///a"), {}).status().message(), HasSubstr("no bucket"));
}

TEST(GcsSettingsTest, InteroperabilityKeysSpeakS3) {
  auto s3 = GcsSettings(Uri("gs://bucket/a"), {{"fs.gcs.accessKeyId", "k"},
                                               {"fs.gcs.secretAccessKey", "s"}});
  EXPECT_EQ(s3->service, "s3");
  EXPECT_EQ(s3->type, "gcs");
  EXPECT_EQ(s3->options["endpoint"], "https://storage.googleapis.com");
  EXPECT_THAT(GcsSettings(Uri("gs://bucket"), {{"fs.gcs.accessKeyId", "k"}}).status().message(),
              HasSubstr("set fs.gcs.secretAccessKey"));
  auto file = GcsSettings(Uri("gs://bucket"), {{"fs.gcs.credential.path", "/key.json"}});
  EXPECT_EQ(file->service, "gcs");
  EXPECT_EQ(file->options["credential_path"], "/key.json");
  EXPECT_EQ(file->options.count("skip_signature"), 0u);
}

TEST(AzureSettingsTest, TheAccountIsPartOfTheHost) {
  Properties key = {{"fs.azure.account.key.acc.blob.core.windows.net", "c2VjcmV0"}};
  auto blob = AzureSettings(Uri("wasbs://data@acc.blob.core.windows.net/a"), key).value();
  EXPECT_EQ(blob.service, "azblob");
  EXPECT_EQ(blob.options["container"], "data");
  EXPECT_EQ(blob.options["account_name"], "acc");
  EXPECT_EQ(blob.options["account_key"], "c2VjcmV0");
  EXPECT_EQ(blob.options["endpoint"], "https://acc.blob.core.windows.net");
  Status missing = AzureSettings(Uri("wasb://data@acc.blob.core.windows.net"), {}).status();
  EXPECT_THAT(missing.message(), HasSubstr("fs.azure.account.key.acc.blob.core.windows.net"));
  EXPECT_THAT(AzureSettings(Uri("wasb://acc.blob.core.windows.net"), key).status().message(),
              HasSubstr("container@account"));
  auto lake = AzureSettings(
      Uri("abfss://fs@acc.dfs.core.windows.net/a"),
      {{"fs.azure.account.oauth2.client.id", "id"},
       {"fs.azure.account.oauth2.client.secret", "secret"},
       {"fs.azure.account.oauth2.client.endpoint", "https://login.example.com/tenant/oauth2"}});
  ASSERT_TRUE(lake.ok()) << lake.status();
  EXPECT_EQ(lake->service, "azdls");
  EXPECT_EQ(lake->options["filesystem"], "fs");
  EXPECT_EQ(lake->options["authority_host"], "https://login.example.com");
  EXPECT_EQ(lake->options["tenant_id"], "tenant");
}

TEST(VendorSettingsTest, MissingPropertiesAreNamed) {
  EXPECT_THAT(OssSettings(Uri("oss://bucket"), {}).status().message(),
              HasSubstr("oss://bucket: set fs.oss.accessKeyId"));
  EXPECT_THAT(OssSettings(Uri("oss://bucket"),
                          {{"fs.oss.accessKeyId", "k"}, {"fs.oss.accessKeySecret", "s"}})
                  .status()
                  .message(),
              HasSubstr("set fs.oss.endpoint"));
  EXPECT_THAT(ObsSettings(Uri("obs://bucket"), {{"fs.obs.accessKey", "k"}}).status().message(),
              HasSubstr("set fs.obs.secretKey"));
  Properties cos = {{"fs.cos.access.key", "k"}, {"fs.cos.secret.key", "s"}};
  EXPECT_THAT(CosSettings(Uri("cosn://bucket"), cos).status().message(),
              HasSubstr("set fs.cos.region"));
  cos["fs.cos.region"] = "ap-x";
  cos["fs.cos.app.id"] = "125";
  auto settings = CosSettings(Uri("cos://bucket/a"), cos).value();
  EXPECT_EQ(settings.options["endpoint"], "https://cos.ap-x.myqcloud.com");
  EXPECT_EQ(settings.options["bucket"], "bucket-125");
}

TEST(HttpSettingsTest, WebServersAreReadOnly) {
  auto settings = HttpSettings(Uri("https://host:8443/a/b"), {}).value();
  EXPECT_TRUE(settings.read_only);
  EXPECT_EQ(settings.type, "web");
  EXPECT_EQ(settings.options["endpoint"], "https://host:8443");
}

TEST(HdfsSettingsTest, HadoopsOwnNamesPass) {
  Properties properties = {{"alluxio.underfs.hdfs.configuration", "/c/core-site.xml"},
                           {"dfs.client.socket-timeout", "5000"},
                           {"alluxio.underfs.hdfs.remote", "true"}};
  auto settings = HdfsSettings(Uri("hdfs://ns/data"), properties).value();
  EXPECT_EQ(settings.options["url"], "hdfs://ns/");
  EXPECT_EQ(settings.options["conf.files"], "/c/core-site.xml");
  EXPECT_EQ(settings.options["dfs.client.socket-timeout"], "5000");
  EXPECT_EQ(settings.options.size(), 3u);
}

TEST(HdfsSettingsTest, TheWebInterfaceHasItsOwnPort) {
  Properties properties = {{"hadoop.user.name", "ann"},
                           {"alluxio.master.principal", "alluxio@REALM"},
                           {"dfs.ha.namenodes.ns", "a,b"}};
  auto settings = WebHdfsSettings(Uri("swebhdfs://ns/data"), properties).value();
  EXPECT_EQ(settings.service, "webhdfs");
  EXPECT_EQ(settings.type, "hdfs");
  EXPECT_EQ(settings.options["url"], "swebhdfs://ns/");
  EXPECT_EQ(settings.options["user"], "ann");
  EXPECT_EQ(settings.options["dfs.ha.namenodes.ns"], "a,b");
  EXPECT_EQ(settings.options.count("kerberos.principal"), 0u);
  EXPECT_THAT(WebHdfsSettings(Uri("webhdfs:///data"), {}).status().message(),
              HasSubstr("no host"));
}

Properties SwiftKeys() {
  return {{"fs.swift.auth.url", "127.0.0.1:8080/auth/v1.0"},
          {"fs.swift.user", "tester"},
          {"fs.swift.password", "hunter2"}};
}

TEST(SwiftSettingsTest, AlluxiosNamesAreRead) {
  Properties properties = SwiftKeys();
  properties.insert({{"fs.swift.auth.method", "keystonev3"},
                     {"fs.swift.tenant", "project"},
                     {"fs.swift.region", "north"},
                     {"fs.swift.domain", "Default"},
                     {"fs.swift.segment.size", "64MB"}});
  auto settings = SwiftSettings(Uri("swift://container/a/b"), properties).value();
  EXPECT_EQ(settings.service, "swift");
  EXPECT_EQ(settings.type, "swift");
  EXPECT_EQ(settings.options["container"], "container");
  EXPECT_EQ(settings.options["root"], "/a/b");
  EXPECT_EQ(settings.options["auth_url"], "http://127.0.0.1:8080/auth/v1.0");
  EXPECT_EQ(settings.options["auth_method"], "keystonev3");
  EXPECT_EQ(settings.options["tenant"], "project");
  EXPECT_EQ(settings.options["user"], "tester");
  EXPECT_EQ(settings.options["password"], "hunter2");
  EXPECT_EQ(settings.options["region"], "north");
  EXPECT_EQ(settings.options["domain"], "Default");
  EXPECT_EQ(settings.options["segment_size"], std::to_string(64 << 20));
}

TEST(SwiftSettingsTest, WhatIsMissingOrCannotBeHonouredIsNamed) {
  auto refused = [](const char* name, const char* value, const char* named) {
    Properties properties = SwiftKeys();
    properties[name] = value;
    Status status = SwiftSettings(Uri("swift://container"), properties).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(status.message(), HasSubstr(named));
    EXPECT_THAT(status.message(), Not(HasSubstr("hunter2")));
  };
  refused("fs.swift.auth.url", "", "swift://container: set fs.swift.auth.url");
  refused("fs.swift.user", "", "set fs.swift.user");
  refused("fs.swift.password", "", "set fs.swift.password");
  refused("fs.swift.auth.method", "kerberos", "fs.swift.auth.method is none of");
  refused("fs.swift.auth.method", "keystone", "set fs.swift.tenant");
  refused("fs.swift.simulation", "true", "fs.swift.simulation");
  for (const char* size : {"many", "1KB", "6GB"}) refused("fs.swift.segment.size", size, "1MB and");
  EXPECT_THAT(SwiftSettings(Uri("swift:///a"), SwiftKeys()).status().message(),
              HasSubstr("no container"));
  for (const char* method : {"tempauth", "swiftauth", ""}) {
    Properties properties = SwiftKeys();
    properties["fs.swift.auth.method"] = method;
    EXPECT_TRUE(SwiftSettings(Uri("swift://container"), properties).ok()) << method;
  }
}

}  // namespace
}  // namespace alluxio::ufs
