#include "master/service/worker_messages.h"

#include "proto/grpc/block_master.pb.h"
#include "proto/grpc/common.pb.h"

namespace alluxio::master {
namespace {

template <typename Ids>
void AddPieces(const std::string& tier, const std::string& medium, const Ids& ids,
               std::vector<TierBlocks>* out) {
  for (int first = 0; first < ids.size(); first += static_cast<int>(kBlocksAPiece)) {
    int end = std::min(ids.size(), first + static_cast<int>(kBlocksAPiece));
    TierBlocks piece;
    piece.tier = tier;
    piece.medium = medium;
    piece.blocks.assign(ids.begin() + first, ids.begin() + end);
    out->push_back(std::move(piece));
  }
}

template <typename Entries, typename OldForm>
std::vector<TierBlocks> Pieces(const Entries& entries, const OldForm& old_form) {
  std::vector<TierBlocks> out;
  for (const auto& entry : entries) {
    AddPieces(entry.key().tieralias(), entry.key().mediumtype(), entry.value().blockid(), &out);
  }
  for (const auto& [tier, list] : old_form) AddPieces(tier, "", list.tiers(), &out);
  return out;
}

template <typename ProtoMap>
std::map<std::string, int64_t> Numbers(const ProtoMap& from) {
  return std::map<std::string, int64_t>(from.begin(), from.end());
}

template <typename ProtoMap>
std::map<std::string, std::vector<std::string>> Storage(const ProtoMap& from) {
  std::map<std::string, std::vector<std::string>> out;
  for (const auto& [tier, list] : from) {
    out[tier].assign(list.storage().begin(), list.storage().end());
  }
  return out;
}

}  // namespace

WorkerRegistration RegistrationOf(const grpc::block::RegisterWorkerPRequest& request) {
  WorkerRegistration out;
  out.worker = request.workerid();
  out.tiers.assign(request.storagetiers().begin(), request.storagetiers().end());
  out.capacity_on_tiers = Numbers(request.totalbytesontiers());
  out.used_on_tiers = Numbers(request.usedbytesontiers());
  out.lost_storage = Storage(request.loststorage());
  out.version = request.options().buildversion().version();
  out.revision = request.options().buildversion().revision();
  out.cpus = request.options().numvcpu();
  return out;
}

std::vector<TierBlocks> BlocksOf(const grpc::block::RegisterWorkerPRequest& request) {
  return Pieces(request.currentblocks(), request.currentblocksontiers());
}

WorkerHeartbeat HeartbeatOf(const grpc::block::BlockHeartbeatPRequest& request) {
  WorkerHeartbeat out;
  out.worker = request.workerid();
  out.capacity_on_tiers = Numbers(request.options().capacitybytesontiers());
  out.used_on_tiers = Numbers(request.usedbytesontiers());
  out.removed.assign(request.removedblockids().begin(), request.removedblockids().end());
  out.added = Pieces(request.addedblocks(), request.addedblocksontiers());
  out.lost_storage = Storage(request.loststorage());
  return out;
}

void WriteCommand(const WorkerCommand& command, grpc::Command* out) {
  out->set_commandtype(static_cast<grpc::CommandType>(command.kind));
  for (BlockId id : command.blocks) out->add_data(id);
}

}  // namespace alluxio::master
