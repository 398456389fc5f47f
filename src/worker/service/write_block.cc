#include "worker/service/write_block.h"

#include <fmt/core.h>

#include <optional>
#include <string_view>

#include "metrics/registry.h"
#include "proto/grpc/block_worker.pb.h"
#include "worker/fetch/ufs_file_writer.h"
#include "worker/service/publish_and_finish.h"

namespace alluxio::worker {
namespace {

using ::alluxio::grpc::block::WriteRequest;
using ::alluxio::grpc::block::WriteRequestCommand;
using ::alluxio::grpc::block::WriteResponse;

// Copying so much holds up the other streams of a transport's thread as long as receiving it does.
constexpr size_t kQuickBytes = 1024 * 1024 + 64;

bool TakeVarint(std::string_view* text, uint64_t* value) {
  *value = 0;
  for (int shift = 0; shift < 64 && !text->empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(text->front());
    text->remove_prefix(1);
    *value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

// Takes a field of bytes that is all there is in `*text`, and leaves its content.
bool TakeOnlyField(char tag, std::string_view* text) {
  if (text->empty() || text->front() != tag) return false;
  text->remove_prefix(1);
  uint64_t length = 0;
  return TakeVarint(text, &length) && length == text->size();
}

// The data of WriteRequest{chunk{data}} where it lies, in the one form that clients write; null
// for everything else, which is parsed and copied.
std::optional<std::string_view> ChunkOf(const Bytes& message) {
  std::string_view rest = message.view();
  const bool plain = TakeOnlyField(0x12, &rest) && TakeOnlyField(0x0a, &rest);
  return plain ? std::optional<std::string_view>(rest) : std::nullopt;
}

class WriteBlock final : public StreamWork {
 public:
  WriteBlock(WorkerParts& parts, rpc::StreamSinkPtr sink) : parts_(parts), sink_(std::move(sink)) {
    Active().Add(1);
  }
  ~WriteBlock() override { Active().Add(-1); }

  Status OnMessage(const Bytes& message) override {
    if (std::optional<std::string_view> data = ChunkOf(message)) return Write(*data);
    WriteRequest request;
    if (!request.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
      return InvalidArgument("WriteBlock: the message is not a WriteRequest");
    }
    if (request.has_chunk()) return Write(request.chunk().data());
    if (!request.has_command()) return InvalidArgument("WriteBlock: neither command nor chunk");
    const WriteRequestCommand& command = request.command();
    if (!opened_) return Open(command);
    if (!command.flush()) return InvalidArgument("WriteBlock: the stream is open already");
    return Flush(command.offset());
  }

  // What fits into the memory of a reused file is copied and summed while the processor's cache
  // has it from the socket.
  std::optional<Status> TryMessage(const Bytes& message) override {
    if (block_ == nullptr || message.size() > kQuickBytes) return std::nullopt;
    std::optional<std::string_view> data = ChunkOf(message);
    if (!data || !block_->FitsRoom(data->size())) return std::nullopt;
    return Write(*data);
  }

  Status OnHalfClose() override {
    if (!opened_) return InvalidArgument("WriteBlock: nothing was asked for");
    if (file_ != nullptr) return CommitFile();
    Result<CommittedBlock> committed = block_->Commit();
    block_.reset();
    if (!committed.ok()) return committed.status();
    return PublishAndFinish(parts_, *committed, sink_);
  }

  void OnEnd() override {
    block_.reset();
    file_.reset();
  }

 private:
  static metrics::Counter& Active() {
    static metrics::Counter& active =
        metrics::Registry::Process().counter("Worker.ActiveRpcWriteCount");
    return active;
  }
  Status Open(const WriteRequestCommand& command) {
    if (command.offset() != 0) {
      return InvalidArgument(fmt::format("WriteBlock: the first offset is {}", command.offset()));
    }
    Status opened;
    switch (command.type()) {
      case grpc::block::ALLUXIO_BLOCK:
        opened = OpenBlock(command);
        break;
      case grpc::block::UFS_FILE:
        opened = OpenFile(command);
        break;
      default:
        opened = FailedPrecondition(
            "WriteBlock: blocks that fall back to the under store are not supported; set "
            "alluxio.user.file.ufs.tier.enabled=false");
    }
    opened_ = opened.ok();
    return opened;
  }

  Status OpenBlock(const WriteRequestCommand& command) {
    if (!command.has_id()) return InvalidArgument("WriteBlock: no block id");
    Placement placement;
    placement.tier = command.tier();
    placement.medium = command.medium_type();
    placement.reserve_bytes = command.space_to_reserve();
    placement.pin = command.pin_on_create();
    placement.reuse = ReuseFor(command.id(), Reuse::kStream);
    ASSIGN_OR_RETURN(block_, parts_.store.Create(command.id(), placement));
    return OkStatus();
  }

  Status OpenFile(const WriteRequestCommand& command) {
    if (!command.has_create_ufs_file_options()) {
      return InvalidArgument("WriteBlock: no options for the file of the under store");
    }
    const auto& options = command.create_ufs_file_options();
    UfsFileOptions file;
    file.mount_id = options.mount_id();
    file.ufs_path = options.ufs_path();
    file.owner = options.owner();
    file.group = options.group();
    if (options.has_mode()) file.mode.bits = static_cast<uint16_t>(options.mode() & 0777);
    ASSIGN_OR_RETURN(file_, UfsFileWriter::Open(parts_.mounts, file));
    return OkStatus();
  }

  Status Write(std::string_view data) {
    if (!opened_) return InvalidArgument("WriteBlock: data before the command");
    if (data.empty()) return OkStatus();
    RETURN_IF_ERROR(block_ != nullptr ? block_->Append(data) : file_->Write(data));
    received_ += static_cast<int64_t>(data.size());
    static metrics::Counter& written =
        metrics::Registry::Process().counter("Worker.BytesWrittenRemote");
    written.Add(static_cast<int64_t>(data.size()));
    return OkStatus();
  }

  Status Flush(int64_t offset) {
    if (offset != received_) {
      return InvalidArgument(fmt::format("Offsets do not match [received: {}, expected: {}].",
                                         offset, received_));
    }
    // A flushed block is usually full and idles until the file is closed.
    if (block_ != nullptr) RETURN_IF_ERROR(block_->Flush());
    WriteResponse response;
    response.set_offset(received_);
    rpc::SendMessage(*sink_, response);
    return OkStatus();
  }

  Status CommitFile() {
    Result<std::string> hash = file_->Commit();
    file_.reset();
    if (!hash.ok()) return hash.status();
    WriteResponse response;
    response.set_offset(received_);
    if (!hash->empty()) response.set_contenthash(*hash);
    rpc::SendMessage(*sink_, response);
    sink_->Finish(OkStatus());
    return OkStatus();
  }

  WorkerParts& parts_;
  const rpc::StreamSinkPtr sink_;
  bool opened_ = false;
  std::unique_ptr<TempBlock> block_;     // one of the two while opened
  std::unique_ptr<UfsFileWriter> file_;
  int64_t received_ = 0;
};

}  // namespace

ExecutorOfStream WriteBlockExecutors(WorkerParts& parts) {
  return [&parts](const Bytes& first) -> Executor& {
    WriteRequest request;
    bool parsed = request.ParseFromArray(first.data(), static_cast<int>(first.size()));
    bool file = parsed && request.command().type() == grpc::block::UFS_FILE;
    if (!file) return parts.writers;
    return parts.lanes.ExecutorOf(request.command().create_ufs_file_options().mount_id());
  };
}

StreamWorkFactory WriteBlockStreams(WorkerParts& parts) {
  return [&parts](rpc::StreamSinkPtr sink) {
    return std::make_unique<WriteBlock>(parts, std::move(sink));
  };
}

}  // namespace alluxio::worker
