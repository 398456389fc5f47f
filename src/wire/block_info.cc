#include "wire/block_info.h"

#include <charconv>

#include "proto/grpc/common.pb.h"
#include "proto/grpc/file_system_master.pb.h"

namespace alluxio::wire {

void ToProto(const WorkerNetAddress& address, grpc::WorkerNetAddress* out) {
  out->set_host(address.host);
  out->set_rpcport(address.rpc_port);
  out->set_dataport(address.data_port);
  out->set_webport(address.web_port);
  out->set_domainsocketpath(address.domain_socket_path);
  out->set_containerhost(address.container_host);
  grpc::TieredIdentity* identity = out->mutable_tieredidentity();
  if (address.tiers.empty()) {
    grpc::LocalityTier* node = identity->add_tiers();
    node->set_tiername("node");
    node->set_value(address.host);
  }
  for (const LocalityTier& tier : address.tiers) {
    grpc::LocalityTier* wire_tier = identity->add_tiers();
    wire_tier->set_tiername(tier.name);
    if (!tier.value.empty()) wire_tier->set_value(tier.value);
  }
}

WorkerNetAddress FromProto(const grpc::WorkerNetAddress& address) {
  WorkerNetAddress out;
  out.host = address.host();
  out.rpc_port = address.rpcport();
  out.data_port = address.dataport();
  out.web_port = address.webport();
  out.domain_socket_path = address.domainsocketpath();
  out.container_host = address.containerhost();
  for (const grpc::LocalityTier& tier : address.tieredidentity().tiers()) {
    out.tiers.push_back(LocalityTier{tier.tiername(), tier.value()});
  }
  if (out.tiers.empty()) out.tiers.push_back(LocalityTier{"node", out.host});
  return out;
}

void ToProto(const BlockLocation& location, grpc::BlockLocation* out) {
  out->set_workerid(location.worker_id);
  ToProto(location.address, out->mutable_workeraddress());
  out->set_tieralias(location.tier_alias);
  out->set_mediumtype(location.medium_type);
}

BlockLocation FromProto(const grpc::BlockLocation& location) {
  BlockLocation out;
  out.worker_id = location.workerid();
  out.address = FromProto(location.workeraddress());
  out.tier_alias = location.tieralias();
  out.medium_type = location.mediumtype();
  return out;
}

void ToProto(const BlockInfo& block, grpc::BlockInfo* out) {
  out->set_blockid(block.id);
  out->set_length(block.length);
  for (const BlockLocation& location : block.locations) ToProto(location, out->add_locations());
}

BlockInfo FromProto(const grpc::BlockInfo& block) {
  BlockInfo out;
  out.id = block.blockid();
  out.length = block.length();
  out.locations.reserve(static_cast<size_t>(block.locations_size()));
  for (const grpc::BlockLocation& location : block.locations()) {
    out.locations.push_back(FromProto(location));
  }
  return out;
}

void ToProto(const FileBlockInfo& block, grpc::file::FileBlockInfo* out) {
  ToProto(block.block, out->mutable_blockinfo());
  out->set_offset(block.offset);
  for (const std::string& text : block.ufs_locations) {
    out->add_ufsstringlocations(text);
    grpc::WorkerNetAddress* address = out->add_ufslocations();
    size_t colon = text.rfind(':');
    address->set_host(text.substr(0, colon));
    int port = 0;
    if (colon != std::string::npos) {
      std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    }
    address->set_dataport(port);
  }
}

FileBlockInfo FromProto(const grpc::file::FileBlockInfo& block) {
  FileBlockInfo out;
  out.block = FromProto(block.blockinfo());
  out.offset = block.offset();
  out.ufs_locations.assign(block.ufsstringlocations().begin(), block.ufsstringlocations().end());
  return out;
}

}  // namespace alluxio::wire
