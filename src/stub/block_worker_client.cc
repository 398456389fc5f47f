#include "stub/block_worker_client.h"

#include "proto/grpc/block_worker.pb.h"
#include "rpc/channel.h"
#include "rpc/service.h"
#include "stub/block_requests.h"

namespace alluxio::stub {

namespace block = grpc::block;

namespace {

constexpr Duration kCallTimeout = std::chrono::minutes(2);
constexpr int kMaxMessageBytes = 100 * 1024 * 1024;

std::string Path(const char* method) {
  return std::string("/alluxio.grpc.block.BlockWorker/") + method;
}

// The file of a worker of this host, chosen as 2.9's clients do: a name of its own is of this host
// when it is there, another one when the worker is.
std::string LocalSocket(const WorkerNetAddress& address, const ConnectionOptions& options) {
  const bool here = options.domain_socket_as_uuid || address.host == options.local_host ||
                    address.host == "localhost";
  return here ? address.domain_socket_path : std::string();
}

std::shared_ptr<rpc::Channel> Connect(const WorkerNetAddress& address,
                                      const ConnectionOptions& options,
                                      rpc::ChannelGroup group) {
  rpc::ChannelOptions channel;
  channel.transport = options.transport;
  channel.tls = options.tls;
  channel.host = address.container_host.empty() ? address.host : address.container_host;
  channel.port = address.data_port != 0 ? address.data_port : address.rpc_port;
  channel.unix_path = LocalSocket(address, options);
  channel.group = group;
  channel.authenticate = options.authenticate;
  channel.user = options.user;
  channel.impersonate = options.impersonate;
  channel.connect_timeout = options.connect_timeout;
  channel.max_message_bytes = kMaxMessageBytes;
  return rpc::Channel::Create(channel);
}

template <typename Request>
void PutOrder(const CacheOrder& order, Request* request) {
  request->set_block_id(order.block_id);
  request->set_length(order.length);
  request->set_source_host(order.source_host);
  request->set_source_port(order.source_port);
  ToProto(order.ufs, request->mutable_open_ufs_block_options());
}

void PutUfsFile(const BlockWriteRequest& from, proto::dataserver::CreateUfsFileOptions* out) {
  out->set_ufs_path(from.ufs_path);
  out->set_owner(from.owner);
  out->set_group(from.group);
  out->set_mode(from.mode.bits);
  out->set_mount_id(from.mount_id);
}

block::LoadRequest LoadRequestOf(const std::vector<LoadBlock>& blocks,
                                 const LoadOptions& options) {
  block::LoadRequest request;
  for (const LoadBlock& from : blocks) {
    block::Block* to = request.add_blocks();
    to->set_block_id(from.block_id);
    to->set_length(from.length);
    to->set_ufs_path(from.ufs_path);
    to->set_offset_in_file(from.offset_in_file);
    to->set_mountid(from.mount_id);
  }
  block::UfsReadOptions* reading = request.mutable_options();
  reading->set_tag(options.tag);
  reading->set_position_short(options.position_short);
  if (options.bandwidth > 0) reading->set_bandwidth(options.bandwidth);
  if (!options.user.empty()) reading->set_user(options.user);
  return request;
}

std::vector<LoadFailure> FailuresOf(const block::LoadResponse& response) {
  std::vector<LoadFailure> failures;
  for (const block::BlockStatus& status : response.block_status()) {
    int code = status.code() >= 1 && status.code() <= 16 ? status.code()
                                                         : static_cast<int>(StatusCode::kUnknown);
    failures.push_back(LoadFailure{status.block().block_id(),
                                   Status(static_cast<StatusCode>(code), status.message()),
                                   status.retryable()});
  }
  return failures;
}

}  // namespace

BlockWorkerClient::BlockWorkerClient(const WorkerNetAddress& address,
                                     const ConnectionOptions& options)
    : address_(address),
      options_(options),
      calls_(Connect(address, options, rpc::ChannelGroup::kRpc)),
      streams_(Connect(address, options, rpc::ChannelGroup::kStreaming)) {}

BlockWorkerClient::~BlockWorkerClient() = default;

Result<std::unique_ptr<BlockReadStream>> BlockWorkerClient::ReadBlock(
    const BlockReadRequest& request) {
  ASSIGN_OR_RETURN(std::unique_ptr<rpc::ClientStream> stream,
                   streams_->OpenStream(Path("ReadBlock")));
  block::ReadRequest message;
  ToProto(request, &message);
  RETURN_IF_ERROR(rpc::SendMessage(*stream, message));
  return std::make_unique<BlockReadStream>(std::move(stream), request);
}

Result<std::unique_ptr<BlockWriteStream>> BlockWorkerClient::WriteBlock(
    const BlockWriteRequest& request) {
  ASSIGN_OR_RETURN(std::unique_ptr<rpc::ClientStream> stream,
                   streams_->OpenStream(Path("WriteBlock")));
  block::WriteRequest message;
  block::WriteRequestCommand* command = message.mutable_command();
  command->set_type(static_cast<block::RequestType>(request.kind));
  command->set_id(request.block_id);
  command->set_tier(request.tier);
  command->set_medium_type(request.medium_type);
  command->set_pin_on_create(request.pin);
  if (request.kind == WriteKind::kUfsFile) {
    PutUfsFile(request, command->mutable_create_ufs_file_options());
  } else {
    command->set_space_to_reserve(request.space_to_reserve);
  }
  RETURN_IF_ERROR(rpc::SendMessage(*stream, message));
  return std::make_unique<BlockWriteStream>(std::move(stream), request);
}

Result<std::unique_ptr<LocalBlockRead>> BlockWorkerClient::OpenLocalBlock(BlockId id,
                                                                          bool promote) {
  ASSIGN_OR_RETURN(std::unique_ptr<rpc::ClientStream> stream,
                   streams_->OpenStream(Path("OpenLocalBlock")));
  block::OpenLocalBlockRequest request;
  request.set_block_id(id);
  request.set_promote(promote);
  RETURN_IF_ERROR(rpc::SendMessage(*stream, request));
  return std::make_unique<LocalBlockRead>(std::move(stream));
}

Result<std::unique_ptr<LocalBlockWrite>> BlockWorkerClient::CreateLocalBlock(
    const LocalBlockRequest& from) {
  ASSIGN_OR_RETURN(std::unique_ptr<rpc::ClientStream> stream,
                   streams_->OpenStream(Path("CreateLocalBlock")));
  block::CreateLocalBlockRequest request;
  request.set_block_id(from.block_id);
  request.set_tier(from.tier);
  request.set_medium_type(from.medium_type);
  request.set_pin_on_create(from.pin);
  request.set_space_to_reserve(from.space_to_reserve);
  request.set_only_reserve_space(false);
  request.set_cleanup_on_failure(true);
  request.set_seals(true);
  RETURN_IF_ERROR(rpc::SendMessage(*stream, request));
  block::CreateLocalBlockResponse answer;
  RETURN_IF_ERROR(ReceiveFirst(*stream, &answer));
  LocalBlockFile file{answer.path(), std::nullopt};
  if (answer.has_reused_bytes()) file.reused_bytes = answer.reused_bytes();
  return std::make_unique<LocalBlockWrite>(std::move(stream), from.block_id, std::move(file));
}

Status BlockWorkerClient::Cache(const CacheOrder& order) {
  block::CacheRequest request;
  PutOrder(order, &request);
  request.set_async(order.async);
  block::CacheResponse response;
  // Filling a block takes as long as its source needs.
  return calls_->Call(Path("Cache"), request, &response,
                      order.async ? kCallTimeout : kCommitTimeout);
}

Status BlockWorkerClient::AsyncCache(const CacheOrder& order) {
  block::AsyncCacheRequest request;
  PutOrder(order, &request);
  block::AsyncCacheResponse response;
  return calls_->Call(Path("AsyncCache"), request, &response, kCallTimeout);
}

void BlockWorkerClient::LoadAsync(const std::vector<LoadBlock>& blocks,
                                  const LoadOptions& options, LoadDone done) {
  block::LoadRequest request = LoadRequestOf(blocks, options);
  calls_->CallAsync(Path("Load"), rpc::MethodTable::SerializeMessage(request), options.timeout,
                    [done = std::move(done)](Result<Bytes> answer) mutable {
                      if (!answer.ok()) return done(answer.status());
                      block::LoadResponse response;
                      if (!response.ParseFromArray(answer->data(),
                                                   static_cast<int>(answer->size()))) {
                        return done(InternalError("Load: the answer is no LoadResponse"));
                      }
                      done(FailuresOf(response));
                    });
}

Result<std::vector<LoadFailure>> BlockWorkerClient::Load(const std::vector<LoadBlock>& blocks,
                                                         const LoadOptions& options) {
  block::LoadResponse response;
  RETURN_IF_ERROR(
      calls_->Call(Path("Load"), LoadRequestOf(blocks, options), &response, options.timeout));
  return FailuresOf(response);
}

Status BlockWorkerClient::RemoveBlock(BlockId id) {
  block::RemoveBlockRequest request;
  request.set_block_id(id);
  block::RemoveBlockResponse response;
  return calls_->Call(Path("RemoveBlock"), request, &response, kCallTimeout);
}

Status BlockWorkerClient::MoveBlock(BlockId id, const std::string& medium_type) {
  block::MoveBlockRequest request;
  request.set_block_id(id);
  request.set_medium_type(medium_type);
  block::MoveBlockResponse response;
  return calls_->Call(Path("MoveBlock"), request, &response, kCallTimeout);
}

Status BlockWorkerClient::ClearMetrics() {
  block::ClearMetricsResponse response;
  return calls_->Call(Path("ClearMetrics"), block::ClearMetricsRequest(), &response,
                      kCallTimeout);
}

Status BlockWorkerClient::FreeWorker() {
  block::FreeWorkerResponse response;
  return calls_->Call(Path("FreeWorker"), block::FreeWorkerRequest(), &response, kCallTimeout);
}

}  // namespace alluxio::stub
