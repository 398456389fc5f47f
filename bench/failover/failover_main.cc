// bench-failover: the clients and the meter of bench/failover.py. Times are nanoseconds of the
// monotonic clock.
//
//   edits <clients> <seconds>      clients that create and remove a file each, always;
//       prints every edit that took longer than 20 ms as "<begin> <end> <OK or error>", then a sum.
//   lag <seconds> <host:port>...   every 10 ms, the lag that these masters tell of, in ms
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cinttypes>
#include <cstdio>
#include <thread>

#include "base/mutex.h"
#include "conf/configuration.h"
#include "env/clock.h"
#include "stub/fs_master_client.h"
#include "stub/zookeeper_locator.h"
#include "stub/metrics_master_client.h"

namespace alluxio::bench {
namespace {

constexpr int64_t kSlow = 20'000'000;
constexpr useconds_t kMeterPause = 10'000;

int64_t Now() { return Clock::Real().Monotonic().count(); }

struct Sums {
  std::atomic<int64_t> edits{0}, errors{0};
  Mutex mutex;  // for stdout
};

std::shared_ptr<stub::MasterConnection> ConnectTo(const conf::Configuration& conf,
                                                  const std::string& address) {
  auto options = stub::ConnectionOptions::FromConf(conf);
  Result<std::shared_ptr<stub::PrimaryLocator>> locator = stub::PrimaryLocator::FromConf(conf);
  if (!address.empty()) {
    auto master = stub::ParseMasterAddress(address);
    if (!master.ok()) locator = master.status();
    else locator = stub::PrimaryLocator::Single(*master);
    options->retry.max_duration = Duration::zero();
  }
  if (!locator.ok() || !options.ok()) {
    fprintf(stderr, "bench-failover: %s %s\n", locator.status().ToString().c_str(),
            options.status().ToString().c_str());
    exit(1);
  }
  return std::make_shared<stub::MasterConnection>(*locator, *options);
}

void Note(Sums& sums, int64_t begin, const Status& status) {
  const int64_t end = Now();
  ++(status.ok() ? sums.edits : sums.errors);
  if (status.ok() && end - begin < kSlow) return;
  MutexLock lock(sums.mutex);
  printf("%" PRId64 " %" PRId64 " %s\n", begin, end, status.ToString().c_str());
  fflush(stdout);
}

void EditAlways(const conf::Configuration& conf, int client, int64_t until, Sums& sums) {
  stub::FileSystemMasterClient master(ConnectTo(conf, ""));
  const std::string path =
      "/bench-failover-" + std::to_string(getpid()) + "-" + std::to_string(client);
  while (Now() < until) {
    int64_t begin = Now();
    CreateFileOptions options;
    options.block_size = 1 << 20;
    options.mode = Mode{0644};
    Note(sums, begin, master.CreateFile(path, options).status());
    begin = Now();
    Note(sums, begin, master.Remove(path, {.alluxio_only = true}));
  }
}

int Edits(const conf::Configuration& conf, const std::vector<std::string>& args) {
  const int64_t until = Now() + std::stoll(args[2]) * 1'000'000'000;
  Sums sums;
  std::vector<std::thread> threads;
  for (int i = 0; i < std::stoi(args[1]); ++i) {
    threads.emplace_back([&, i] { EditAlways(conf, i, until, sums); });
  }
  for (std::thread& thread : threads) thread.join();
  printf("edits %" PRId64 " errors %" PRId64 "\n", sums.edits.load(), sums.errors.load());
  return 0;
}

int Lag(const conf::Configuration& conf, const std::vector<std::string>& args) {
  const int64_t until = Now() + std::stoll(args[1]) * 1'000'000'000;
  std::vector<std::unique_ptr<stub::MetricsMasterClient>> masters;
  for (size_t i = 2; i < args.size(); ++i) {
    masters.push_back(std::make_unique<stub::MetricsMasterClient>(ConnectTo(conf, args[i])));
  }
  while (Now() < until) {
    for (auto& master : masters) {
      auto metrics = master->GetMetrics();
      if (!metrics.ok()) {
        fprintf(stderr, "bench-failover: %s\n", metrics.status().ToString().c_str());
        return 1;
      }
      printf("%.0f %.0f\n", (*metrics)["Master.StandbyLagMs"].number,
             (*metrics)["Master.StandbyLagEntries"].number);
    }
    ::usleep(kMeterPause);
  }
  return 0;
}

}  // namespace
}  // namespace alluxio::bench

int main(int argc, char** argv) {
  using namespace alluxio;  // NOLINT: one small program
  const std::vector<std::string> args = conf::OtherArguments(argc, argv);
  auto conf = conf::Configuration::Load(
      conf::LoadOptions::OfProcess(conf::Role::kClient, argc, argv));
  if (!conf.ok()) {
    fprintf(stderr, "bench-failover: %s\n", conf.status().ToString().c_str());
    return 1;
  }
  if (args.size() == 3 && args[0] == "edits") return bench::Edits(*conf, args);
  if (args.size() >= 3 && args[0] == "lag") return bench::Lag(*conf, args);
  fprintf(stderr, "bench-failover: edits <clients> <seconds> | lag <seconds> <host:port>...\n");
  return 2;
}
