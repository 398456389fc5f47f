#include "conf/key.h"

#include <gtest/gtest.h>

#include <set>

#include "conf/configuration.h"

namespace alluxio::conf {
namespace {

TEST(KeyTest, UnknownNamesAreUnknown) {
  EXPECT_EQ(FindKey("alluxio.master.rpc.prot"), nullptr);
  EXPECT_EQ(FindKey(""), nullptr);
  EXPECT_EQ(FindKey("alluxio.worker.tieredstore.levelX.alias"), nullptr);
  EXPECT_EQ(FindKey("alluxio.worker.tieredstore.level.alias"), nullptr);
}

TEST(KeyTest, All786NamesAreThereOnce) {
  const std::set<std::string_view> own = {
#define KEY(name, ...) name,
#define CHOICE(name, ...) name,
#include "conf/keys/own.def"
#undef CHOICE
#undef KEY
  };
  std::set<std::string_view> names;
  for (const Key* key : AllKeys()) EXPECT_TRUE(names.insert(key->name).second) << key->name;
  EXPECT_EQ(names.size(), 786u + own.size());
}

TEST(KeyTest, EveryDefaultHasTheTypeOfItsKey) {
  Configuration conf = Configuration::ForTest();
  for (const Key* key : AllKeys()) {
    std::optional<std::string> raw = conf.FindRaw(key->name);
    if (!raw || !conf.Find(key->name)) continue;
    Status status = conf.Set(key->name, *raw);
    // Its own default would refer to itself only if the table did.
    EXPECT_TRUE(status.ok()) << status;
  }
}

TEST(KeyTest, TypeScopeAndEffectComeFromTheTable) {
  const Key* port = FindKey("alluxio.master.rpc.port");
  ASSERT_NE(port, nullptr);
  EXPECT_EQ(port->type, ValueType::kInt);
  EXPECT_EQ(port->scope, Scope::kAll);
  EXPECT_EQ(port->effect, Effect::Works);
  EXPECT_EQ(port->default_value, "19998");
  EXPECT_TRUE(FindKey("s3a.secretKey")->secret);
  EXPECT_EQ(FindKey("alluxio.fuse.fs.name")->effect, Effect::Inert);
}

TEST(KeyTest, TemplatesFitTheirNames) {
  EXPECT_EQ(FindKey("alluxio.worker.tieredstore.level12.alias")->name,
            "alluxio.worker.tieredstore.level{N}.alias");
  EXPECT_TRUE(FindKey("fs.azure.account.key.me.blob.core.windows.net")->secret);
  EXPECT_NE(FindKey("alluxio.master.security.impersonation.hdfs.users"), nullptr);
  EXPECT_NE(FindKey("alluxio.master.mount.table.root.option.fs.oss.endpoint"), nullptr);
}

TEST(KeyTest, AliasesLeadToTheCurrentName) {
  EXPECT_EQ(CanonicalName("alluxio.worker.memory.size"), "alluxio.worker.ramdisk.size");
  EXPECT_EQ(FindKey("alluxio.worker.memory.size")->name, "alluxio.worker.ramdisk.size");
  EXPECT_NE(RemovedKeyReason("alluxio.underfs.address"), "");
  EXPECT_EQ(RemovedKeyReason("alluxio.home"), "");
}

TEST(KeyTest, NearestNameIsOneTypoAway) {
  EXPECT_EQ(NearestKeyName("alluxio.master.rpc.prot"), "alluxio.master.rpc.port");
  EXPECT_EQ(NearestKeyName("alluxio.user.file.writetype.defalt"),
            "alluxio.user.file.writetype.default");
  EXPECT_EQ(NearestKeyName("something.else.altogether"), "");
  EXPECT_EQ(NearestKeyName("x"), "");
}

}  // namespace
}  // namespace alluxio::conf
