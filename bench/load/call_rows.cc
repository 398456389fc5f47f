// Rows of master calls: GetStatus, create + complete, listing.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>

#include <unistd.h>

#include "bench/load/row.h"
#include "proto/grpc/file_system_master.pb.h"
#include "rpc/channel.h"

namespace alluxio::bench {
namespace {

constexpr char kService[] = "/alluxio.grpc.file.FileSystemMasterClientService/";
constexpr Duration kTimeout = std::chrono::seconds(60);
constexpr int kListEntries = 10000;

std::shared_ptr<rpc::Channel> Connect(const RowOptions& options) {
  rpc::ChannelOptions channel;
  channel.host = options.host;
  channel.port = options.port;
  return rpc::Channel::Create(channel);
}

Status MakeDirectory(rpc::Channel& channel, const std::string& path) {
  grpc::file::CreateDirectoryPRequest request;
  request.set_path(path);
  request.mutable_options()->set_recursive(true);
  request.mutable_options()->set_allowexists(true);
  request.mutable_options()->set_writetype(grpc::file::WritePType::MUST_CACHE);
  grpc::file::CreateDirectoryPResponse response;
  return channel.Call(std::string(kService) + "CreateDirectory", request, &response, kTimeout);
}

Bytes CreateRequest(const std::string& path) {
  grpc::file::CreateFilePRequest request;
  request.set_path(path);
  auto* options = request.mutable_options();
  options->set_blocksizebytes(64 << 20);
  options->set_recursive(false);
  options->set_writetype(grpc::file::WritePType::MUST_CACHE);
  return Bytes::FromString(request.SerializeAsString());
}

Bytes CompleteRequest(const std::string& path) {
  grpc::file::CompleteFilePRequest request;
  request.set_path(path);
  request.mutable_options();
  return Bytes::FromString(request.SerializeAsString());
}

// Keeps `outstanding` operations going until `limit` of them ran or time is up. An operation is
// started with its number and tells `done`.
class Pump {
 public:
  using Operation = std::function<void(int64_t number, Callback<void(Status)> done)>;
  Pump(Operation operation, int64_t limit) : operation_(std::move(operation)), limit_(limit) {}

  Result<RowResult> Run(const RowOptions& options) {
    const double cpu = CpuSeconds(options.server_pids);
    const double begin = NowSeconds();
    end_ = begin + options.seconds;
    running_ = options.outstanding;
    for (int i = 0; i < options.outstanding; ++i) Next();
    std::unique_lock<std::mutex> lock(mutex_);
    idle_.wait(lock, [&] { return running_ == 0; });
    if (!error_.ok()) return error_;
    RowResult result;
    result.operations = static_cast<double>(finished_);
    result.seconds = NowSeconds() - begin;
    result.server_cpu_seconds = CpuSeconds(options.server_pids) - cpu;
    return result;
  }

 private:
  void Next() {
    const int64_t number = started_++;
    if (number >= limit_ || NowSeconds() > end_ || failed_) {
      std::lock_guard<std::mutex> lock(mutex_);
      if (--running_ == 0) idle_.notify_all();
      return;
    }
    operation_(number, [this](Status status) {
      if (!status.ok()) {
        std::lock_guard<std::mutex> lock(mutex_);
        if (error_.ok()) error_ = status;
        failed_ = true;
      } else {
        ++finished_;
      }
      Next();
    });
  }

  const Operation operation_;
  const int64_t limit_;
  double end_ = 0;
  std::atomic<int64_t> started_{0};
  std::atomic<int64_t> finished_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::condition_variable idle_;
  int running_ = 0;
  Status error_;
};

Pump::Operation CreateAndComplete(std::shared_ptr<rpc::Channel> channel, std::string prefix) {
  return [channel, prefix](int64_t number, Callback<void(Status)> done) {
    const std::string path = prefix + std::to_string(number);
    channel->CallAsync(
        std::string(kService) + "CreateFile", CreateRequest(path), kTimeout,
        [channel, path, done = std::move(done)](Result<Bytes> created) mutable {
          if (!created.ok()) return done(created.status());
          channel->CallAsync(std::string(kService) + "CompleteFile", CompleteRequest(path),
                             kTimeout, [done = std::move(done)](Result<Bytes> r) mutable {
                               done(r.ok() ? OkStatus() : r.status());
                             });
        });
  };
}

}  // namespace

double NowSeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double CpuSeconds(const std::vector<int>& pids) {
  double ticks = 0;
  for (int pid : pids) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    size_t at = text.rfind(')');
    if (at == std::string::npos) continue;
    long long user = 0, system = 0;
    // After the name: state and ten numbers, then utime and stime.
    if (sscanf(text.c_str() + at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld",
               &user, &system) == 2) {
      ticks += static_cast<double>(user + system);
    }
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

Result<RowResult> PingRow(const RowOptions& options) {
  auto channel = Connect(options);
  grpc::file::GetStatusPRequest request;
  request.set_path("/");
  grpc::file::GetStatusPResponse response;
  const double begin = NowSeconds();
  RETURN_IF_ERROR(channel->Call(std::string(kService) + "GetStatus", request, &response, kTimeout));
  RowResult result;
  result.operations = 1;
  result.seconds = NowSeconds() - begin;
  return result;
}

Result<RowResult> GetStatusRow(const RowOptions& options) {
  auto channel = Connect(options);
  constexpr int kFiles = 100;
  const std::string folder = "/bench/status" + std::to_string(getpid());
  RETURN_IF_ERROR(MakeDirectory(*channel, folder));
  RowOptions prepare = options;
  prepare.seconds = 60;
  auto made = Pump(CreateAndComplete(channel, folder + "/f"), kFiles).Run(prepare);
  if (!made.ok()) return made.status();
  std::vector<Bytes> requests;
  for (int i = 0; i < kFiles; ++i) {
    grpc::file::GetStatusPRequest request;
    request.set_path(folder + "/f" + std::to_string(i));
    request.mutable_options()->set_loadmetadatatype(grpc::file::LoadMetadataPType::ONCE);
    requests.push_back(Bytes::FromString(request.SerializeAsString()));
  }
  auto call = [&](int64_t number, Callback<void(Status)> done) {
    channel->CallAsync(std::string(kService) + "GetStatus", requests[number % kFiles], kTimeout,
                       [done = std::move(done)](Result<Bytes> r) mutable {
                         done(r.ok() ? OkStatus() : r.status());
                       });
  };
  RowOptions warm = options;
  warm.seconds = options.seconds / 2;
  auto warmed = Pump(call, INT64_MAX).Run(warm);
  if (!warmed.ok()) return warmed.status();
  return Pump(call, INT64_MAX).Run(options);
}

Result<RowResult> CreateRow(const RowOptions& options) {
  auto channel = Connect(options);
  const std::string folder = "/bench/create" + std::to_string(getpid());
  RETURN_IF_ERROR(MakeDirectory(*channel, folder));
  RowOptions warm = options;
  warm.seconds = options.seconds / 2;
  auto warmed = Pump(CreateAndComplete(channel, folder + "/warm"), INT64_MAX).Run(warm);
  if (!warmed.ok()) return warmed.status();
  return Pump(CreateAndComplete(channel, folder + "/f"), INT64_MAX).Run(options);
}

Result<RowResult> ListRow(const RowOptions& options) {
  auto channel = Connect(options);
  const std::string folder = "/bench/list";
  RETURN_IF_ERROR(MakeDirectory(*channel, folder));
  grpc::file::ListStatusPRequest request;
  request.set_path(folder);
  request.mutable_options()->set_loadmetadatatype(grpc::file::LoadMetadataPType::NEVER);
  auto list = [&]() -> Result<int64_t> {
    auto stream = channel->OpenStream(std::string(kService) + "ListStatus");
    if (!stream.ok()) return stream.status();
    RETURN_IF_ERROR(SendMessage(**stream, request));
    RETURN_IF_ERROR((*stream)->HalfClose());
    int64_t entries = 0;
    while (true) {
      auto message = (*stream)->Receive(kTimeout);
      if (!message.ok()) return message.status();
      if (!message->has_value()) return entries;
      grpc::file::ListStatusPResponse response;
      if (!response.ParseFromArray((*message)->data(), static_cast<int>((*message)->size()))) {
        return DataLoss("a listing that does not parse");
      }
      entries += response.fileinfos_size();
    }
  };
  auto present = list();
  if (!present.ok()) return present.status();
  if (*present < kListEntries) {
    RowOptions prepare = options;
    prepare.seconds = 300;
    auto made = Pump(CreateAndComplete(channel, folder + "/entry"), kListEntries).Run(prepare);
    if (!made.ok()) return made.status();
  }
  for (int i = 0; i < 10; ++i) {
    if (auto warmed = list(); !warmed.ok()) return warmed.status();
  }
  const double cpu = CpuSeconds(options.server_pids);
  const double begin = NowSeconds();
  RowResult result;
  while (NowSeconds() < begin + options.seconds) {
    auto entries = list();
    if (!entries.ok()) return entries.status();
    if (*entries < kListEntries) return DataLoss("the listing is too short");
    result.operations += static_cast<double>(*entries);
  }
  result.seconds = NowSeconds() - begin;
  result.server_cpu_seconds = CpuSeconds(options.server_pids) - cpu;
  return result;
}

}  // namespace alluxio::bench
