// Rows of small reads and of writes: positioned reads of 4 KiB, in the block's file and through a
// worker; writes into the cache, on the worker's host and through a stream.
#include <cstring>

#include "bench/load/files.h"
#include "bench/load/lean_channel.h"
#include "bench/load/pump.h"
#include "env/disk.h"
#include "env/rng.h"
#include "proto/grpc/block_worker.pb.h"
#include "stub/block_worker_client.h"

namespace alluxio::bench {
namespace {

constexpr int64_t kSmall = 4096;
constexpr int kLookAtClock = 256;  // reads between two looks
constexpr BlockId kWrittenBlock = (int64_t{1} << 50) + 7;  // of no file

// Where the next small read begins.
class Offsets {
 public:
  explicit Offsets(int64_t length) : pages_(static_cast<uint64_t>(length / kSmall)) {}
  int64_t Next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<int64_t>((state_ >> 33) % pages_) * kSmall;
  }

 private:
  const uint64_t pages_;
  uint64_t state_ = 20261129;
};

// The worker that has the data file's first block.
Result<WorkerNetAddress> WorkerOf(const FileInfo& info) {
  if (info.blocks.empty() || info.blocks[0].block.locations.empty()) {
    return NotFound("no worker holds " + std::string(kDataPath));
  }
  return info.blocks[0].block.locations[0].address;
}

}  // namespace

Result<RowResult> RandomLocalRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto fs, ConnectFiles(options));
  ASSIGN_OR_RETURN(FileInfo info, fs->GetStatus(kDataPath));
  ASSIGN_OR_RETURN(auto in, fs->OpenFile(kDataPath));
  std::vector<char> page(kSmall);
  RowResult result;
  Offsets offsets(info.length);
  // Once over all of it: the mappings are made and their pages known to this process.
  for (int64_t at = 0; at < info.length; at += kSmall) {
    ASSIGN_OR_RETURN(size_t got, in->ReadAt(at, page));
    if (got != page.size()) return DataLoss("a short read");
  }
  const double begin = NowSeconds();
  double now = begin;
  while (now < begin + options.seconds) {
    for (int i = 0; i < kLookAtClock; ++i) {
      ASSIGN_OR_RETURN(size_t got, in->ReadAt(offsets.Next(), page));
      if (got != page.size()) return DataLoss("a short read");
    }
    result.operations += kLookAtClock;
    now = NowSeconds();
  }
  result.seconds = now - begin;
  // The same from a plain mapping.
  PlainFile plain(options);
  if (auto made = plain.Write(info.length, std::string(kChunk, 'x')); !made.ok()) {
    return made.status();
  }
  ASSIGN_OR_RETURN(auto file, Disk::Real().OpenForRead(plain.path()));
  ASSIGN_OR_RETURN(Bytes map, file->Map());
  for (int64_t at = 0; at < info.length; at += kSmall) {
    memcpy(page.data(), map.data() + at, kSmall);
  }
  double reads = 0;
  const double plain_begin = NowSeconds();
  for (now = plain_begin; now < plain_begin + options.seconds / 2; now = NowSeconds()) {
    for (int i = 0; i < kLookAtClock; ++i) {
      memcpy(page.data(), map.data() + offsets.Next(), kSmall);
      asm volatile("" : : "r"(page.data()) : "memory");  // or nothing would be copied
    }
    reads += kLookAtClock;
  }
  result.extra["plain_per_second"] = reads / (now - plain_begin);
  return result;
}

Result<RowResult> WriteLocalRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto fs, ConnectFiles(options));
  const std::string path = std::string(kDataPath) + ".written";
  const std::string chunk(kChunk, 'w');
  PlainFile plain(options);
  RowResult result;
  double plain_seconds = 0;
  bool warm = false;
  while (result.seconds < options.seconds) {
    const double begin = NowSeconds();
    ASSIGN_OR_RETURN(auto out, fs->CreateFile(path, client::CreateOptions()));
    for (int64_t at = 0; at < options.bytes; at += static_cast<int64_t>(kChunk)) {
      RETURN_IF_ERROR(out->Write(chunk));
    }
    RETURN_IF_ERROR(out->Close());
    const double took = NowSeconds() - begin;
    RETURN_IF_ERROR(fs->Delete(path, DeleteOptions()));
    ASSIGN_OR_RETURN(double plain_took, plain.Write(options.bytes, chunk));
    RETURN_IF_ERROR(Disk::Real().DeleteFile(plain.path()));
    // The first pass is of memory that nobody has touched before.
    if (!std::exchange(warm, true)) continue;
    result.seconds += took;
    result.operations += static_cast<double>(options.bytes);
    plain_seconds += plain_took;
  }
  result.extra["plain_per_second"] = result.operations / plain_seconds;
  return result;
}

Result<RowResult> WriteRemoteRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto fs, ConnectFiles(options));
  ASSIGN_OR_RETURN(FileInfo info, fs->GetStatus(kDataPath));
  ASSIGN_OR_RETURN(WorkerNetAddress address, WorkerOf(info));
  stub::ConnectionOptions connection;
  connection.transport = options.grpc_client ? rpc::Transport::kGrpc : rpc::Transport::kLean;
  stub::BlockWorkerClient worker(address, connection);
  const Bytes chunk = Bytes::FromString(std::string(kChunk, 'w'));
  auto write_all = [&]() -> Status {
    stub::BlockWriteRequest request;
    request.block_id = kWrittenBlock;
    request.space_to_reserve = options.bytes;
    ASSIGN_OR_RETURN(auto stream, worker.WriteBlock(request));
    for (int64_t at = 0; at < options.bytes; at += static_cast<int64_t>(kChunk)) {
      RETURN_IF_ERROR(stream->Write(chunk));
    }
    RETURN_IF_ERROR(stream->Close());
    return worker.RemoveBlock(kWrittenBlock);
  };
  RETURN_IF_ERROR(write_all());
  const double cpu = CpuSeconds(options.server_pids);
  const double begin = NowSeconds();
  RowResult result;
  while (NowSeconds() < begin + options.seconds) {
    RETURN_IF_ERROR(write_all());
    result.operations += static_cast<double>(options.bytes);
  }
  result.seconds = NowSeconds() - begin;
  result.server_cpu_seconds = CpuSeconds(options.server_pids) - cpu;
  return result;
}

Result<RowResult> RandomRemoteRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto fs, ConnectFiles(options));
  ASSIGN_OR_RETURN(FileInfo info, fs->GetStatus(kDataPath));
  ASSIGN_OR_RETURN(WorkerNetAddress address, WorkerOf(info));
  ASSIGN_OR_RETURN(auto channel, LeanChannel::Connect(address.host, address.data_port));
  std::vector<Offsets> offsets;
  for (const FileBlockInfo& block : info.blocks) offsets.emplace_back(block.block.length);
  const std::string method = "/alluxio.grpc.block.BlockWorker/ReadBlock";
  auto read = [&](int64_t number, Callback<void(Status)> done) {
    const size_t index = static_cast<size_t>(number) % offsets.size();
    grpc::block::ReadRequest request;
    request.set_block_id(info.blocks[index].block.id);
    request.set_offset(offsets[index].Next());
    request.set_length(kSmall);
    request.set_chunk_size(kSmall);
    request.set_position_short(true);
    channel->Read(method, request.SerializeAsString(),
                  [done = std::move(done)](Result<std::string> answer) mutable {
                    if (answer.ok() && answer->size() < kSmall) answer = DataLoss("a short read");
                    done(answer.ok() ? OkStatus() : answer.status());
                  });
  };
  RowOptions warm = options;
  warm.seconds = options.seconds / 2;
  auto warmed = Pump(*channel, read, INT64_MAX).Run(warm);
  if (!warmed.ok()) return warmed.status();
  return Pump(*channel, read, INT64_MAX).Run(options);
}

}  // namespace alluxio::bench
