#include "master/process/master_settings.h"

#include <gtest/gtest.h>

namespace alluxio::master {
namespace {

using conf::Configuration;

TEST(MasterSettings, RefusesAUmaskThatIsNotOctal) {
  constexpr char kUmask[] = "alluxio.security.authorization.permission.umask";
  EXPECT_EQ(FsSettingsOf(Configuration::ForTest({{kUmask, "089"}})).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(FsSettingsOf(Configuration::ForTest({{kUmask, "027"}}))->umask, 027);
}

TEST(MasterSettings, RefusesStandbysAndQuorums) {
  EXPECT_EQ(CheckSupported(Configuration::ForTest({{"alluxio.master.journal.type", "EMBEDDED"}}))
                .code(),
            StatusCode::kFailedPrecondition);
  EXPECT_TRUE(CheckSupported(Configuration::ForTest()).ok());
}

TEST(MasterSettings, RefusesAuthenticationItCannotDo) {
  constexpr char kType[] = "alluxio.security.authentication.type";
  for (const char* type : {"KERBEROS", "CUSTOM"}) {
    Status status = CheckSupported(Configuration::ForTest({{kType, type}}));
    EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
    EXPECT_NE(status.message().find(type), std::string::npos);
  }
  EXPECT_TRUE(CheckSupported(Configuration::ForTest({{kType, "NOSASL"}})).ok());
}

TEST(MasterSettings, TheRootMountIsSharedOnObjectStoresOnly) {
  constexpr char kRoot[] = "alluxio.master.mount.table.root.ufs";
  EXPECT_FALSE(RootMountOf(Configuration::ForTest({{kRoot, "/data/"}})).shared);
  EXPECT_EQ(RootMountOf(Configuration::ForTest({{kRoot, "/data/"}})).ufs_uri, "/data");
  EXPECT_FALSE(RootMountOf(Configuration::ForTest({{kRoot, "hdfs://n:9000/d"}})).shared);
  EXPECT_TRUE(RootMountOf(Configuration::ForTest({{kRoot, "s3://bucket/d"}})).shared);
}

}  // namespace
}  // namespace alluxio::master
