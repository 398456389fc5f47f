#include "stub/block_master_worker_client.h"

#include <algorithm>

#include "proto/grpc/block_master.pb.h"
#include "wire/block_info.h"

namespace alluxio::stub {

namespace block = grpc::block;

namespace {

constexpr Duration kAcknowledgeTimeout = std::chrono::minutes(5);

template <typename Map>
void PutLostStorage(const std::map<std::string, std::vector<std::string>>& lost, Map* out) {
  for (const auto& [tier, paths] : lost) {
    block::StorageList& list = (*out)[tier];
    for (const std::string& path : paths) list.add_storage(path);
  }
}

void PutPlace(const BlockPlace& place, block::LocationBlockIdListEntry* out) {
  out->mutable_key()->set_tieralias(place.tier_alias);
  out->mutable_key()->set_mediumtype(place.medium_type);
}

// What is said of the worker itself, in the first message.
void PutWorker(const WorkerRegistration& from, block::RegisterWorkerPRequest* out) {
  for (const std::string& tier : from.tiers) out->add_storagetiers(tier);
  out->mutable_totalbytesontiers()->insert(from.total_bytes_on_tiers.begin(),
                                           from.total_bytes_on_tiers.end());
  out->mutable_usedbytesontiers()->insert(from.used_bytes_on_tiers.begin(),
                                          from.used_bytes_on_tiers.end());
  PutLostStorage(from.lost_storage, out->mutable_loststorage());
  block::RegisterWorkerPOptions* options = out->mutable_options();
  for (const auto& [name, value] : from.configs) {
    grpc::ConfigProperty* property = options->add_configs();
    property->set_name(name);
    property->set_value(value);
  }
  options->mutable_buildversion()->set_version(from.version);
  options->mutable_buildversion()->set_revision(from.revision);
  options->set_numvcpu(from.cpus);
}

// The blocks of a registration, handed out some at a time.
class BlockBatches {
 public:
  BlockBatches(const std::vector<PlacedBlocks>& blocks, size_t batch)
      : blocks_(blocks), batch_(std::max<size_t>(batch, 1)) {}

  bool done() const { return list_ == blocks_.size(); }

  void PutNext(block::RegisterWorkerPRequest* out) {
    size_t room = batch_;
    while (room > 0 && !done()) {
      const PlacedBlocks& list = blocks_[list_];
      size_t count = std::min(room, list.blocks.size() - position_);
      block::LocationBlockIdListEntry* entry = out->add_currentblocks();
      PutPlace(list.place, entry);
      entry->mutable_value()->mutable_blockid()->Add(list.blocks.begin() + position_,
                                                     list.blocks.begin() + position_ + count);
      room -= count;
      position_ += count;
      if (position_ < list.blocks.size()) return;
      ++list_;
      position_ = 0;
    }
  }

 private:
  const std::vector<PlacedBlocks>& blocks_;
  const size_t batch_;
  size_t list_ = 0;
  size_t position_ = 0;
};

Status StreamRegistration(rpc::ClientStream& stream, const WorkerRegistration& registration,
                          size_t batch_blocks) {
  BlockBatches batches(registration.blocks, batch_blocks);
  bool first = true;
  while (first || !batches.done()) {
    block::RegisterWorkerPRequest request;
    request.set_workerid(registration.worker_id);
    if (first) PutWorker(registration, &request);
    first = false;
    batches.PutNext(&request);
    RETURN_IF_ERROR(rpc::SendMessage(stream, request));
    ASSIGN_OR_RETURN(std::optional<Bytes> reply, stream.Receive(kAcknowledgeTimeout));
    if (!reply) return Unavailable("The master ended the registration early");
  }
  RETURN_IF_ERROR(stream.HalfClose());
  for (;;) {
    ASSIGN_OR_RETURN(std::optional<Bytes> reply, stream.Receive(kAcknowledgeTimeout));
    if (!reply) return OkStatus();
  }
}

}  // namespace

Status BlockMasterWorkerClient::Call(const char* method,
                                     const google::protobuf::MessageLite& request,
                                     google::protobuf::MessageLite* response) {
  return connection_->Call(MasterService::kBlockWorker, method, request, response);
}

Result<WorkerId> BlockMasterWorkerClient::GetWorkerId(const WorkerNetAddress& address) {
  block::GetWorkerIdPRequest request;
  wire::ToProto(address, request.mutable_workernetaddress());
  block::GetWorkerIdPResponse response;
  RETURN_IF_ERROR(Call("GetWorkerId", request, &response));
  return response.workerid();
}

Result<RegisterLease> BlockMasterWorkerClient::RequestRegisterLease(WorkerId worker,
                                                                    int64_t block_count) {
  block::GetRegisterLeasePRequest request;
  request.set_workerid(worker);
  request.set_blockcount(block_count);
  block::GetRegisterLeasePResponse response;
  RETURN_IF_ERROR(Call("RequestRegisterLease", request, &response));
  return RegisterLease{response.allowed(), response.expiryms()};
}

Status BlockMasterWorkerClient::RegisterWorker(const WorkerRegistration& registration) {
  block::RegisterWorkerPRequest request;
  request.set_workerid(registration.worker_id);
  PutWorker(registration, &request);
  for (BlockBatches all(registration.blocks, SIZE_MAX); !all.done();) all.PutNext(&request);
  block::RegisterWorkerPResponse response;
  return Call("RegisterWorker", request, &response);
}

Status BlockMasterWorkerClient::RegisterWorkerStream(const WorkerRegistration& registration,
                                                     size_t batch_blocks) {
  return connection_->Run(
      MasterService::kBlockWorker,
      [&](rpc::Channel& channel, const std::string& prefix) -> Status {
        ASSIGN_OR_RETURN(std::unique_ptr<rpc::ClientStream> stream,
                         channel.OpenStream(prefix + "RegisterWorkerStream"));
        return StreamRegistration(*stream, registration, batch_blocks);
      },
      Attempts::kOne);
}

Result<MasterCommand> BlockMasterWorkerClient::Heartbeat(const BlockHeartbeat& heartbeat) {
  block::BlockHeartbeatPRequest request;
  request.set_workerid(heartbeat.worker_id);
  request.mutable_usedbytesontiers()->insert(heartbeat.used_bytes_on_tiers.begin(),
                                             heartbeat.used_bytes_on_tiers.end());
  request.mutable_removedblockids()->Add(heartbeat.removed.begin(), heartbeat.removed.end());
  for (const PlacedBlocks& added : heartbeat.added) {
    block::LocationBlockIdListEntry* entry = request.add_addedblocks();
    PutPlace(added.place, entry);
    entry->mutable_value()->mutable_blockid()->Add(added.blocks.begin(), added.blocks.end());
  }
  PutLostStorage(heartbeat.lost_storage, request.mutable_loststorage());
  block::BlockHeartbeatPOptions* options = request.mutable_options();
  options->mutable_capacitybytesontiers()->insert(heartbeat.capacity_bytes_on_tiers.begin(),
                                                  heartbeat.capacity_bytes_on_tiers.end());
  for (const CounterChange& change : heartbeat.metrics) {
    grpc::Metric* metric = options->add_metrics();
    metric->set_instance("Worker");
    metric->set_source(heartbeat.source);  // Java masters leave out what has none
    metric->set_name(change.name);
    metric->set_value(static_cast<double>(change.by));
    metric->set_metrictype(grpc::COUNTER);
    if (!change.ufs.empty()) (*metric->mutable_tags())["UFS"] = change.ufs;
  }
  block::BlockHeartbeatPResponse response;
  RETURN_IF_ERROR(connection_->Call(MasterService::kBlockWorker, "BlockHeartbeat", request,
                                    &response, Attempts::kOne));
  MasterCommand command;
  command.type = static_cast<MasterCommandType>(response.command().commandtype());
  command.data.assign(response.command().data().begin(), response.command().data().end());
  return command;
}

Status BlockMasterWorkerClient::CommitBlock(const BlockCommit& commit) {
  block::CommitBlockPRequest request;
  request.set_workerid(commit.worker_id);
  request.set_blockid(commit.block_id);
  request.set_length(commit.length);
  request.set_tieralias(commit.place.tier_alias);
  request.set_mediumtype(commit.place.medium_type);
  request.set_usedbytesontier(commit.used_bytes_on_tier);
  block::CommitBlockPResponse response;
  return Call("CommitBlock", request, &response);
}

Status BlockMasterWorkerClient::CommitBlockInUfs(BlockId id, int64_t length) {
  block::CommitBlockInUfsPRequest request;
  request.set_blockid(id);
  request.set_length(length);
  block::CommitBlockInUfsPResponse response;
  return Call("CommitBlockInUfs", request, &response);
}

}  // namespace alluxio::stub
