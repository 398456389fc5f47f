#include "stub/block_streams.h"

#include <algorithm>

#include "base/check.h"
#include "base/log.h"
#include "proto/grpc/block_worker.pb.h"
#include "rpc/channel.h"
#include "stub/block_requests.h"

namespace alluxio::stub {

namespace block = grpc::block;

namespace {

constexpr Duration kCloseTimeout = std::chrono::seconds(5);
constexpr Duration kOpenTimeout = std::chrono::minutes(3);

void AppendVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

size_t VarintSize(uint64_t value) {
  size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    ++size;
  }
  return size;
}

// What stands before the bytes of WriteRequest{chunk{data}}, so that they need no copy.
std::string ChunkPrefix(size_t size) {
  std::string prefix;
  prefix.push_back(0x12);  // WriteRequest.chunk
  AppendVarint(1 + VarintSize(size) + size, &prefix);
  prefix.push_back(0x0a);  // Chunk.data
  AppendVarint(size, &prefix);
  return prefix;
}

Result<uint64_t> TakeVarint(std::string_view* text) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && !text->empty(); shift += 7) {
    uint8_t byte = static_cast<uint8_t>(text->front());
    text->remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return InternalError("a length in a message of a worker is malformed");
}

// The data of ReadResponse{chunk{data}} as a slice of the message when it is written in the one
// form every worker uses; otherwise parsed and copied.
Result<BlockPart> ParsePart(const Bytes& message) {
  std::string_view rest = message.view();
  if (!rest.empty() && rest.front() == 0x0a) {
    rest.remove_prefix(1);
    ASSIGN_OR_RETURN(uint64_t outer, TakeVarint(&rest));
    if (outer == rest.size() && !rest.empty() && rest.front() == 0x0a) {
      rest.remove_prefix(1);
      ASSIGN_OR_RETURN(uint64_t inner, TakeVarint(&rest));
      if (inner == rest.size()) {
        return BlockPart{.bytes = message.Slice(message.size() - inner, inner)};
      }
    }
  }
  block::ReadResponse response;
  if (!response.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
    return InternalError("a message of a worker is not a ReadResponse");
  }
  if (!response.file_part().path().empty()) {
    return BlockPart{.path = response.file_part().path(), .end = response.file_part().end()};
  }
  std::string* data = response.mutable_chunk()->mutable_data();
  return BlockPart{.bytes = Bytes::FromString(std::move(*data))};
}

// Waits for the worker's end of a half-closed stream; messages on the way are dropped.
Status AwaitEnd(rpc::ClientStream& stream, Duration timeout) {
  for (;;) {
    ASSIGN_OR_RETURN(std::optional<Bytes> message, stream.Receive(timeout));
    if (!message) return OkStatus();
  }
}

Status FinishStream(rpc::ClientStream& stream, Duration timeout) {
  RETURN_IF_ERROR(stream.HalfClose());
  return AwaitEnd(stream, timeout);
}

}  // namespace

Status ReceiveFirst(rpc::ClientStream& stream, google::protobuf::MessageLite* answer) {
  ASSIGN_OR_RETURN(std::optional<Bytes> message, stream.Receive(kOpenTimeout));
  if (!message) return Unavailable("the worker ended the stream without giving a path");
  if (!answer->ParseFromArray(message->data(), static_cast<int>(message->size()))) {
    return InternalError("a message of a worker is not a " + answer->GetTypeName());
  }
  return OkStatus();
}

void ToProto(const UfsBlock& ufs, proto::dataserver::OpenUfsBlockOptions* out) {
  if (ufs.ufs_path.empty() && !ufs.in_ufs_tier) return;
  if (ufs.in_ufs_tier) {
    out->set_block_in_ufs_tier(true);
  } else {
    out->set_ufs_path(ufs.ufs_path);
  }
  out->set_offset_in_file(ufs.offset_in_file);
  out->set_block_size(ufs.block_size);
  out->set_maxufsreadconcurrency(ufs.max_readers);
  out->set_mountid(ufs.mount_id);
  out->set_no_cache(ufs.no_cache);
  if (!ufs.user.empty()) out->set_user(ufs.user);
}

void ToProto(const BlockReadRequest& request, block::ReadRequest* out) {
  out->set_block_id(request.block_id);
  out->set_offset(request.offset);
  out->set_length(request.length);
  out->set_promote(request.promote);
  out->set_chunk_size(request.chunk_size);
  out->set_position_short(request.position_short);
  if (request.in_file) out->set_in_file(true);
  ToProto(request.ufs, out->mutable_open_ufs_block_options());
}

BlockReadStream::BlockReadStream(std::unique_ptr<rpc::ClientStream> stream,
                                 const BlockReadRequest& request)
    : stream_(std::move(stream)),
      request_(request),
      position_(request.offset),
      acknowledged_(request.offset) {}

BlockReadStream::~BlockReadStream() { Close(); }

Result<BlockPart> BlockReadStream::PartOf(const Bytes& message) const {
  const int64_t end = request_.offset + request_.length;
  ASSIGN_OR_RETURN(BlockPart part, ParsePart(message));
  if (part.path.empty()) part.end = position_ + static_cast<int64_t>(part.bytes.size());
  bool unasked = !part.path.empty() && !request_.in_file;
  if (!unasked && part.end > position_ && part.end <= end) return part;
  return InternalError("block " + std::to_string(request_.block_id) + ": the worker sent " +
                       (part.path.empty() ? "a chunk of bytes" : part.path) + " at " +
                       std::to_string(position_) + " up to " + std::to_string(part.end));
}

// One that is lost shows in the next Receive, with the reason.
void BlockReadStream::Acknowledge() {
  if (position_ == acknowledged_) return;
  acknowledged_ = position_;
  block::ReadRequest acknowledge;
  ToProto(request_, &acknowledge);
  acknowledge.set_offset_received(position_);
  Status sent = rpc::SendMessage(*stream_, acknowledge);
  if (!sent.ok()) {
    LOG_TRACE("stub: acknowledgement not sent block={} status={}", request_.block_id,
              sent.ToString());
  }
}

Result<std::optional<BlockPart>> BlockReadStream::NextPart(Duration timeout) {
  const int64_t end = request_.offset + request_.length;
  if (stream_ == nullptr || position_ >= end) {
    Close();
    return std::optional<BlockPart>();
  }
  Acknowledge();
  ASSIGN_OR_RETURN(std::optional<Bytes> message, stream_->Receive(timeout));
  if (!message) {
    return OutOfRange("block " + std::to_string(request_.block_id) + ": ends at " +
                      std::to_string(position_) + ", expected " + std::to_string(end));
  }
  ASSIGN_OR_RETURN(BlockPart part, PartOf(*message));
  position_ = part.end;
  // What is in a file is acknowledged when it was read.
  if (part.path.empty() && position_ < end) Acknowledge();
  return std::optional<BlockPart>(std::move(part));
}

Result<std::optional<Bytes>> BlockReadStream::Next(Duration timeout) {
  CHECK(!request_.in_file) << "block " << request_.block_id;
  ASSIGN_OR_RETURN(std::optional<BlockPart> part, NextPart(timeout));
  if (!part) return std::optional<Bytes>();
  return std::optional<Bytes>(std::move(part->bytes));
}

void BlockReadStream::Close() {
  if (stream_ == nullptr) return;
  std::unique_ptr<rpc::ClientStream> stream = std::move(stream_);
  if (position_ < request_.offset + request_.length) {
    // What is still on the way is of no use: cancelling frees the worker at once.
    stream->Cancel();
    return;
  }
  if (Status closed = FinishStream(*stream, kCloseTimeout); !closed.ok()) {
    LOG_DEBUG("stub: read stream closed badly block={} status={}", request_.block_id,
              closed.ToString());
  }
}

BlockWriteStream::BlockWriteStream(std::unique_ptr<rpc::ClientStream> stream,
                                   const BlockWriteRequest& request)
    : stream_(std::move(stream)), request_(request) {}

BlockWriteStream::~BlockWriteStream() { Cancel(); }

Status BlockWriteStream::Write(const Bytes& data) {
  if (stream_ == nullptr) return FailedPrecondition("the block stream is closed");
  for (size_t done = 0; done < data.size();) {
    Bytes chunk = data.Slice(done, kMaxChunkBytes);
    done += chunk.size();
    position_ += static_cast<int64_t>(chunk.size());
    std::string prefix = ChunkPrefix(chunk.size());
    RETURN_IF_ERROR(stream_->Send(std::move(prefix), std::move(chunk)));
  }
  return OkStatus();
}

Status BlockWriteStream::Flush() {
  if (stream_ == nullptr) return FailedPrecondition("the block stream is closed");
  if (position_ == 0) return OkStatus();
  block::WriteRequest request;
  block::WriteRequestCommand* command = request.mutable_command();
  command->set_type(static_cast<block::RequestType>(request_.kind));
  command->set_id(request_.block_id);
  command->set_offset(position_);
  command->set_flush(true);
  RETURN_IF_ERROR(rpc::SendMessage(*stream_, request));
  for (;;) {
    ASSIGN_OR_RETURN(std::optional<Bytes> message, stream_->Receive(kStreamTimeout));
    if (!message) {
      return Unavailable("Flush request at " + std::to_string(position_) +
                         " is not acknowledged before complete.");
    }
    block::WriteResponse response;
    if (!response.ParseFromArray(message->data(), static_cast<int>(message->size()))) {
      return InternalError("a message of a worker is not a WriteResponse");
    }
    if (response.offset() >= position_) return OkStatus();
  }
}

Status BlockWriteStream::BeginClose() {
  if (stream_ == nullptr) return FailedPrecondition("the block stream is closed");
  return stream_->HalfClose();
}

Status BlockWriteStream::Close() {
  if (stream_ == nullptr) return FailedPrecondition("the block stream is closed");
  std::unique_ptr<rpc::ClientStream> stream = std::move(stream_);
  RETURN_IF_ERROR(stream->HalfClose());
  for (;;) {
    ASSIGN_OR_RETURN(std::optional<Bytes> message, stream->Receive(kCommitTimeout));
    if (!message) return OkStatus();
    block::WriteResponse response;
    if (response.ParseFromArray(message->data(), static_cast<int>(message->size())) &&
        response.has_contenthash()) {
      content_hash_ = response.contenthash();
    }
  }
}

void BlockWriteStream::Cancel() {
  if (stream_ == nullptr) return;
  stream_->Cancel();
  stream_.reset();
}

LocalBlockRead::LocalBlockRead(std::unique_ptr<rpc::ClientStream> stream)
    : stream_(std::move(stream)) {}

LocalBlockRead::LocalBlockRead(std::unique_ptr<rpc::ClientStream> stream, std::string path)
    : stream_(std::move(stream)), path_(std::move(path)) {}

LocalBlockRead::~LocalBlockRead() { Close(); }

Result<std::string> LocalBlockRead::Path() {
  if (path_) return *path_;
  if (stream_ == nullptr) return FailedPrecondition("the block stream is closed");
  block::OpenLocalBlockResponse answer;
  Status opened = ReceiveFirst(*stream_, &answer);
  path_ = opened.ok() ? Result<std::string>(answer.path()) : opened;
  return *path_;
}

void LocalBlockRead::BeginClose() {
  if (stream_ != nullptr && !std::exchange(closing_, true)) told_ = stream_->HalfClose();
}

void LocalBlockRead::Close() {
  BeginClose();
  if (stream_ == nullptr) return;
  std::unique_ptr<rpc::ClientStream> stream = std::move(stream_);
  Status closed = told_.ok() ? AwaitEnd(*stream, kCloseTimeout) : told_;
  if (!closed.ok()) {
    const bool known = path_ && path_->ok();
    LOG_DEBUG("stub: local read closed badly path={} status={}", known ? **path_ : "",
              closed.ToString());
  }
}

LocalBlockWrite::LocalBlockWrite(std::unique_ptr<rpc::ClientStream> stream, BlockId block,
                                 LocalBlockFile file)
    : stream_(std::move(stream)), block_id_(block), file_(std::move(file)) {}

LocalBlockWrite::~LocalBlockWrite() { Cancel(); }

Status LocalBlockWrite::Reserve(int64_t bytes) {
  if (stream_ == nullptr) return FailedPrecondition("the block stream is closed");
  block::CreateLocalBlockRequest request;
  request.set_block_id(block_id_);
  request.set_only_reserve_space(true);
  request.set_space_to_reserve(bytes);
  RETURN_IF_ERROR(rpc::SendMessage(*stream_, request));
  ASSIGN_OR_RETURN(std::optional<Bytes> message, stream_->Receive(kStreamTimeout));
  if (!message) return Unavailable("the worker ended the stream instead of reserving space");
  return OkStatus();
}

Status LocalBlockWrite::Seal(int64_t length, uint32_t crc32c) {
  if (stream_ == nullptr) return FailedPrecondition("the block stream is closed");
  if (!file_.reused_bytes) return OkStatus();
  block::CreateLocalBlockRequest request;
  request.set_block_id(block_id_);
  request.mutable_sealed()->set_length(length);
  request.mutable_sealed()->set_crc32c(crc32c);
  return rpc::SendMessage(*stream_, request);
}

Status LocalBlockWrite::BeginClose() {
  if (stream_ == nullptr) return FailedPrecondition("the block stream is closed");
  return stream_->HalfClose();
}

Status LocalBlockWrite::Close() {
  if (stream_ == nullptr) return FailedPrecondition("the block stream is closed");
  std::unique_ptr<rpc::ClientStream> stream = std::move(stream_);
  return FinishStream(*stream, kCommitTimeout);
}

void LocalBlockWrite::Cancel() {
  if (stream_ == nullptr) return;
  stream_->Cancel();
  stream_.reset();
}

}  // namespace alluxio::stub
