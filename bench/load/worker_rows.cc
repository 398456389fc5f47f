// Workers that are only told of: a master with many of them, without their processes.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/check.h"
#include "bench/load/calls.h"
#include "bench/load/pump.h"
#include "bench/load/row.h"
#include "conf/configuration.h"
#include "stub/block_master_worker_client.h"

namespace alluxio::bench {
namespace {

constexpr int64_t kTierBytes = int64_t{64} << 30;

Result<std::shared_ptr<stub::MasterConnection>> Connect(const RowOptions& options) {
  auto conf = conf::Configuration::ForTest(
      {{"alluxio.master.hostname", options.host},
       {"alluxio.master.rpc.port", std::to_string(options.port)}});
  ASSIGN_OR_RETURN(stub::ConnectionOptions connection, stub::ConnectionOptions::FromConf(conf));
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> locator,
                   stub::PrimaryLocator::FromConf(conf));
  return std::make_shared<stub::MasterConnection>(locator, connection);
}

// A worker in a process of its own that registers with options.count blocks when it is told to.
class Reporter {
 public:
  Reporter(pid_t pid, int to, int from) : pid_(pid), to_(to), from_(from) {}
  ~Reporter() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    close(to_);
    close(from_);
  }
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;
  // Returns when it has its blocks together and begins.
  Status Go() {
    char byte = 0;
    bool well = read(from_, &byte, 1) == 1 && write(to_, "g", 1) == 1;
    return well ? OkStatus() : Unavailable("the process that reports is gone");
  }
  bool Over() {
    int status = 0;
    if (!over_) over_ = waitpid(pid_, &status, WNOHANG) == pid_;
    return over_;
  }
  Result<double> Seconds() {
    double seconds = 0;
    if (read(from_, &seconds, sizeof(seconds)) != sizeof(seconds)) {
      return UnknownError("the report failed");
    }
    return seconds;
  }

 private:
  const pid_t pid_;
  const int to_;
  const int from_;
  bool over_ = false;
};

// How long the registration took.
Result<double> Report(const RowOptions& options, const std::function<bool()>& wait) {
  ASSIGN_OR_RETURN(std::shared_ptr<stub::MasterConnection> connection, Connect(options));
  stub::BlockMasterWorkerClient master(connection);
  WorkerNetAddress address;
  address.host = "reporter";
  address.rpc_port = 29999;
  address.data_port = 29999;
  address.web_port = 30000;
  stub::WorkerRegistration worker;
  ASSIGN_OR_RETURN(worker.worker_id, master.GetWorkerId(address));
  worker.tiers = {"MEM"};
  worker.total_bytes_on_tiers = {{"MEM", kTierBytes}};
  worker.used_bytes_on_tiers = {{"MEM", kTierBytes / 2}};
  worker.version = "2.9.6";
  stub::PlacedBlocks placed;
  placed.place = {"MEM", "MEM"};
  // Those of the files that bench-journal makes.
  for (int64_t i = 0; i < options.count; ++i) placed.blocks.push_back((i + 1) << 24);
  worker.blocks.push_back(std::move(placed));
  if (!wait()) return Unavailable("nobody waits for the report");
  const double begin = NowSeconds();
  RETURN_IF_ERROR(master.RegisterWorkerStream(worker));
  return NowSeconds() - begin;
}

Result<std::unique_ptr<Reporter>> StartReport(const RowOptions& options) {
  int to[2], from[2];
  CHECK(pipe(to) == 0 && pipe(from) == 0);
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    auto wait = [&] {
      char byte = 0;
      return write(from[1], "r", 1) == 1 && read(to[0], &byte, 1) == 1;
    };
    Result<double> seconds = Report(options, wait);
    if (!seconds.ok()) fprintf(stderr, "%s\n", seconds.status().ToString().c_str());
    bool told = seconds.ok() && write(from[1], &*seconds, sizeof(double)) == sizeof(double);
    _exit(told ? 0 : 1);
  }
  close(to[0]);
  close(from[1]);
  return std::make_unique<Reporter>(pid, to[1], from[0]);
}

}  // namespace

Result<RowResult> RegisterWorkersRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<stub::MasterConnection> connection, Connect(options));
  stub::BlockMasterWorkerClient master(connection);
  const double begin = NowSeconds();
  for (int i = 0; i < options.count; ++i) {
    WorkerNetAddress address;
    address.host = "worker-" + std::to_string(i);
    address.rpc_port = 29999;
    address.data_port = 29999;
    address.web_port = 30000;
    stub::WorkerRegistration worker;
    ASSIGN_OR_RETURN(worker.worker_id, master.GetWorkerId(address));
    worker.tiers = {"MEM", "SSD"};
    worker.total_bytes_on_tiers = {{"MEM", kTierBytes}, {"SSD", 4 * kTierBytes}};
    worker.used_bytes_on_tiers = {{"MEM", kTierBytes / 2}, {"SSD", kTierBytes}};
    worker.version = "2.9.6";
    RETURN_IF_ERROR(master.RegisterWorker(worker));
  }
  RowResult result;
  result.operations = options.count;
  result.seconds = NowSeconds() - begin;
  return result;
}

// GetStatus is asked all the time, a few at once, while a worker registers with all its blocks.
Result<RowResult> RegisterBlocksRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto channel, ConnectTo(options));
  const std::string folder = "/bench/report" + std::to_string(getpid());
  RETURN_IF_ERROR(MakeDirectory(*channel, folder));
  RETURN_IF_ERROR(MakeFiles(*channel, folder + "/f", 1));
  const std::string method = MethodPath("GetStatus");
  const std::string request = StatusRequest(folder + "/f0");
  auto read = [&](int64_t, Callback<void(Status)> done) {
    channel->Call(method, request, [done = std::move(done)](Result<std::string> answer) mutable {
      done(answer.ok() ? OkStatus() : answer.status());
    });
  };
  auto pump = [&](const std::function<bool()>& over) -> Result<RowResult> {
    Pump pump(*channel, read, INT64_MAX);
    pump.TakeTimes();
    pump.Start(4, options.seconds);
    RETURN_IF_ERROR(channel->Drive([&] {
      if (over()) pump.Stop();
      return pump.finished();
    }));
    RETURN_IF_ERROR(pump.error());
    RowResult result;
    pump.AddTimes(&result);
    return result;
  };
  auto reporter = StartReport(options);
  if (!reporter.ok()) return reporter.status();
  ASSIGN_OR_RETURN(RowResult quiet, pump([] { return false; }));
  RETURN_IF_ERROR((*reporter)->Go());
  ASSIGN_OR_RETURN(RowResult beside, pump([&] { return (*reporter)->Over(); }));
  RowResult result;
  ASSIGN_OR_RETURN(result.seconds, (*reporter)->Seconds());
  result.operations = options.count;
  result.extra["quiet_p99_us"] = quiet.extra["p99_us"];
  result.extra["beside_p99_us"] = beside.extra["p99_us"];
  result.extra["beside_max_us"] = beside.extra["max_us"];
  return result;
}

}  // namespace alluxio::bench
