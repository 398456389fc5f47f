#include "cli/admin/commands.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <sstream>

#include "cli/shell.h"

namespace alluxio::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class FakeMeta : public stub::MetaMasterClient {
 public:
  FakeMeta() : MetaMasterClient(nullptr) {}
  Result<stub::MasterInfo> GetMasterInfo() override { return info; }
  Result<std::string> Checkpoint() override { return std::string("m1"); }
  Result<stub::ConfigReport> GetConfigReport() override { return FailedPrecondition("no report"); }
  Result<stub::ClusterConfiguration> GetConfiguration(const stub::ConfigReadOptions&) override {
    stub::ClusterConfiguration conf;
    conf.paths["/a"] = {{"alluxio.user.file.writetype.default", "THROUGH", ""}};
    conf.paths["/a/b"] = {{"alluxio.user.file.readtype.default", "NO_CACHE", ""}};
    return conf;
  }
  Status SetPathConfiguration(const std::string& path,
                              const std::map<std::string, std::string>& properties) override {
    for (const auto& [name, value] : properties) set.push_back(path + " " + name + "=" + value);
    return OkStatus();
  }
  Status RemovePathConfiguration(const std::string& path,
                                 const std::vector<std::string>& keys) override {
    removed.push_back(path + " " + std::to_string(keys.size()));
    return OkStatus();
  }
  Result<std::map<std::string, bool>> UpdateConfiguration(
      const std::map<std::string, std::string>& properties) override {
    std::map<std::string, bool> taken;
    for (const auto& [name, value] : properties) taken[name] = name != "refused";
    return taken;
  }
  Result<stub::MasterInfo> info = stub::MasterInfo();
  std::vector<std::string> set, removed;
};

class FakeBlocks : public stub::BlockMasterClient {
 public:
  FakeBlocks() : BlockMasterClient(nullptr) {}
  Result<std::vector<WorkerInfo>> GetWorkerReport(
      const stub::WorkerReportOptions& options) override {
    asked = options;
    return workers;
  }
  Result<wire::BlockMasterTotals> GetBlockMasterInfo() override {
    return wire::BlockMasterTotals();
  }
  Result<std::vector<stub::LostStorage>> GetLostStorage() override { return lost; }
  Result<std::vector<WorkerInfo>> GetWorkerList() override {
    if (away) return Unavailable("no master");
    std::vector<WorkerInfo> live;
    for (const WorkerInfo& worker : workers) {
      bool gone = std::any_of(decommissioned.begin(), decommissioned.end(),
                              [&](const std::string& text) {
                                return text.starts_with(worker.address.host + ":");
                              });
      if (!gone) live.push_back(worker);
    }
    return live;
  }
  Status DecommissionWorker(const std::string& host, int port, bool may_return) override {
    if (host == "stuck") return Unavailable("the master is busy");
    decommissioned.push_back(host + ":" + std::to_string(port) + (may_return ? "" : " for good"));
    return OkStatus();
  }
  Status RemoveDisabledWorker(const std::string& host, int port) override {
    if (host == "bad") return NotFound("it is not disabled");
    enabled.push_back(host + ":" + std::to_string(port));
    return OkStatus();
  }
  std::vector<WorkerInfo> workers;
  std::vector<stub::LostStorage> lost;
  std::vector<std::string> enabled, decommissioned;
  bool away = false;
  stub::WorkerReportOptions asked;
};

class FakeMetrics : public stub::MetricsMasterClient {
 public:
  FakeMetrics() : MetricsMasterClient(nullptr) {}
  Result<std::map<std::string, stub::MetricReading>> GetMetrics() override {
    return std::map<std::string, stub::MetricReading>{
        {"Cluster.BytesReadLocalThroughput", {"GAUGE", 2048, ""}},
        {"Master.CallTimer.mean", {"TIMER", 0.25, ""}},
        {"Master.TotalPaths", {"GAUGE", 1234567, ""}}};
  }
  Status ClearMetrics() override {
    ++cleared;
    return OkStatus();
  }
  int cleared = 0;
};

class AdminCommandsTest : public ::testing::Test {
 protected:
  AdminCommandsTest() {
    context_.meta = &meta_;
    context_.blocks = &blocks_;
    context_.metrics = &metrics_;
    context_.date_pattern = "'then'";
  }
  int Run(const std::vector<std::string>& words) {
    out_.str("");
    err_.str("");
    Printer printer(out_, err_, false);
    return Shell({"fsadmin", AdminCommands(context_), {}}).Run(words, printer);
  }
  void AddWorker(const std::string& host, std::map<std::string, int64_t> capacity) {
    WorkerInfo worker;
    worker.address.host = host;
    worker.state = "ACTIVE";
    worker.cpus = 2;
    for (const auto& [tier, bytes] : capacity) worker.capacity_bytes += bytes;
    worker.used_bytes = worker.capacity_bytes / 4;
    worker.used_on_tiers = {{"MEM", worker.used_bytes}};
    worker.capacity_on_tiers = std::move(capacity);
    blocks_.workers.push_back(std::move(worker));
  }
  void AddWebWorkers(const std::vector<std::string>& hosts) {
    for (const std::string& host : hosts) {
      AddWorker(host, {});
      blocks_.workers.back().address.web_port = 30000;
    }
    context_.pause = [this](Duration pause) { paused_ += pause; };
    context_.ask_worker = [this](const std::string& host, int port) -> Result<WorkerOperations> {
      auto busy = busy_.find(host + ":" + std::to_string(port));
      if (busy == busy_.end()) return Unavailable("nobody there");
      return WorkerOperations{busy->second-- > 0 ? 1 : 0, 0};
    };
  }
  std::map<std::string, int> busy_;  // how many more answers tell of work
  Duration paused_{};
  FakeMeta meta_;
  FakeBlocks blocks_;
  FakeMetrics metrics_;
  AdminContext context_;
  std::ostringstream out_;
  std::ostringstream err_;
};

// Every command line of a tree's examples reaches the command it is an example of.
void CheckExamples(const Command& command, std::vector<std::string> path) {
  path.push_back(command.name);
  EXPECT_TRUE(!command.examples.empty() || path.size() > 2) << command.name;
  for (const Command& sub : command.subcommands) CheckExamples(sub, path);
  if (!command.subcommands.empty()) return;
  for (const std::string& example : command.examples) {
    std::istringstream line(example);
    std::vector<std::string> words{std::istream_iterator<std::string>(line), {}};
    ASSERT_GE(words.size(), path.size() + 1) << example;
    auto rest = words.begin() + 1 + static_cast<std::ptrdiff_t>(path.size());
    EXPECT_EQ(std::vector<std::string>(words.begin() + 1, rest), path) << example;
    Result<ParsedArgs> args = ParseOptions(command.options, {rest, words.end()});
    ASSERT_TRUE(args.ok()) << example << ": " << args.status();
    EXPECT_TRUE(ValidateArgs(command, *args).ok()) << example;
  }
}

TEST_F(AdminCommandsTest, EveryExampleIsTaken) {
  for (const Command& command : AdminCommands(context_)) CheckExamples(command, {"fsadmin"});
}

TEST_F(AdminCommandsTest, SubcommandsAreNamedWhenTheyAreMissingOrUnknown) {
  EXPECT_EQ(Run({"journal"}), -1);
  EXPECT_THAT(out_.str(), StartsWith("No sub-command is specified\n"
                                     "Usage: journal [checkpoint] [quorum]\n"));
  EXPECT_EQ(Run({"journal", "chekpoint"}), -1);
  EXPECT_THAT(out_.str(), StartsWith("Unknown sub-command: chekpoint\n"));
  EXPECT_EQ(Run({"journal", "quorum"}), -1);
  EXPECT_THAT(out_.str(), HasSubstr("Usage: quorum [remove] [elect] [info]\n"));
  EXPECT_EQ(Run({"journal", "checkpoint"}), 0);
  EXPECT_EQ(out_.str(), "Successfully took a checkpoint on master m1\n");
}

TEST_F(AdminCommandsTest, SummaryShowsEveryMaster) {
  meta_.info->leader_address = "m2:19998";
  meta_.info->up_time_ms = 90061000;
  meta_.info->zookeeper_addresses = {"z1:2181", "z2:2181"};
  meta_.info->versions = {{{"m2", 19998}, "2.9.6", "PRIMARY"}, {{"m1", 19998}, "2.9.6", "STANDBY"}};
  EXPECT_EQ(Run({"report"}), 0);
  EXPECT_THAT(out_.str(), StartsWith("Alluxio cluster summary: \n    Master Address: m2:19998\n"));
  EXPECT_THAT(out_.str(), HasSubstr("Uptime: 1 day(s), 1 hour(s), 1 minute(s), and 1 second(s)\n"));
  EXPECT_THAT(out_.str(), HasSubstr("    Zookeeper Enabled: true\n    Zookeeper Addresses: \n"
                                    "        z1:2181\n        z2:2181\n"));
  EXPECT_THAT(out_.str(), HasSubstr("    m1:19998                         STANDBY  2.9.6  "));
}

TEST_F(AdminCommandsTest, AMasterThatDoesNotServeIsAnErrorOfItsOwn) {
  meta_.info = Unavailable("connection refused");
  EXPECT_EQ(Run({"report", "summary"}), 1);
  EXPECT_EQ(out_.str(), "");
  EXPECT_THAT(err_.str(), HasSubstr("not currently serving requests.\n"));
}

TEST_F(AdminCommandsTest, CapacityWithOneTierHasNoTotal) {
  EXPECT_EQ(Run({"report", "capacity", "-lost"}), 0);
  EXPECT_EQ(out_.str(), "No workers found.\n");
  AddWorker("w1", {{"MEM", 4096}});
  EXPECT_EQ(Run({"report", "capacity", "-workers", "w1,w2"}), 0);
  EXPECT_THAT(blocks_.asked.hosts, ElementsAre("w1", "w2"));
  EXPECT_THAT(out_.str(), StartsWith("Capacity information for specified workers: \n"
                                     "    Total vCPUs: 2\n    Total Capacity: 4096B\n"));
  EXPECT_THAT(out_.str(), HasSubstr("    Used Percentage: 25%\n    Free Percentage: 75%\n"));
  EXPECT_THAT(out_.str(), HasSubstr("used          1024B (25%)      "));
}

TEST_F(AdminCommandsTest, CapacityWithTiersShowsThemTopFirst) {
  AddWorker("w1", {{"HDD", 8192}, {"MEM", 4096}, {"SSD", 1}});
  EXPECT_EQ(Run({"report", "capacity"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("Total            MEM           SSD           HDD "));
  EXPECT_EQ(Run({"report", "capacity", "-live", "-lost"}), -1);
  EXPECT_EQ(out_.str(), "Too many arguments passed in.\n");
}

TEST_F(AdminCommandsTest, WrongCategoriesAndOptionsAreRefused) {
  EXPECT_EQ(Run({"report", "bad"}), -1);
  EXPECT_THAT(out_.str(), HasSubstr("\nreport category is invalid.\n"));
  EXPECT_EQ(Run({"report", "summary", "-live"}), -1);
  EXPECT_EQ(out_.str(), "report summary does not support arguments: live\n");
  EXPECT_EQ(Run({"report", "proxy"}), -1);
  EXPECT_THAT(out_.str(), HasSubstr("is not there yet"));
  EXPECT_EQ(Run({"report", "jobservice"}), -1);
  EXPECT_THAT(out_.str(), HasSubstr("alluxio.job.master.hostname: not set"));
}

TEST_F(AdminCommandsTest, MetricsAreShownAsTheirNamesSay) {
  EXPECT_EQ(Run({"report", "metrics"}), 0);
  EXPECT_EQ(out_.str(), "Cluster.BytesReadLocalThroughput  (Type: GAUGE, Value: 2048B/MIN)\n"
                        "Master.CallTimer.mean  (Type: TIMER, Value: 0.25)\n"
                        "Master.TotalPaths  (Type: GAUGE, Value: 1,234,567)\n");
}

TEST_F(AdminCommandsTest, DoctorShowsLostStorageEvenWhenTheConfigurationCannotBeCompared) {
  stub::LostStorage lost;
  lost.address.host = "w1";
  lost.paths["HDD"] = {"/mnt/d1"};
  blocks_.lost = {lost};
  EXPECT_EQ(Run({"doctor"}), -1);
  EXPECT_EQ(out_.str(), "The following storage paths are lost in worker w1: \n"
                        "/mnt/d1 (HDD)\nno report\n");
  EXPECT_EQ(Run({"doctor", "storage"}), 0);
}

TEST_F(AdminCommandsTest, PathConfTakesClientPropertiesOnly) {
  EXPECT_EQ(Run({"pathConf", "add", "--property", "alluxio.nosuch=1", "/d"}), -1);
  EXPECT_EQ(out_.str(), "Invalid property key alluxio.nosuch\n");
  EXPECT_EQ(Run({"pathConf", "add", "--property", "alluxio.master.journal.folder=/x", "/d"}), -1);
  EXPECT_THAT(out_.str(), HasSubstr("has scope MASTER"));
  EXPECT_EQ(Run({"pathConf", "add", "--property", "alluxio.user.file.writetype.default=THROUGH",
                 "/d"}), 0);
  EXPECT_THAT(meta_.set, ElementsAre("/d alluxio.user.file.writetype.default=THROUGH"));
}

TEST_F(AdminCommandsTest, PathConfShowsAndRemoves) {
  EXPECT_EQ(Run({"pathConf", "list"}), 0);
  EXPECT_EQ(out_.str(), "/a\n/a/b\n");
  EXPECT_EQ(Run({"pathConf", "show", "--all", "/a/b/c"}), 0);
  EXPECT_EQ(out_.str(), "alluxio.user.file.readtype.default=NO_CACHE\n"
                        "alluxio.user.file.writetype.default=THROUGH\n");
  EXPECT_EQ(Run({"pathConf", "show", "/a/b/c"}), 0);
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(Run({"pathConf", "remove", "-R", "--keys", "k1,k2", "/a"}), 0);
  EXPECT_THAT(meta_.removed, ElementsAre("/a 2", "/a/b 2"));
}

TEST_F(AdminCommandsTest, MetricsOfTheClusterAreClearedWorkersFirst) {
  AddWebWorkers({"w1", "w2", "w3"});
  std::atomic<int> asked{0};
  context_.clear_worker = [&](const WorkerNetAddress& worker) {
    ++asked;
    EXPECT_EQ(metrics_.cleared, 0);
    return worker.host == "w2" ? Unavailable("nobody there") : OkStatus();
  };
  EXPECT_EQ(Run({"metrics", "clear"}), -1);
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(out_.str(),
            "Successfully cleared metrics of worker w1.\n"
            "Fatal error: worker w2: nobody there\n"
            "Successfully cleared metrics of worker w3.\n"
            "Failed to clear metrics of workers [w1, w2, w3]\n");
  EXPECT_EQ(metrics_.cleared, 0);
  EXPECT_EQ(Run({"metrics", "clear", "--workers", "w3,w1", "--parallelism", "2"}), 0);
  EXPECT_EQ(asked, 5);
  EXPECT_EQ(metrics_.cleared, 0);
  EXPECT_EQ(Run({"metrics", "clear", "--workers", "w3,w9"}), -1);
  EXPECT_EQ(out_.str(), "Cannot find workers of hostnames w9\n"
                        "Valid workers include [w1, w2, w3]\n");
  EXPECT_EQ(Run({"metrics", "clear", "--parallelism", "0"}), -1);
  EXPECT_EQ(asked, 5);
  EXPECT_EQ(Run({"metrics", "clear", "--master"}), 0);
  EXPECT_EQ(out_.str(), "Successfully cleared metrics of Alluxio leading master.\n");
  EXPECT_EQ(metrics_.cleared, 1);
}

TEST_F(AdminCommandsTest, UpdateConfReportsWhatWasRefused) {
  EXPECT_EQ(Run({"updateConf", "nokey"}), -1);
  EXPECT_EQ(Run({"updateConf", "a=1", "refused=2"}), -2);
  EXPECT_EQ(out_.str(), "Updated 2 configs\nFailed to Update refused\n");
}

TEST_F(AdminCommandsTest, EnableWorkerGoesOnAfterAFailure) {
  context_.worker_web_port = 30000;
  EXPECT_EQ(Run({"enableWorker", "--addresses", "bad,w2:1"}), 1);
  EXPECT_THAT(blocks_.enabled, ElementsAre("w2:1"));
  EXPECT_THAT(err_.str(), HasSubstr("1 failed to be re-enabled on the master: [bad:30000]\n"));
  EXPECT_EQ(Run({"enableWorker"}), -1);
  EXPECT_THAT(out_.str(), HasSubstr("Missing required option: a\n"));
}

TEST_F(AdminCommandsTest, DecommissionWaitsForClientsAndUntilWorkersAreIdle) {
  AddWebWorkers({"w1", "w2", "w3"});
  busy_ = {{"w1:30000", 3}, {"w2:30000", 0}};
  EXPECT_EQ(Run({"decommissionWorker", "--addresses", "w1,w2:30000"}), 0);
  EXPECT_THAT(blocks_.decommissioned, ElementsAre("w1:30000", "w2:30000"));
  EXPECT_THAT(out_.str(), HasSubstr("Sent decommission messages to the master, 0 failed and 2 "
                                    "succeeded\nFailed ones: []\n"));
  EXPECT_THAT(out_.str(), HasSubstr("Now on master the available workers are: [w3:30000]\n"));
  EXPECT_THAT(out_.str(), HasSubstr("Worker ActiveOperations=1, RpcQueueLength=0\n"));
  EXPECT_THAT(out_.str(), HasSubstr("There is no operation on worker w2:30000 for 20 times"));
  EXPECT_THAT(out_.str(), HasSubstr("Safe to kill or restart this batch of workers now.\n"));
  EXPECT_EQ(err_.str(), "");
  // Clients are waited for, then the one that was busy in its first three answers.
  EXPECT_EQ(paused_, std::chrono::minutes(2) + std::chrono::seconds(22));
}

TEST_F(AdminCommandsTest, DecommissionTellsOfWorkersThatStayBusyOrAreAway) {
  AddWebWorkers({"w1", "w2", "w3"});
  busy_ = {{"w1:30000", 1000}, {"w2:30000", 0}};  // w3 does not answer
  EXPECT_EQ(Run({"decommissionWorker", "-a", "w1", "--wait", "30s", "--disable"}), 3);
  EXPECT_THAT(blocks_.decommissioned, ElementsAre("w1:30000 for good"));
  EXPECT_THAT(out_.str(), HasSubstr("[w1:30000] workers still have not finished"));
  EXPECT_THAT(out_.str(), HasSubstr("Worker w1:30000 has Worker.ActiveOperations=1, "
                                    "Worker.RpcQueueLength=0\n"));
  EXPECT_EQ(paused_, std::chrono::minutes(2) + std::chrono::seconds(31));
  EXPECT_EQ(Run({"decommissionWorker", "-a", "w2,w3"}), 10);
  EXPECT_THAT(out_.str(), HasSubstr("1 workers became inaccessible"));
  EXPECT_THAT(out_.str(), HasSubstr("[w3:30000]\n"));
  EXPECT_THAT(err_.str(), HasSubstr("Failed to poll progress from worker w3:30000: nobody there"));
}

TEST_F(AdminCommandsTest, DecommissionThatCannotBegin) {
  AddWebWorkers({"w1", "stuck"});
  EXPECT_EQ(Run({"decommissionWorker", "--addresses", "w1,nobody"}), -1);
  EXPECT_THAT(blocks_.decommissioned, ElementsAre());
  EXPECT_THAT(out_.str() + err_.str(),
              HasSubstr("Worker nobody:30000 is not known by the master."));
  EXPECT_EQ(Run({"decommissionWorker", "--addresses", "stuck"}), 1);
  EXPECT_THAT(out_.str(), HasSubstr("1 failed and 0 succeeded\nFailed ones: [stuck:30000]\n"));
  EXPECT_EQ(Run({"decommissionWorker", "--addresses", "w1", "--wait", "soon"}), -1);
  blocks_.away = true;
  EXPECT_EQ(Run({"decommissionWorker", "--addresses", "w1"}), 2);
  EXPECT_EQ(paused_, Duration::zero());
}

TEST_F(AdminCommandsTest, UfsModeWantsTheRootOfAStore) {
  EXPECT_EQ(Run({"ufs", "--mode", "readOnly", "hdfs://nn:9000/data"}), -1);
  EXPECT_THAT(out_.str(), HasSubstr("only scheme and authority"));
  EXPECT_EQ(Run({"ufs", "--mode", "bad", "hdfs://nn:9000/"}), -1);
  EXPECT_EQ(out_.str(), "Unrecognized mode\n");
  EXPECT_EQ(Run({"ufs", "hdfs://nn:9000"}), 0);
  EXPECT_EQ(out_.str(), "No attribute to update\n");
}

}  // namespace
}  // namespace alluxio::cli
