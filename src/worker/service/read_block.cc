#include "worker/service/read_block.h"

#include <fmt/core.h>

#include <algorithm>

#include "metrics/registry.h"
#include "proto/grpc/block_worker.pb.h"
#include "worker/service/local_block.h"
#include "worker/service/read_counts.h"
#include "worker/service/strand.h"

namespace alluxio::worker {
namespace {

using ::alluxio::grpc::block::ReadRequest;
using ::alluxio::grpc::block::ReadResponse;

constexpr int kAhead = 2;
// Of a file that the client reads itself: what it may have been told of and not read yet.
constexpr int64_t kFileAheadBytes = int64_t{16} << 20;
constexpr int64_t kDefaultChunkBytes = int64_t{1} << 20;

void PutVarint(std::string* out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<char>(value | 0x80));
  out->push_back(static_cast<char>(value));
}

// Bytes that went to clients over the network, and those of them that were cached.
struct Counters {
  metrics::Counter& sent = metrics::Registry::Process().counter("Worker.BytesReadRemote");
  metrics::Counter& cached = metrics::Registry::Process().counter("Worker.BytesReadCache");
  metrics::Counter& active = metrics::Registry::Process().counter("Worker.ActiveRpcReadCount");
};

const Counters& Count() {
  static const Counters counters;
  return counters;
}

stub::UfsBlock UfsBlockOf(const ReadRequest& request) {
  const auto& options = request.open_ufs_block_options();
  stub::UfsBlock block;
  block.ufs_path = options.ufs_path();
  block.offset_in_file = options.offset_in_file();
  block.block_size = options.block_size();
  block.mount_id = options.mountid();
  block.no_cache = options.no_cache();
  block.in_ufs_tier = options.block_in_ufs_tier();
  if (options.has_maxufsreadconcurrency()) block.max_readers = options.maxufsreadconcurrency();
  block.user = options.user();
  return block;
}

Status CheckRange(const ReadRequest& request) {
  if (!request.has_block_id() || request.block_id() < 0) {
    return InvalidArgument(fmt::format("ReadBlock: invalid block id {}", request.block_id()));
  }
  if (request.offset() < 0 || request.length() <= 0) {
    return InvalidArgument(fmt::format("ReadBlock: block {}: invalid range {}+{}",
                                       request.block_id(), request.offset(), request.length()));
  }
  return OkStatus();
}

std::string FileMessage(const ColdData& data) {
  ReadResponse response;
  response.mutable_file_part()->set_path(data.path);
  response.mutable_file_part()->set_end(data.end);
  return response.SerializeAsString();
}

// One read. Shared by the handler, posted work and callbacks of the transport.
class Read : public std::enable_shared_from_this<Read> {
 public:
  Read(WorkerParts& parts, rpc::StreamSinkPtr sink)
      : parts_(parts), sink_(std::move(sink)), strand_(parts.readers) {
    Count().active.Add(1);
  }
  ~Read() { Count().active.Add(-1); }

  void Start(const ReadRequest& request) {
    in_file_ = request.in_file();
    acknowledged_ = request.offset();
    if (StartInMemory(request)) return;
    strand_.Post([self = shared_from_this(), request](const Status& admitted) {
      Status opened = admitted.ok() ? self->Open(request) : admitted;
      bool halted = self->SetOpened();
      if (!opened.ok() || halted) return self->sink_->Finish(opened);
      if (self->cold_ != nullptr) {
        self->ColdStep();  // asks for the first chunk; the rest follows from there
      } else {
        self->Pump(kAhead);
      }
    });
  }

  // The client has read what comes before `position`.
  void Acknowledge(int64_t position) {
    if (!in_file_) return;
    strand_.Post([self = shared_from_this(), position](const Status& admitted) {
      if (!admitted.ok()) return self->sink_->Finish(admitted);
      self->acknowledged_ = std::max(self->acknowledged_, position);
      self->ColdStep();
    });
  }

  // The client has enough.
  void Halt() {
    {
      MutexLock lock(mutex_);
      stopped_ = true;
      if (!opened_) return;  // whoever opens the block finishes, and says what was wrong
    }
    sink_->Finish(OkStatus());
  }

  void Release() {
    {
      MutexLock lock(mutex_);
      stopped_ = true;
    }
    if (in_memory_ != nullptr && !in_memory_->EndsFile()) return DropLease();
    strand_.Post([self = shared_from_this()](const Status&) {
      self->cold_.reset();
      self->DropLease();
    });
  }

 private:
  // What is in memory is sent by the thread that got the request: waking another one takes longer
  // than the rest together. False when it is not, or has to move.
  bool StartInMemory(const ReadRequest& request) {
    if (request.promote()) return false;
    std::shared_ptr<const BlockLease> lease = parts_.store.LeaseInMemory(request.block_id());
    if (lease == nullptr) return false;
    in_memory_ = lease.get();
    Status opened = OpenCached(request, std::move(lease));
    SetOpened();
    if (!opened.ok()) sink_->Finish(opened);
    else Pump(kAhead);
    return true;
  }

  void DropLease() {
    std::shared_ptr<const BlockLease> lease;
    Bytes mapped;
    MutexLock lock(mutex_);
    std::swap(lease, lease_);
    std::swap(mapped, mapped_);
  }

  // Returns whether the client had enough before.
  bool SetOpened() {
    MutexLock lock(mutex_);
    opened_ = true;
    return stopped_;
  }

  Status Open(const ReadRequest& request) {
    BlockId id = request.block_id();
    if (request.promote()) PromoteBlock(parts_.store, id);
    Result<std::shared_ptr<const BlockLease>> lease = parts_.store.Lease(id);
    if (!lease.ok() && !lease.status().Is(StatusCode::kNotFound)) return lease.status();
    if (lease.ok()) {
      ReadCounts::Opened(ReadCounts::Get().remote);
      return OpenCached(request, *std::move(lease));
    }
    stub::UfsBlock ufs = UfsBlockOf(request);
    if (ufs.ufs_path.empty()) return lease.status();
    if (ufs.block_size <= 0) return InvalidArgument(fmt::format("block {}: no block size", id));
    RETURN_IF_ERROR(SetRange(request, ufs.block_size));
    ASSIGN_OR_RETURN(cold_, parts_.cold.Open(id, ufs, request.offset(), request.length()));
    ReadCounts::Opened(ReadCounts::Get().ufs);
    return OkStatus();
  }

  Status OpenCached(const ReadRequest& request, std::shared_ptr<const BlockLease> lease) {
    RETURN_IF_ERROR(SetRange(request, lease->length()));
    ASSIGN_OR_RETURN(Bytes mapped, lease->Map());
    MutexLock lock(mutex_);
    lease_ = std::move(lease);
    mapped_ = std::move(mapped);
    return OkStatus();
  }

  Status SetRange(const ReadRequest& request, int64_t block_length) {
    if (request.offset() > block_length) {
      return InvalidArgument(fmt::format("ReadBlock: block {}: offset {} beyond its length {}",
                                         request.block_id(), request.offset(), block_length));
    }
    int64_t chunk = request.chunk_size() > 0 ? request.chunk_size() : kDefaultChunkBytes;
    MutexLock lock(mutex_);
    position_ = request.offset();
    end_ = position_ + std::min(request.length(), block_length - position_);
    chunk_ = std::min(chunk, parts_.max_chunk_bytes);
    return OkStatus();
  }

  // Sends slices while the transport takes them. Whoever finds nobody pumping pumps, so chunks
  // keep their order.
  void Pump(int credits) {
    {
      MutexLock lock(mutex_);
      credits_ += credits;
      if (pumping_) return;
      pumping_ = true;
    }
    while (true) {
      Bytes data;
      bool finished = false;
      {
        MutexLock lock(mutex_);
        finished = position_ >= end_;
        if (stopped_ || finished || credits_ == 0) {
          pumping_ = false;
          if (stopped_ || !finished) return;
          stopped_ = true;
        } else {
          --credits_;
          data = mapped_.Slice(static_cast<size_t>(position_),
                               static_cast<size_t>(std::min(chunk_, end_ - position_)));
          position_ += static_cast<int64_t>(data.size());
        }
      }
      if (finished) return sink_->Finish(OkStatus());
      Count().sent.Add(static_cast<int64_t>(data.size()));
      Count().cached.Add(static_cast<int64_t>(data.size()));
      std::string prefix = ReadResponsePrefix(data.size());
      sink_->Send(std::move(prefix), std::move(data), [self = shared_from_this()](bool alive) {
        if (alive) self->Pump(1);
      });
    }
  }

  // Asks for the next chunk, one at a time, while fewer than kAhead wait in the transport. Runs on
  // the strand.
  void ColdStep() {
    if (cold_ == nullptr || cold_reading_ || cold_unsent_ >= kAhead) return;
    int64_t position = 0;
    int64_t size = 0;
    {
      MutexLock lock(mutex_);
      if (stopped_) return;
      position = position_;
      size = std::min(chunk_, end_ - position_);
    }
    if (in_file_ && size > 0 && position - acknowledged_ >= kFileAheadBytes) return;
    if (size == 0) return sink_->Finish(OkStatus());  // after what waits in the transport
    cold_reading_ = true;
    auto done = [self = shared_from_this()](Result<ColdData> data) {
      self->strand_.Dispatch([self, data = std::move(data)](const Status& admitted) mutable {
        self->cold_reading_ = false;
        if (!admitted.ok()) return self->sink_->Finish(admitted);
        if (self->cold_ != nullptr) self->ColdSend(std::move(data));
      });
    };
    if (in_file_) return cold_->ReadOrFile(position, size, std::move(done));
    cold_->Read(position, size, [done = std::move(done)](Result<Bytes> data) mutable {
      done(data.ok() ? Result<ColdData>(ColdData{.bytes = *std::move(data)}) : data.status());
    });
  }

  void ColdSend(Result<ColdData> data) {
    if (!data.ok()) return sink_->Finish(data.status());
    // A file that became shorter: the client sees the early end and asks the master again.
    if (data->bytes.empty() && data->path.empty()) return sink_->Finish(OkStatus());
    {
      MutexLock lock(mutex_);
      position_ = data->path.empty() ? position_ + static_cast<int64_t>(data->bytes.size())
                                     : data->end;
    }
    ++cold_unsent_;
    Count().sent.Add(static_cast<int64_t>(data->bytes.size()));
    std::string prefix = data->path.empty() ? ReadResponsePrefix(data->bytes.size())
                                            : FileMessage(*data);
    sink_->Send(std::move(prefix), std::move(data->bytes), [self = shared_from_this()](bool alive) {
      if (!alive) return;
      self->strand_.Post([self](const Status& admitted) {
        --self->cold_unsent_;
        if (!admitted.ok()) return self->sink_->Finish(admitted);
        self->ColdStep();
      });
    });
    ColdStep();
  }

  WorkerParts& parts_;
  const rpc::StreamSinkPtr sink_;
  Strand strand_;
  std::unique_ptr<ColdRead> cold_;  // of the strand, as what follows
  bool cold_reading_ = false;
  int cold_unsent_ = 0;
  bool in_file_ = false;  // set before anything is posted
  const BlockLease* in_memory_ = nullptr;  // lease_, when nothing was posted
  int64_t acknowledged_ = 0;

  Mutex mutex_;
  std::shared_ptr<const BlockLease> lease_ GUARDED_BY(mutex_);
  Bytes mapped_ GUARDED_BY(mutex_);
  int64_t position_ GUARDED_BY(mutex_) = 0;
  int64_t end_ GUARDED_BY(mutex_) = 0;
  int64_t chunk_ GUARDED_BY(mutex_) = kDefaultChunkBytes;
  int credits_ GUARDED_BY(mutex_) = 0;
  bool pumping_ GUARDED_BY(mutex_) = false;
  bool stopped_ GUARDED_BY(mutex_) = false;
  bool opened_ GUARDED_BY(mutex_) = false;   // the block was opened, or could not be
};

class ReadBlockHandler final : public rpc::StreamHandler {
 public:
  ReadBlockHandler(WorkerParts& parts, rpc::StreamSinkPtr sink)
      : sink_(sink), read_(std::make_shared<Read>(parts, std::move(sink))) {}

  void OnMessage(Bytes message, Callback<void()> done) override {
    ReadRequest request;
    Status status;
    if (!request.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
      status = InvalidArgument("ReadBlock: the message is not a ReadRequest");
    } else if (request.has_offset_received()) {
      if (started_) read_->Acknowledge(request.offset_received());
      else status = InvalidArgument("ReadBlock: an acknowledgement before the request");
    } else if (started_) {
      status = FailedPrecondition("ReadBlock: a second request on one stream");
    } else {
      status = CheckRange(request);
    }
    if (!status.ok()) {
      sink_->Finish(status);
    } else if (!started_) {
      started_ = true;
      read_->Start(request);
    }
    done();
  }

  void OnHalfClose() override { read_->Halt(); }
  void OnEnd(const Status&) override { read_->Release(); }

 private:
  const rpc::StreamSinkPtr sink_;
  const std::shared_ptr<Read> read_;
  bool started_ = false;
};

}  // namespace

std::string ReadResponsePrefix(size_t data_bytes) {
  std::string inner("\x0a", 1);
  PutVarint(&inner, data_bytes);
  std::string prefix("\x0a", 1);
  PutVarint(&prefix, inner.size() + data_bytes);
  return prefix + inner;
}

rpc::StreamFactory ReadBlockStreams(WorkerParts& parts) {
  return [&parts](rpc::StreamSinkPtr sink) {
    return std::make_unique<ReadBlockHandler>(parts, std::move(sink));
  };
}

}  // namespace alluxio::worker
