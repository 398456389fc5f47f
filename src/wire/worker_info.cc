#include "wire/worker_info.h"

#include "proto/grpc/block_master.pb.h"
#include "wire/block_info.h"

namespace alluxio::wire {
namespace {

bool Wants(const std::set<int>& fields, int field) {
  return fields.empty() || fields.count(field) > 0;
}

template <typename ProtoMap>
void CopyMap(const std::map<std::string, int64_t>& from, ProtoMap* to) {
  for (const auto& [key, value] : from) (*to)[key] = value;
}

}  // namespace

void ToProto(const WorkerInfo& worker, grpc::block::WorkerInfo* out) { ToProto(worker, {}, out); }

void ToProto(const WorkerInfo& worker, const std::set<int>& fields, grpc::block::WorkerInfo* out) {
  if (Wants(fields, grpc::block::ID)) out->set_id(worker.id);
  if (Wants(fields, grpc::block::ADDRESS)) ToProto(worker.address, out->mutable_address());
  if (Wants(fields, grpc::block::LAST_CONTACT_SEC)) {
    out->set_lastcontactsec(worker.last_contact_sec);
  }
  if (Wants(fields, grpc::block::STATE)) out->set_state(worker.state);
  if (Wants(fields, grpc::block::WORKER_CAPACITY_BYTES)) {
    out->set_capacitybytes(worker.capacity_bytes);
  }
  if (Wants(fields, grpc::block::WORKER_USED_BYTES)) out->set_usedbytes(worker.used_bytes);
  if (Wants(fields, grpc::block::START_TIME_MS)) out->set_starttimems(worker.start_time_ms);
  if (Wants(fields, grpc::block::WORKER_CAPACITY_BYTES_ON_TIERS)) {
    CopyMap(worker.capacity_on_tiers, out->mutable_capacitybytesontiers());
  }
  if (Wants(fields, grpc::block::WORKER_USED_BYTES_ON_TIERS)) {
    CopyMap(worker.used_on_tiers, out->mutable_usedbytesontiers());
  }
  if (Wants(fields, grpc::block::BUILD_VERSION)) {
    out->mutable_buildversion()->set_version(worker.version);
    out->mutable_buildversion()->set_revision(worker.revision);
  }
  if (Wants(fields, grpc::block::NUM_VCPU)) out->set_numvcpu(worker.cpus);
}

WorkerInfo FromProto(const grpc::block::WorkerInfo& worker) {
  WorkerInfo out;
  out.id = worker.id();
  out.address = FromProto(worker.address());
  out.last_contact_sec = worker.lastcontactsec();
  out.state = worker.state();
  out.capacity_bytes = worker.capacitybytes();
  out.used_bytes = worker.usedbytes();
  out.start_time_ms = worker.starttimems();
  for (const auto& [tier, bytes] : worker.capacitybytesontiers()) {
    out.capacity_on_tiers[tier] = bytes;
  }
  for (const auto& [tier, bytes] : worker.usedbytesontiers()) out.used_on_tiers[tier] = bytes;
  out.version = worker.buildversion().version();
  out.revision = worker.buildversion().revision();
  out.cpus = worker.numvcpu();
  return out;
}

void ToProto(const BlockMasterTotals& totals, const std::set<int>& fields,
             grpc::block::BlockMasterInfo* out) {
  if (Wants(fields, grpc::block::CAPACITY_BYTES)) out->set_capacitybytes(totals.capacity_bytes);
  if (Wants(fields, grpc::block::CAPACITY_BYTES_ON_TIERS)) {
    CopyMap(totals.capacity_on_tiers, out->mutable_capacitybytesontiers());
  }
  if (Wants(fields, grpc::block::FREE_BYTES)) {
    out->set_freebytes(totals.capacity_bytes - totals.used_bytes);
  }
  if (Wants(fields, grpc::block::LIVE_WORKER_NUM)) out->set_liveworkernum(totals.live_workers);
  if (Wants(fields, grpc::block::LOST_WORKER_NUM)) out->set_lostworkernum(totals.lost_workers);
  if (Wants(fields, grpc::block::USED_BYTES)) out->set_usedbytes(totals.used_bytes);
  if (Wants(fields, grpc::block::USED_BYTES_ON_TIERS)) {
    CopyMap(totals.used_on_tiers, out->mutable_usedbytesontiers());
  }
  if (Wants(fields, grpc::block::DECOMMISSIONED_WORKER_NUM)) {
    out->set_decommissionedworkernum(totals.decommissioned_workers);
  }
}

BlockMasterTotals FromProto(const grpc::block::BlockMasterInfo& info) {
  BlockMasterTotals out;
  out.capacity_bytes = info.capacitybytes();
  out.used_bytes = info.usedbytes();
  for (const auto& [tier, bytes] : info.capacitybytesontiers()) {
    out.capacity_on_tiers[tier] = bytes;
  }
  for (const auto& [tier, bytes] : info.usedbytesontiers()) out.used_on_tiers[tier] = bytes;
  out.live_workers = info.liveworkernum();
  out.lost_workers = info.lostworkernum();
  out.decommissioned_workers = info.decommissionedworkernum();
  return out;
}

}  // namespace alluxio::wire
