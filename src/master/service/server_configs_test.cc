#include "master/service/server_configs.h"

#include <gmock/gmock.h>

#include "proto/grpc/common.pb.h"
#include "proto/grpc/meta_master.pb.h"

namespace alluxio::master {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kZooKeeper[] = "alluxio.zookeeper.address";               // all, required
constexpr char kUmask[] = "alluxio.security.authorization.permission.umask";
constexpr char kRamdisk[] = "alluxio.worker.ramdisk.size";               // workers, recommended
constexpr char kJournal[] = "alluxio.master.journal.folder";             // masters, required

class ServerConfigsTest : public ::testing::Test {
 protected:
  ServerConfigs::Report Compare() { return configs_.Compare(masters_, live_); }
  void Worker(const std::string& address, Settings settings) {
    configs_.NoteWorker(address, std::move(settings));
    live_.insert(address);
  }

  ServerConfigs configs_;
  std::map<std::string, Settings> masters_;
  std::set<std::string> live_;
};

TEST_F(ServerConfigsTest, TheSameEverywhereIsNothingToTell) {
  masters_["m1:1"] = masters_["m2:1"] = {{kZooKeeper, "zk:1"}, {kJournal, "/j"}};
  Worker("w1:2", {{kZooKeeper, "zk:1"}, {kRamdisk, "1GB"}});
  Worker("w2:2", {{kZooKeeper, "zk:1"}, {kRamdisk, "1GB"}});
  ServerConfigs::Report report = Compare();
  EXPECT_THAT(report.errors, IsEmpty());
  EXPECT_THAT(report.warnings, IsEmpty());
  grpc::meta::ConfigCheckReport out;
  WriteReport(report, &out);
  EXPECT_EQ(out.status(), grpc::meta::PASSED);
}

TEST_F(ServerConfigsTest, DifferencesByLevelAndScopeWithWhoHasWhat) {
  masters_["m1:1"] = {{kZooKeeper, "zk:1"}, {kJournal, "/j"}};
  masters_["m2:1"] = {{kZooKeeper, "zk:1"}, {kJournal, "/other"}};
  Worker("w1:2", {{kZooKeeper, "zk:9"}, {kRamdisk, "1GB"}});
  Worker("w2:2", {{kZooKeeper, "zk:1"}, {kRamdisk, "2GB"}});
  Worker("w3:2", {{kRamdisk, "2GB"}});
  ServerConfigs::Report report = Compare();
  ASSERT_EQ(report.errors.size(), 2u);
  // A master has no ramdisk and a worker no journal: that is no difference.
  ASSERT_EQ(report.errors["MASTER"].size(), 1u);
  EXPECT_EQ(report.errors["MASTER"][0].name, kJournal);
  ASSERT_EQ(report.errors["SERVER"].size(), 1u);
  auto& values = report.errors["SERVER"][0].servers_by_value;
  EXPECT_EQ(values.size(), 3u);
  EXPECT_THAT(values["zk:1"], UnorderedElementsAre("m1:1", "m2:1", "w2:2"));
  EXPECT_THAT(values["zk:9"], ElementsAre("w1:2"));
  EXPECT_THAT(values[""], ElementsAre("w3:2"));
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_EQ(report.warnings["WORKER"][0].name, kRamdisk);
  EXPECT_THAT(report.warnings["WORKER"][0].servers_by_value["2GB"],
              UnorderedElementsAre("w2:2", "w3:2"));
  grpc::meta::ConfigCheckReport out;
  WriteReport(report, &out);
  EXPECT_EQ(out.status(), grpc::meta::FAILED);
  EXPECT_EQ(out.errors().at("SERVER").properties(0).values().at("zk:9").values(0), "w1:2");
  EXPECT_EQ(out.warns().at("WORKER").properties_size(), 1);
}

TEST_F(ServerConfigsTest, AWorkerThatIsGoneOrRegistersAnewCountsAsItIsNow) {
  masters_["m:1"] = {{kUmask, "022"}};
  Worker("w1:2", {{kUmask, "077"}});
  Worker("w2:2", {{kUmask, "022"}});
  EXPECT_EQ(Compare().errors["SERVER"].size(), 1u);
  Worker("w1:2", {{kUmask, "022"}});
  EXPECT_THAT(Compare().errors, IsEmpty());
  Worker("w1:2", {{kUmask, "077"}});
  live_.erase("w1:2");
  EXPECT_THAT(Compare().errors, IsEmpty());
  // One that says nothing is not compared.
  Worker("w3:2", Settings());
  EXPECT_THAT(Compare().errors, IsEmpty());
}

TEST_F(ServerConfigsTest, AListIsTakenWithoutWhatMayDiffer) {
  ConfigList list;
  auto add = [&](const std::string& name, const std::string& value) {
    grpc::ConfigProperty* property = list.Add();
    property->set_name(name);
    property->set_value(value);
  };
  add("alluxio.worker.hostname", "w1");
  add("no.such.name", "x");
  add(kRamdisk, std::string(ServerConfigs::kMaxValue + 10, '9'));
  configs_.NoteWorker("w1:2", list);
  configs_.NoteWorker("w2:2", Settings{{kRamdisk, "1GB"}});
  live_ = {"w1:2", "w2:2"};
  ServerConfigs::Report report = Compare();
  ASSERT_EQ(report.warnings.size(), 1u);
  ASSERT_EQ(report.warnings["WORKER"].size(), 1u);
  EXPECT_TRUE(report.warnings["WORKER"][0].servers_by_value.contains(
      std::string(ServerConfigs::kMaxValue, '9')));
}

}  // namespace
}  // namespace alluxio::master
