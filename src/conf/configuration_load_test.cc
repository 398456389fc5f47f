#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "conf/configuration.h"

namespace alluxio::conf {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class TextFile : public ReadableFile {
 public:
  explicit TextFile(std::string text) : text_(std::move(text)) {}
  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override {
    return text_.copy(into.data(), into.size(), static_cast<size_t>(offset));
  }
  Result<int64_t> Length() override { return static_cast<int64_t>(text_.size()); }
  Result<Bytes> Map() override { return Bytes::FromString(text_); }

 private:
  std::string text_;
};

// Holds files in memory and only reads; everything else is UNIMPLEMENTED.
class ReadOnlyDisk : public Disk {
 public:
  std::map<std::string, std::string> files;

  Result<std::unique_ptr<ReadableFile>> OpenForRead(const std::string& path) override {
    if (files.count(path) == 0) return NotFound(path);
    return std::unique_ptr<ReadableFile>(std::make_unique<TextFile>(files[path]));
  }
  Result<FileStat> Stat(const std::string& path) override {
    if (files.count(path) == 0) return NotFound(path);
    return FileStat{};
  }
  Result<std::unique_ptr<WritableFile>> OpenForWrite(const std::string&, WriteMode,
                                                     uint32_t) override {
    return Unimplemented("");
  }
  Result<std::vector<std::string>> List(const std::string&) override { return Unimplemented(""); }
  Status MakeDirectory(const std::string&, uint32_t) override { return Unimplemented(""); }
  Status MakeDirectories(const std::string&, uint32_t) override { return Unimplemented(""); }
  Status DeleteFile(const std::string&) override { return Unimplemented(""); }
  Status DeleteDirectory(const std::string&) override { return Unimplemented(""); }
  Status DeleteTree(const std::string&) override { return Unimplemented(""); }
  Status Rename(const std::string&, const std::string&) override { return Unimplemented(""); }
  Status RenameNew(const std::string&, const std::string&) override { return Unimplemented(""); }
  Status SyncDirectory(const std::string&) override { return Unimplemented(""); }
  Status SetMode(const std::string&, uint32_t) override { return Unimplemented(""); }
  Status SetOwner(const std::string&, const std::string&, const std::string&) override {
    return Unimplemented("");
  }
  Status Truncate(const std::string&, int64_t) override { return Unimplemented(""); }
  Result<DiskSpace> Space(const std::string&) override { return Unimplemented(""); }
  Result<std::shared_ptr<void>> LockFile(const std::string&) override { return Unimplemented(""); }
};

class LoadTest : public ::testing::Test {
 protected:
  LoadTest() {
    options.disk = &disk;
    options.host.cpus = 2;
    options.host.hostname = "here";
    options.host.user_home = "/home/me";
    options.environment["ALLUXIO_HOME"] = "/a";
  }
  Configuration Loaded() {
    Result<Configuration> conf = Configuration::Load(options);
    EXPECT_TRUE(conf.ok()) << conf.status();
    return std::move(conf).value();
  }
  void Site(const std::string& text) { disk.files["/a/conf/alluxio-site.properties"] = text; }

  ReadOnlyDisk disk;
  LoadOptions options;
};

TEST_F(LoadTest, WrongValueNamesFileLineKeyValueAndExpectation) {
  Site("# first\nalluxio.master.hostname=m\nalluxio.master.rpc.port=often\n");
  EXPECT_EQ(Configuration::Load(options).status().message(),
            "/a/conf/alluxio-site.properties:3: alluxio.master.rpc.port=often: \"often\" is not a "
            "whole number of 32 bits");
}

TEST_F(LoadTest, SyntaxErrorNamesTheFile) {
  Site("a=\\uXY\n");
  EXPECT_THAT(Configuration::Load(options).status().message(),
              HasSubstr("/a/conf/alluxio-site.properties: line 1"));
}

TEST_F(LoadTest, EmbeddedJournalStopsAMasterOnly) {
  Site("alluxio.master.journal.type=EMBEDDED\n");
  EXPECT_EQ(Loaded().GetString("alluxio.master.journal.type"), "EMBEDDED");
  options.role = Role::kMaster;
  Status status = Configuration::Load(options).status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("only the UFS journal"));
}

TEST_F(LoadTest, UnknownNamesGetASuggestionAndInertOnesARemark) {
  Site("alluxio.master.rpc.prot=1\nalluxio.fuse.fs.name=x\nalluxio.underfs.address=/u\n");
  Configuration conf = Loaded();
  EXPECT_THAT(conf.warnings(), Contains(HasSubstr("did you mean alluxio.master.rpc.port?")));
  EXPECT_THAT(conf.warnings(), Contains(HasSubstr(":2: alluxio.fuse.fs.name is known but has no")));
  EXPECT_THAT(conf.warnings(), Contains(HasSubstr("alluxio.underfs.address was removed")));
}

TEST_F(LoadTest, DefinitionsBeatVariablesBeatSiteFileBeatsDefaults) {
  constexpr std::string_view kPort = "alluxio.master.rpc.port";
  Site("alluxio.master.rpc.port=2\nalluxio.worker.rpc.port=9\n");
  EXPECT_EQ(Loaded().GetInt(kPort), 2);
  EXPECT_EQ(Loaded().SourceOf(kPort).ToString(),
            "SITE_PROPERTY (/a/conf/alluxio-site.properties)");
  options.environment["ALLUXIO_JAVA_OPTS"] = "-Xmx1g  -Dalluxio.master.rpc.port=3 -Dlog4j.x=1";
  EXPECT_EQ(Loaded().GetInt(kPort), 3);
  options.environment["ALLUXIO_USER_JAVA_OPTS"] = "-Dalluxio.master.rpc.port=4";
  EXPECT_EQ(Loaded().GetInt(kPort), 4);
  options.arguments = {"fs", "-Dalluxio.master.rpc.port=5", "ls"};
  EXPECT_EQ(Loaded().GetInt(kPort), 5);
  EXPECT_EQ(Loaded().SourceOf(kPort).ToString(), "SYSTEM_PROPERTY");
  EXPECT_EQ(Loaded().GetInt("alluxio.worker.rpc.port"), 9);
}

TEST_F(LoadTest, OptionsOfAnotherRoleAreNotRead) {
  options.environment["ALLUXIO_WORKER_JAVA_OPTS"] = "-Dalluxio.worker.rpc.port=4";
  EXPECT_EQ(Loaded().GetInt("alluxio.worker.rpc.port"), 29999);
  options.role = Role::kWorker;
  EXPECT_EQ(Loaded().GetInt("alluxio.worker.rpc.port"), 4);
}

TEST_F(LoadTest, ShortVariablesStandForProperties) {
  options.environment["ALLUXIO_MASTER_HOSTNAME"] = "m1";
  options.environment["ALLUXIO_RAM_FOLDER"] = "/dev/shm";
  options.environment["ALLUXIO_WORKER_RAMDISK_SIZE"] = "1GB";
  options.environment["ALLUXIO_MASTER_MOUNT_TABLE_ROOT_UFS"] = "/data";
  options.environment["ALLUXIO_LOGS_DIR"] = "/var/log/a";
  Configuration conf = Loaded();
  EXPECT_EQ(conf.GetString("alluxio.master.hostname"), "m1");
  EXPECT_EQ(conf.GetString("alluxio.worker.tieredstore.level0.dirs.path"), "/dev/shm");
  EXPECT_EQ(conf.GetString("alluxio.worker.tieredstore.level0.alias"), "MEM");
  EXPECT_EQ(conf.GetBytes("alluxio.worker.ramdisk.size"), 1 << 30);
  EXPECT_EQ(conf.GetString("alluxio.master.mount.table.root.ufs"), "/data");
  EXPECT_EQ(conf.GetString("alluxio.logs.dir"), "/var/log/a");
}

TEST_F(LoadTest, FirstSiteFileFoundIsTheOnlyOne) {
  disk.files["/home/me/.alluxio/alluxio-site.properties"] = "alluxio.master.rpc.port=7";
  disk.files["/etc/alluxio/alluxio-site.properties"] = "alluxio.worker.rpc.port=8";
  Configuration conf = Loaded();
  EXPECT_EQ(conf.GetInt("alluxio.master.rpc.port"), 7);
  EXPECT_EQ(conf.GetInt("alluxio.worker.rpc.port"), 29999);
}

TEST_F(LoadTest, LastOfRepeatedKeysCountsAndAliasesAreOneKey) {
  Site("alluxio.worker.memory.size=1GB\nalluxio.worker.ramdisk.size = 2GB \n");
  EXPECT_EQ(Loaded().GetBytes("alluxio.worker.memory.size"), 2LL << 30);
}

}  // namespace
}  // namespace alluxio::conf
