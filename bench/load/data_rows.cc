// Rows of block data: short-circuit read beside a plain mapped read, and the remote stream.
#include <cstring>
#include <map>

#include "base/log.h"
#include "bench/load/files.h"
#include "conf/configuration.h"
#include "env/disk.h"
#include "stub/block_worker_client.h"

namespace alluxio::bench {
Result<std::unique_ptr<client::FileSystem>> ConnectFiles(const RowOptions& options) {
  auto conf = conf::Configuration::ForTest(
      {{"alluxio.master.hostname", options.host},
       {"alluxio.master.rpc.port", std::to_string(options.port)},
       {"alluxio.user.hostname", "localhost"},
       {"alluxio.user.file.writetype.default", "MUST_CACHE"}});
  return client::ClusterFileSystem::Connect(conf);
}

PlainFile::PlainFile(const RowOptions& options)
    : path_(options.plain_folder + "/alluxio-bench-plain-" + std::to_string(options.port)) {}

PlainFile::~PlainFile() {
  Status gone = Disk::Real().DeleteFile(path_);
  if (!gone.ok() && !gone.Is(StatusCode::kNotFound)) LOG_WARN("{}", gone.ToString());
}

Result<double> PlainFile::Write(int64_t bytes, const std::string& chunk) const {
  const double begin = NowSeconds();
  ASSIGN_OR_RETURN(auto file, Disk::Real().OpenForWrite(path_, WriteMode::kTruncate));
  file->PreferHugePages();
  for (int64_t at = 0; at < bytes; at += static_cast<int64_t>(chunk.size())) {
    RETURN_IF_ERROR(file->Append(chunk));
  }
  RETURN_IF_ERROR(file->Close());
  return NowSeconds() - begin;
}

Result<RowResult> PrepareDataRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto fs, ConnectFiles(options));
  auto present = fs->GetStatus(kDataPath);
  RowResult result;
  result.seconds = 1;
  if (present.ok() && present->length == options.bytes) return result;
  client::CreateOptions create;
  create.overwrite = true;
  ASSIGN_OR_RETURN(auto out, fs->CreateFile(kDataPath, create));
  std::string chunk(kChunk, '\0');
  const double begin = NowSeconds();
  for (int64_t at = 0; at < options.bytes; at += static_cast<int64_t>(kChunk)) {
    memset(chunk.data(), static_cast<int>(at / kChunk % 251), chunk.size());
    RETURN_IF_ERROR(out->Write(chunk));
  }
  RETURN_IF_ERROR(out->Close());
  result.operations = static_cast<double>(options.bytes);
  result.seconds = NowSeconds() - begin;
  return result;
}

Result<RowResult> LocalReadRow(const RowOptions& options) {
  const std::string path = options.path.empty() ? kDataPath : options.path;
  ASSIGN_OR_RETURN(auto fs, ConnectFiles(options));
  ASSIGN_OR_RETURN(FileInfo info, fs->GetStatus(path));
  std::vector<char> buffer(kChunk);
  auto read_all = [&]() -> Status {
    ASSIGN_OR_RETURN(auto in, fs->OpenFile(path));
    for (int64_t left = info.length; left > 0;) {
      ASSIGN_OR_RETURN(size_t got, in->Read(buffer));
      if (got == 0) return DataLoss("the file ends early");
      left -= static_cast<int64_t>(got);
    }
    return OkStatus();
  };
  // The same bytes by a plain mapping of a file of its own on the same tmpfs, through the same
  // buffer: what the machine can do.
  PlainFile plain(options);
  if (auto made = plain.Write(info.length, std::string(kChunk, '\0')); !made.ok()) {
    return made.status();
  }
  auto read_plain = [&]() -> Status {
    ASSIGN_OR_RETURN(auto file, Disk::Real().OpenForRead(plain.path()));
    ASSIGN_OR_RETURN(Bytes map, file->Map());
    for (size_t at = 0; at < map.size(); at += kChunk) {
      memcpy(buffer.data(), map.data() + at, std::min(kChunk, map.size() - at));
    }
    return OkStatus();
  };
  RETURN_IF_ERROR(read_all());
  RETURN_IF_ERROR(read_plain());
  RowResult result;
  double plain_bytes = 0, plain_seconds = 0;
  const double stop = NowSeconds() + options.seconds;
  while (NowSeconds() < stop) {
    double begin = NowSeconds();
    RETURN_IF_ERROR(read_all());
    result.seconds += NowSeconds() - begin;
    result.operations += static_cast<double>(info.length);
    begin = NowSeconds();
    RETURN_IF_ERROR(read_plain());
    plain_seconds += NowSeconds() - begin;
    plain_bytes += static_cast<double>(info.length);
  }
  result.extra["plain_per_second"] = plain_bytes / plain_seconds;
  return result;
}

Result<RowResult> RemoteReadRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto fs, ConnectFiles(options));
  ASSIGN_OR_RETURN(FileInfo info, fs->GetStatus(kDataPath));
  stub::ConnectionOptions connection;
  connection.transport = options.grpc_client ? rpc::Transport::kGrpc : rpc::Transport::kLean;
  std::map<int, std::unique_ptr<stub::BlockWorkerClient>> workers;  // by port: all are here
  for (const FileBlockInfo& block : info.blocks) {
    if (block.block.locations.empty()) {
      return NotFound("no worker holds all of " + std::string(kDataPath));
    }
    const WorkerNetAddress& address = block.block.locations[0].address;
    auto& worker = workers[address.data_port];
    if (!worker) worker = std::make_unique<stub::BlockWorkerClient>(address, connection);
  }
  auto read_all = [&]() -> Result<int64_t> {
    int64_t bytes = 0;
    for (const FileBlockInfo& block : info.blocks) {
      stub::BlockReadRequest request;
      request.block_id = block.block.id;
      request.length = block.block.length;
      stub::BlockWorkerClient& worker = *workers[block.block.locations[0].address.data_port];
      ASSIGN_OR_RETURN(auto stream, worker.ReadBlock(request));
      while (true) {
        ASSIGN_OR_RETURN(auto chunk, stream->Next());
        if (!chunk.has_value()) break;
        bytes += static_cast<int64_t>(chunk->size());
      }
      stream->Close();
    }
    return bytes;
  };
  if (auto warmed = read_all(); !warmed.ok()) return warmed.status();
  const double cpu = CpuSeconds(options.server_pids);
  const double begin = NowSeconds();
  RowResult result;
  while (NowSeconds() < begin + options.seconds) {
    ASSIGN_OR_RETURN(int64_t bytes, read_all());
    result.operations += static_cast<double>(bytes);
  }
  result.seconds = NowSeconds() - begin;
  result.server_cpu_seconds = CpuSeconds(options.server_pids) - cpu;
  return result;
}

}  // namespace alluxio::bench
