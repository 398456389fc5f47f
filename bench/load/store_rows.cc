// Rows over a mounted under store: cold reads, and writes that reach the store in the background.
// The client is ours for both kinds of servers.
#include <atomic>
#include <functional>
#include <thread>

#include "bench/load/row.h"
#include "client/fs/cluster_file_system.h"
#include "conf/configuration.h"

namespace alluxio::bench {
namespace {

constexpr size_t kChunk = 1 << 20;
constexpr double kLongestDrain = 400;  // seconds

Result<std::unique_ptr<client::FileSystem>> Connect(const RowOptions& options) {
  auto conf = conf::Configuration::ForTest(
      {{"alluxio.master.hostname", options.host},
       {"alluxio.master.rpc.port", std::to_string(options.port)},
       {"alluxio.user.hostname", "localhost"},
       {"alluxio.user.file.writetype.default", "ASYNC_THROUGH"}});
  return client::ClusterFileSystem::Connect(conf);
}

std::string NameOf(const RowOptions& options, int index) {
  char name[32];
  snprintf(name, sizeof(name), "/%06d", index);
  return options.path + name;
}

Status InThreads(int threads, const std::function<Status()>& work) {
  std::vector<Status> results(static_cast<size_t>(threads));
  std::vector<std::thread> running;
  for (Status& result : results) running.emplace_back([&] { result = work(); });
  for (std::thread& thread : running) thread.join();
  for (const Status& result : results) RETURN_IF_ERROR(result);
  return OkStatus();
}

Result<int64_t> ReadFile(client::FileSystem& fs, const std::string& path, std::span<char> buffer) {
  ASSIGN_OR_RETURN(auto in, fs.OpenFile(path));
  int64_t bytes = 0;
  while (bytes < in->Length()) {
    ASSIGN_OR_RETURN(size_t got, in->Read(buffer));
    if (got == 0) return DataLoss(path + " ends early");
    bytes += static_cast<int64_t>(got);
  }
  return bytes;
}

Result<bool> AllPersisted(client::FileSystem& fs, const RowOptions& options, int files) {
  int persisted = 0;
  RETURN_IF_ERROR(fs.IterateStatus(options.path, {}, [&](const FileInfo& file) {
    if (file.persistence == PersistenceState::kPersisted) ++persisted;
  }));
  return persisted == files;
}

}  // namespace

Result<RowResult> ReadFileRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto fs, Connect(options));
  std::vector<char> buffer(kChunk);
  RowResult result;
  const double cpu = CpuSeconds(options.server_pids);
  const double begin = NowSeconds();
  ASSIGN_OR_RETURN(int64_t bytes, ReadFile(*fs, options.path, buffer));
  result.seconds = NowSeconds() - begin;
  result.operations = static_cast<double>(bytes);
  result.server_cpu_seconds = CpuSeconds(options.server_pids) - cpu;
  return result;
}

Result<RowResult> ReadManyRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto fs, Connect(options));
  std::atomic<int> next = 0;
  RowResult result;
  const double cpu = CpuSeconds(options.server_pids);
  const double begin = NowSeconds();
  RETURN_IF_ERROR(InThreads(options.outstanding, [&]() -> Status {
    std::vector<char> buffer(kChunk);
    for (int i = next.fetch_add(1); i < options.count; i = next.fetch_add(1)) {
      RETURN_IF_ERROR(ReadFile(*fs, NameOf(options, i), buffer).status());
    }
    return OkStatus();
  }));
  result.seconds = NowSeconds() - begin;
  result.operations = options.count;
  result.server_cpu_seconds = CpuSeconds(options.server_pids) - cpu;
  return result;
}

Result<RowResult> WriteManyRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto fs, Connect(options));
  RETURN_IF_ERROR(fs->CreateDirectory(options.path, {.recursive = true}));
  const std::string text(static_cast<size_t>(options.bytes), 'x');
  std::atomic<int> next = 0;
  RowResult result;
  const double cpu = CpuSeconds(options.server_pids);
  const double begin = NowSeconds();
  RETURN_IF_ERROR(InThreads(options.outstanding, [&]() -> Status {
    for (int i = next.fetch_add(1); i < options.count; i = next.fetch_add(1)) {
      ASSIGN_OR_RETURN(auto out, fs->CreateFile(NameOf(options, i), {}));
      RETURN_IF_ERROR(out->Write(text));
      RETURN_IF_ERROR(out->Close());
    }
    return OkStatus();
  }));
  result.extra["write_seconds"] = NowSeconds() - begin;
  while (true) {
    ASSIGN_OR_RETURN(bool all, AllPersisted(*fs, options, options.count));
    if (all) break;
    if (NowSeconds() > begin + kLongestDrain) return DeadlineExceeded("not all is persisted");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  result.seconds = NowSeconds() - begin;
  result.operations = options.count;
  result.server_cpu_seconds = CpuSeconds(options.server_pids) - cpu;
  return result;
}

}  // namespace alluxio::bench
