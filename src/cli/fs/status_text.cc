#include "cli/fs/status_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "cli/fs/acl_text.h"

namespace alluxio::cli {
namespace {

std::string TtlActionText(TtlAction action) {
  switch (action) {
    case TtlAction::kFree: return "FREE";
    case TtlAction::kDeleteAlluxio: return "DELETE_ALLUXIO";
    case TtlAction::kDelete: break;
  }
  return "DELETE";
}

std::string AddressText(const WorkerNetAddress& address) {
  std::string tiers;
  for (const LocalityTier& tier : address.tiers) {
    const std::string& value = tier.value.empty() ? "null" : tier.value;
    tiers += (tiers.empty() ? "" : ", ") + tier.name + "=" + value;
  }
  return fmt::format(
      "WorkerNetAddress{{host={}, containerHost={}, rpcPort={}, dataPort={}, webPort={}, "
      "domainSocketPath={}, tieredIdentity=TieredIdentity({})}}",
      address.host, address.container_host, address.rpc_port, address.data_port, address.web_port,
      address.domain_socket_path, tiers);
}

std::string FileBlockText(const FileBlockInfo& block) {
  return fmt::format("FileBlockInfo{{blockInfo={}, offset={}, ufsLocations=[{}]}}",
                     BlockText(block.block), block.offset, fmt::join(block.ufs_locations, ", "));
}

std::string XAttrText(const FileInfo& file) {
  std::string text;
  for (const auto& [name, value] : file.xattr) {
    text += (text.empty() ? "" : ", ") + name + "=" + value;
  }
  return "[" + text + "]";
}

// The access list and the default list, each joined by commas.
std::pair<std::string, std::string> AclTexts(const FileInfo& file) {
  std::string access, defaults;
  for (const std::string& line : AclLines(file)) {
    std::string& text = line.starts_with("default:") ? defaults : access;
    text += (text.empty() ? "" : ",") + line;
  }
  return {access, defaults};
}

}  // namespace

std::string BlockText(const BlockInfo& block) {
  std::vector<std::string> locations;
  for (const BlockLocation& location : block.locations) {
    locations.push_back(fmt::format(
        "BlockLocation{{workerId={}, address={}, tierAlias={}, mediumType={}}}",
        location.worker_id, AddressText(location.address), location.tier_alias,
        location.medium_type));
  }
  return fmt::format("BlockInfo{{id={}, length={}, locations=[{}]}}", block.id, block.length,
                     fmt::join(locations, ", "));
}

std::string StatusText(const FileInfo& file) {
  std::vector<std::string> blocks;
  for (const FileBlockInfo& block : file.blocks) blocks.push_back(FileBlockText(block));
  auto [access, defaults] = AclTexts(file);
  std::string text = fmt::format(
      "URIStatus{{info=FileInfo{{fileId={}, name={}, path={}, ufsPath={}, length={}, "
      "blockSizeBytes={}, creationTimeMs={}, completed={}, folder={}, pinned={}, "
      "pinnedlocation=[{}], cacheable={}, persisted={}, blockIds=[{}], inMemoryPercentage={}, ",
      file.id, file.name, file.path, file.ufs_path, file.length, file.block_size,
      file.creation_time_ms, file.completed, file.folder, file.pinned, fmt::join(file.media, ", "),
      file.cacheable, file.persistence == PersistenceState::kPersisted,
      fmt::join(file.block_ids, ", "), file.in_memory_percentage);
  text += fmt::format(
      "lastModificationTimesMs={}, ttl={}, lastAccessTimesMs={}, ttlAction={}, owner={}, group={}, "
      "mode={}, persistenceState={}, mountPoint={}, replicationMax={}, replicationMin={}, ",
      file.modification_time_ms, file.ttl_ms, file.access_time_ms, TtlActionText(file.ttl_action),
      file.owner, file.group, file.mode.bits, PersistenceStateText(file.persistence),
      file.mount_point, file.replication_max, file.replication_min);
  return text + fmt::format(
                    "fileBlockInfos=[{}], mountId={}, inAlluxioPercentage={}, ufsFingerprint={}, "
                    "acl={}, defaultAcl={}, xattr={}}}, cacheContext=null}}",
                    fmt::join(blocks, ", "), file.mount_id, file.in_alluxio_percentage,
                    file.ufs_fingerprint, access, defaults, XAttrText(file));
}

}  // namespace alluxio::cli
