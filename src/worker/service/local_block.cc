#include "worker/service/local_block.h"

#include <fmt/core.h>

#include "base/log.h"
#include "proto/grpc/block_worker.pb.h"
#include "worker/service/publish_and_finish.h"
#include "worker/service/read_counts.h"

namespace alluxio::worker {
namespace {

class OpenLocalBlock final : public StreamWork {
 public:
  OpenLocalBlock(WorkerParts& parts, rpc::StreamSinkPtr sink)
      : parts_(parts), sink_(std::move(sink)) {}

  Status OnMessage(const Bytes& message) override {
    grpc::block::OpenLocalBlockRequest request;
    if (!request.ParseFromArray(message.data(), static_cast<int>(message.size())) ||
        !request.has_block_id()) {
      return InvalidArgument("OpenLocalBlock: the message names no block");
    }
    if (lease_ != nullptr) {
      return FailedPrecondition(
          fmt::format("OpenLocalBlock: the stream holds block {} already", lease_->id()));
    }
    if (request.promote()) PromoteBlock(parts_.store, request.block_id());
    ASSIGN_OR_RETURN(lease_, parts_.store.Lease(request.block_id()));
    ReadCounts::Opened(ReadCounts::Get().local);
    grpc::block::OpenLocalBlockResponse response;
    response.set_path(lease_->path());
    rpc::SendMessage(*sink_, response);
    return OkStatus();
  }

  Status OnHalfClose() override {
    lease_.reset();
    sink_->Finish(OkStatus());
    return OkStatus();
  }

  void OnEnd() override { lease_.reset(); }

 private:
  WorkerParts& parts_;
  const rpc::StreamSinkPtr sink_;
  std::shared_ptr<const BlockLease> lease_;
};

class CreateLocalBlock final : public StreamWork {
 public:
  CreateLocalBlock(WorkerParts& parts, rpc::StreamSinkPtr sink)
      : parts_(parts), sink_(std::move(sink)) {}

  Status OnMessage(const Bytes& message) override {
    grpc::block::CreateLocalBlockRequest request;
    if (!request.ParseFromArray(message.data(), static_cast<int>(message.size())) ||
        !request.has_block_id()) {
      return InvalidArgument("CreateLocalBlock: the message names no block");
    }
    if (request.has_sealed()) return Seal(request.sealed());
    grpc::block::CreateLocalBlockResponse response;
    if (request.only_reserve_space()) {
      if (block_ == nullptr || block_->id() != request.block_id()) {
        return InvalidArgument(
            fmt::format("CreateLocalBlock: block {} is not open here", request.block_id()));
      }
      RETURN_IF_ERROR(block_->Reserve(request.space_to_reserve()));
    } else {
      if (block_ != nullptr) {
        return FailedPrecondition(
            fmt::format("CreateLocalBlock: the stream writes block {} already", block_->id()));
      }
      Placement placement;
      placement.tier = request.tier();
      placement.medium = request.medium_type();
      placement.reserve_bytes = request.space_to_reserve();
      placement.pin = request.pin_on_create();
      if (request.seals()) placement.reuse = ReuseFor(request.block_id(), Reuse::kClient);
      ASSIGN_OR_RETURN(block_, parts_.store.Create(request.block_id(), placement));
      response.set_path(block_->path());
      if (request.seals()) {
        response.set_reused_bytes(block_->lent() ? placement.reserve_bytes : 0);
      }
    }
    rpc::SendMessage(*sink_, response);
    return OkStatus();
  }

  Status OnHalfClose() override {
    if (block_ == nullptr) return InvalidArgument("CreateLocalBlock: nothing was asked for");
    Result<CommittedBlock> committed = block_->Commit();
    block_.reset();
    if (!committed.ok()) return committed.status();
    return PublishAndFinish(parts_, *committed, sink_);
  }

  void OnEnd() override { block_.reset(); }

 private:
  Status Seal(const grpc::block::SealedBlock& told) {
    if (block_ == nullptr || sealed_ || told.length() < 0 || !told.has_crc32c()) {
      return InvalidArgument("CreateLocalBlock: nothing can be sealed like that");
    }
    sealed_ = true;
    return block_->Seal({told.length(), told.crc32c()});
  }

  WorkerParts& parts_;
  const rpc::StreamSinkPtr sink_;
  std::unique_ptr<TempBlock> block_;
  bool sealed_ = false;
};

}  // namespace

void PromoteBlock(BlockStore& store, BlockId id) {
  Status moved = store.Move(id, Placement{});
  if (!moved.ok() && !moved.Is(StatusCode::kNotFound)) {
    LOG_DEBUG("worker: block not promoted id={} reason={}", id, moved.ToString());
  }
}

StreamWorkFactory OpenLocalBlockStreams(WorkerParts& parts) {
  return [&parts](rpc::StreamSinkPtr sink) {
    return std::make_unique<OpenLocalBlock>(parts, std::move(sink));
  };
}

StreamWorkFactory CreateLocalBlockStreams(WorkerParts& parts) {
  return [&parts](rpc::StreamSinkPtr sink) {
    return std::make_unique<CreateLocalBlock>(parts, std::move(sink));
  };
}

}  // namespace alluxio::worker
