// Rows of master calls: GetStatus, create + complete, listing.
#include <chrono>
#include <fstream>

#include <unistd.h>

#include "google/protobuf/io/coded_stream.h"

#include "bench/load/lean_channel.h"
#include "bench/load/row.h"
#include "proto/grpc/file_system_master.pb.h"

namespace alluxio::bench {
namespace {

constexpr char kService[] = "/alluxio.grpc.file.FileSystemMasterClientService/";
constexpr int kListEntries = 10000;

Result<std::unique_ptr<LeanChannel>> Connect(const RowOptions& options) {
  return LeanChannel::Connect(options.host, options.port);
}

Status MakeDirectory(LeanChannel& channel, const std::string& path) {
  grpc::file::CreateDirectoryPRequest request;
  request.set_path(path);
  request.mutable_options()->set_recursive(true);
  request.mutable_options()->set_allowexists(true);
  request.mutable_options()->set_writetype(grpc::file::WritePType::MUST_CACHE);
  return channel.CallAndWait(std::string(kService) + "CreateDirectory",
                             request.SerializeAsString()).status();
}

std::string CreateRequest(const std::string& path) {
  grpc::file::CreateFilePRequest request;
  request.set_path(path);
  auto* options = request.mutable_options();
  options->set_blocksizebytes(64 << 20);
  options->set_recursive(false);
  options->set_writetype(grpc::file::WritePType::MUST_CACHE);
  return request.SerializeAsString();
}

std::string CompleteRequest(const std::string& path) {
  grpc::file::CompleteFilePRequest request;
  request.set_path(path);
  request.mutable_options();
  return request.SerializeAsString();
}

// Keeps `outstanding` operations going until `limit` of them ran or time is up. An operation is
// started with its number and tells `done`.
class Pump {
 public:
  using Operation = std::function<void(int64_t number, Callback<void(Status)> done)>;
  Pump(LeanChannel& channel, Operation operation, int64_t limit)
      : channel_(channel), operation_(std::move(operation)), limit_(limit) {}

  Result<RowResult> Run(const RowOptions& options) {
    const double cpu = CpuSeconds(options.server_pids);
    const double begin = NowSeconds();
    end_ = begin + options.seconds;
    running_ = options.outstanding;
    for (int i = 0; i < options.outstanding; ++i) Next();
    RETURN_IF_ERROR(channel_.Drive([this] { return running_ == 0; }));
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
    if (number >= limit_ || NowSeconds() > end_ || !error_.ok()) {
      --running_;
      return;
    }
    operation_(number, [this](Status status) {
      if (status.ok()) ++finished_;
      else error_ = status;
      Next();
    });
  }

  LeanChannel& channel_;
  const Operation operation_;
  const int64_t limit_;
  double end_ = 0;
  int64_t started_ = 0;
  int64_t finished_ = 0;
  int running_ = 0;
  Status error_;
};

Pump::Operation CreateAndComplete(LeanChannel& channel, std::string prefix) {
  return [&channel, prefix](int64_t number, Callback<void(Status)> done) {
    const std::string path = prefix + std::to_string(number);
    channel.Call(std::string(kService) + "CreateFile", CreateRequest(path),
                 [&channel, path, done = std::move(done)](Result<std::string> made) mutable {
                   if (!made.ok()) return done(made.status());
                   channel.Call(std::string(kService) + "CompleteFile", CompleteRequest(path),
                                [done = std::move(done)](Result<std::string> r) mutable {
                                  done(r.ok() ? OkStatus() : r.status());
                                });
                 });
  };
}

// Entries in the collected frames of a listing: field 1 of each message. The driver does not
// decode them: it would spend more CPU than the server.
int64_t CountEntries(const std::string& body) {
  int64_t entries = 0;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(body.data()),
                                            static_cast<int>(body.size()));
  std::string header;
  while (in.ReadString(&header, 5)) {
    uint32_t size = 0;
    for (int i = 1; i < 5; ++i) size = size << 8 | static_cast<uint8_t>(header[i]);
    const int end = in.CurrentPosition() + static_cast<int>(size);
    uint32_t length = 0;
    while (in.CurrentPosition() < end && in.ReadTag() == 10 && in.ReadVarint32(&length) &&
           in.Skip(static_cast<int>(length))) {
      ++entries;
    }
  }
  return entries;
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
  ASSIGN_OR_RETURN(auto channel, Connect(options));
  grpc::file::GetStatusPRequest request;
  request.set_path("/");
  const double begin = NowSeconds();
  ASSIGN_OR_RETURN(std::string answer, channel->CallAndWait(std::string(kService) + "GetStatus",
                                                            request.SerializeAsString()));
  RowResult result;
  result.operations = 1;
  result.seconds = NowSeconds() - begin;
  return answer.empty() ? Result<RowResult>(DataLoss("an empty answer")) : result;
}

Result<RowResult> GetStatusRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto channel, Connect(options));
  constexpr int kFiles = 100;
  const std::string folder = "/bench/status" + std::to_string(getpid());
  RETURN_IF_ERROR(MakeDirectory(*channel, folder));
  RowOptions prepare = options;
  prepare.seconds = 60;
  auto made = Pump(*channel, CreateAndComplete(*channel, folder + "/f"), kFiles).Run(prepare);
  if (!made.ok()) return made.status();
  std::vector<std::string> requests;
  for (int i = 0; i < kFiles; ++i) {
    grpc::file::GetStatusPRequest request;
    request.set_path(folder + "/f" + std::to_string(i));
    request.mutable_options()->set_loadmetadatatype(grpc::file::LoadMetadataPType::ONCE);
    requests.push_back(request.SerializeAsString());
  }
  const std::string method = std::string(kService) + "GetStatus";
  auto call = [&](int64_t number, Callback<void(Status)> done) {
    channel->Call(method, requests[number % kFiles],
                  [done = std::move(done)](Result<std::string> r) mutable {
                    done(r.ok() ? OkStatus() : r.status());
                  });
  };
  RowOptions warm = options;
  warm.seconds = options.seconds / 2;
  auto warmed = Pump(*channel, call, INT64_MAX).Run(warm);
  if (!warmed.ok()) return warmed.status();
  return Pump(*channel, call, INT64_MAX).Run(options);
}

Result<RowResult> CreateRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto channel, Connect(options));
  const std::string folder = "/bench/create" + std::to_string(getpid());
  RETURN_IF_ERROR(MakeDirectory(*channel, folder));
  RowOptions warm = options;
  warm.seconds = options.seconds / 2;
  auto warmed =
      Pump(*channel, CreateAndComplete(*channel, folder + "/warm"), INT64_MAX).Run(warm);
  if (!warmed.ok()) return warmed.status();
  return Pump(*channel, CreateAndComplete(*channel, folder + "/f"), INT64_MAX).Run(options);
}

Result<RowResult> ListRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto channel, Connect(options));
  const std::string folder = "/bench/list";
  RETURN_IF_ERROR(MakeDirectory(*channel, folder));
  grpc::file::ListStatusPRequest request;
  request.set_path(folder);
  request.mutable_options()->set_loadmetadatatype(grpc::file::LoadMetadataPType::NEVER);
  const std::string bytes = request.SerializeAsString();
  auto list = [&]() -> Result<int64_t> {
    Result<int64_t> entries = UnknownError("no answer");
    bool over = false;
    channel->Call(std::string(kService) + "ListStatus", bytes, [&](Result<std::string> body) {
      over = true;
      if (body.ok()) entries = CountEntries(*body);
      else entries = body.status();
    });
    RETURN_IF_ERROR(channel->Drive([&] { return over; }));
    return entries;
  };
  ASSIGN_OR_RETURN(int64_t present, list());
  if (present < kListEntries) {
    RowOptions prepare = options;
    prepare.seconds = 300;
    auto made =
        Pump(*channel, CreateAndComplete(*channel, folder + "/entry"), kListEntries).Run(prepare);
    if (!made.ok()) return made.status();
  }
  for (int i = 0; i < 20; ++i) {
    if (auto warmed = list(); !warmed.ok()) return warmed.status();
  }
  const double cpu = CpuSeconds(options.server_pids);
  const double begin = NowSeconds();
  RowResult result;
  while (NowSeconds() < begin + options.seconds) {
    ASSIGN_OR_RETURN(int64_t entries, list());
    if (entries < kListEntries) return DataLoss("the listing is too short");
    result.operations += static_cast<double>(entries);
  }
  result.seconds = NowSeconds() - begin;
  result.server_cpu_seconds = CpuSeconds(options.server_pids) - cpu;
  return result;
}

}  // namespace alluxio::bench
