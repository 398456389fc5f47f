// BlockMasterWorkerService: registration, heartbeats and commits of workers.
#include <span>

#include "master/block/block_master.h"
#include "master/chores/persist_queue.h"
#include "master/service/cluster_metrics.h"
#include "master/service/method_runner.h"
#include "master/service/server_configs.h"
#include "master/service/services.h"
#include "master/service/worker_messages.h"
#include "proto/grpc/block_master.pb.h"
#include "wire/block_info.h"

namespace alluxio::master {
namespace {

namespace block = ::alluxio::grpc::block;

constexpr char kService[] = "/alluxio.grpc.block.BlockMasterWorkerService/";
// Leases bound how many workers register at once; the block lists are taken in pieces here, so a
// lease is always granted.
constexpr Duration kLeaseTime = std::chrono::minutes(1);

Status BlockHeartbeat(const ServiceParts& parts, OpContext& context,
                      const block::BlockHeartbeatPRequest& request,
                      block::BlockHeartbeatPResponse* response) {
  WorkerCommand command = parts.blocks->Heartbeat(HeartbeatOf(request));
  AddWorkerMetrics(request.options().metrics());
  // A deletion that is not durable may be taken back by a crash, and then the block is needed.
  if (command.kind == WorkerCommandKind::kFree) context.SawPosition(parts.journal->appended());
  WriteCommand(command, response->mutable_command());
  return OkStatus();
}

Status CommitBlock(const ServiceParts& parts, OpContext& context,
                   const block::CommitBlockPRequest& request, block::CommitBlockPResponse*) {
  // Where a tree may read the disk, so may the look for the file.
  if (parts.reads_disk && !context.may_block()) return WouldBlock();
  BlockCommit commit;
  commit.worker = request.workerid();
  commit.block = request.blockid();
  commit.length = request.length();
  commit.tier = request.tieralias();
  commit.medium = request.mediumtype();
  commit.used_bytes_on_tier = request.usedbytesontier();
  RETURN_IF_ERROR(parts.blocks->CommitBlock(context, commit));
  // The file may have been deleted while the block was on its way (a cached copy of the under
  // store, mostly), and its delete found no block to free. Asked after the commit: a delete that
  // comes later finds it. A master that dies in between leaves the block to CheckBlockIntegrity.
  if (!parts.has_file || parts.has_file(commit.block)) return OkStatus();
  return parts.blocks->RemoveBlocks(context, std::span(&commit.block, 1));
}

Status CommitBlockInUfs(const ServiceParts& parts, OpContext& context,
                        const block::CommitBlockInUfsPRequest& request,
                        block::CommitBlockInUfsPResponse*) {
  BlockMaster::UfsBlock one{request.blockid(), request.length()};
  return parts.blocks->CommitBlocksInUfs(context, std::span(&one, 1));
}

Status GetWorkerId(const ServiceParts& parts, OpContext&,
                   const block::GetWorkerIdPRequest& request,
                   block::GetWorkerIdPResponse* response) {
  ASSIGN_OR_RETURN(WorkerId id,
                   parts.blocks->GetWorkerId(wire::FromProto(request.workernetaddress())));
  response->set_workerid(id);
  return OkStatus();
}

Status NotifyWorkerId(const ServiceParts& parts, OpContext&,
                      const block::NotifyWorkerIdPRequest& request,
                      block::NotifyWorkerIdPResponse*) {
  return parts.blocks->NotifyWorkerId(request.workerid(),
                                      wire::FromProto(request.workernetaddress()));
}

Status AddPieces(BlockMaster& blocks, const block::RegisterWorkerPRequest& request) {
  for (const TierBlocks& piece : BlocksOf(request)) {
    RETURN_IF_ERROR(blocks.AddRegisterBlocks(request.workerid(), std::span(&piece, 1)));
  }
  return OkStatus();
}

void NoteConfigs(const ServiceParts& parts, const block::RegisterWorkerPRequest& request) {
  std::optional<WorkerNetAddress> address = parts.blocks->AddressOf(request.workerid());
  if (!address) return;
  parts.server_configs->NoteWorker(address->host + ":" + std::to_string(address->rpc_port),
                                   request.options().configs());
}

Status RegisterWorker(const ServiceParts& parts, OpContext&,
                      const block::RegisterWorkerPRequest& request,
                      block::RegisterWorkerPResponse*) {
  RETURN_IF_ERROR(parts.blocks->BeginRegister(RegistrationOf(request)));
  parts.persist->Registered(request.workerid());
  NoteConfigs(parts, request);
  if (Status added = AddPieces(*parts.blocks, request); !added.ok()) {
    parts.blocks->AbandonRegister(request.workerid());
    return added;
  }
  return parts.blocks->FinishRegister(request.workerid());
}

Status RequestRegisterLease(const ServiceParts& parts, OpContext&,
                            const block::GetRegisterLeasePRequest& request,
                            block::GetRegisterLeasePResponse* response) {
  response->set_workerid(request.workerid());
  response->set_allowed(true);
  response->set_expiryms(parts.clock->NowMs() + ToMillis(kLeaseTime));
  return OkStatus();
}

// One registration in pieces: the first message carries the head, every message blocks; each is
// acknowledged with an empty response, and it takes effect when the worker has sent everything.
class RegisterStream final : public rpc::StreamHandler {
 public:
  RegisterStream(const ServiceParts& parts, rpc::StreamSinkPtr sink)
      : parts_(parts), sink_(std::move(sink)) {}

  void OnMessage(Bytes message, Callback<void()> done) override {
    Status status = Take(message);
    if (status.ok()) {
      rpc::SendMessage(*sink_, block::RegisterWorkerPResponse());
    } else {
      Abandon();
      sink_->Finish(status);
    }
    done();
  }

  void OnHalfClose() override {
    if (!begun_) {
      return sink_->Finish(InvalidArgument("register worker: the stream had no message"));
    }
    begun_ = false;
    sink_->Finish(parts_.blocks->FinishRegister(worker_));
  }

  void OnEnd(const Status&) override { Abandon(); }

 private:
  Status Take(const Bytes& message) {
    RETURN_IF_ERROR(Admit(parts_, Needs::kReporting));
    block::RegisterWorkerPRequest request;
    if (!request.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
      return InvalidArgument("register worker: the message does not parse");
    }
    if (!begun_) {
      RETURN_IF_ERROR(parts_.blocks->BeginRegister(RegistrationOf(request)));
      parts_.persist->Registered(request.workerid());
      NoteConfigs(parts_, request);
      worker_ = request.workerid();
      begun_ = true;
    } else if (request.workerid() != worker_) {
      return InvalidArgument("register worker: the worker id changed within the stream");
    }
    return AddPieces(*parts_.blocks, request);
  }
  void Abandon() {
    if (begun_) parts_.blocks->AbandonRegister(worker_);
    begun_ = false;
  }

  const ServiceParts& parts_;
  const rpc::StreamSinkPtr sink_;
  WorkerId worker_ = 0;
  bool begun_ = false;
};

template <typename Request, typename Response>
void Add(const ServiceParts& parts, rpc::MethodTable* table, const char* name, RunKind run,
         Method<Request, Response> method, Needs needs = Needs::kReporting) {
  MethodSpec spec;
  spec.path = std::string(kService) + name;
  spec.run = run;
  spec.needs = needs;
  AddMethod<Request, Response>(parts, table, spec, method);
}

}  // namespace

void AddBlockWorkerService(const ServiceParts& parts, rpc::MethodTable* table) {
  Add(parts, table, "BlockHeartbeat", RunKind::kInline, &BlockHeartbeat);
  Add(parts, table, "CommitBlock", RunKind::kInline, &CommitBlock, Needs::kServing);
  Add(parts, table, "CommitBlockInUfs", RunKind::kInline, &CommitBlockInUfs, Needs::kServing);
  Add(parts, table, "GetWorkerId", RunKind::kInline, &GetWorkerId);
  Add(parts, table, "NotifyWorkerId", RunKind::kInline, &NotifyWorkerId);
  // The lists of a big worker take a while to file: not on a transport thread.
  Add(parts, table, "RegisterWorker", RunKind::kBlocking, &RegisterWorker);
  Add(parts, table, "RequestRegisterLease", RunKind::kInline, &RequestRegisterLease);
  table->AddStream(std::string(kService) + "RegisterWorkerStream", {},
                   [&parts](rpc::StreamSinkPtr sink) {
                     return std::make_unique<RegisterStream>(parts, std::move(sink));
                   });
}

}  // namespace alluxio::master
