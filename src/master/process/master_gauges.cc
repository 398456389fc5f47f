// The gauges of a master, by 2.9's names and ours. What one reads is in memory; each may be asked
// for on any thread until StopGauges().
#include <algorithm>

#include "master/process/master_parts.h"
#include "master/process/root_space.h"
#include "metrics/registry.h"

namespace alluxio::master {
namespace {

struct MasterGauge {
  const char* name;
  double (*read)(MasterParts& parts);
};

template <typename Number>
double Real(Number number) {
  return static_cast<double>(number);
}

double CapacityFree(MasterParts& parts) {
  wire::BlockMasterTotals totals = parts.blocks.Totals();
  return Real(totals.capacity_bytes - totals.used_bytes);
}

template <typename Read>
double OfTree(MasterParts& parts, const Read& read) {
  ReaderLock lock(parts.tree.lock());
  return Real(read(parts.tree));
}

constexpr MasterGauge kCluster[] = {
    {"Cluster.CacheHitRate", [](MasterParts&) { return ClusterCacheHitRate(); }},
    {"Cluster.CapacityFree", &CapacityFree},
    {"Cluster.CapacityTotal",
     [](MasterParts& p) { return Real(p.blocks.Totals().capacity_bytes); }},
    {"Cluster.CapacityUsed", [](MasterParts& p) { return Real(p.blocks.Totals().used_bytes); }},
    {"Cluster.LostWorkers", [](MasterParts& p) { return Real(p.blocks.Totals().lost_workers); }},
    {"Cluster.RootUfsCapacityFree",
     [](MasterParts& p) {
       ufs::UfsSpace space = p.root_space->Last();
       bool known = space.capacity_bytes >= 0 && space.used_bytes >= 0;
       return known ? Real(space.capacity_bytes - space.used_bytes) : -1.0;
     }},
    {"Cluster.RootUfsCapacityTotal",
     [](MasterParts& p) { return Real(p.root_space->Last().capacity_bytes); }},
    {"Cluster.RootUfsCapacityUsed",
     [](MasterParts& p) { return Real(p.root_space->Last().used_bytes); }},
    {"Cluster.Workers", [](MasterParts& p) { return Real(p.blocks.Totals().live_workers); }},
};

constexpr MasterGauge kTree[] = {
    {"Master.FilesPinned",
     [](MasterParts& p) {
       return OfTree(p, [](const InodeTree& t) { return t.indexes().pinned_files().size(); });
     }},
    {"Master.FilesToBePersisted",
     [](MasterParts& p) {
       return OfTree(p, [](const InodeTree& t) { return t.indexes().to_be_persisted().size(); });
     }},
    {"Master.InodeCacheSize",
     [](MasterParts& p) {
       return OfTree(p, [](const InodeTree& t) { return t.resident_count(); });
     }},
    {"Master.InodeHeapSize",
     [](MasterParts& p) {
       return OfTree(p, [](const InodeTree& t) { return t.MemoryBytes(); });
     }},
    {"Master.ReplicationLimitedFiles",
     [](MasterParts& p) {
       return OfTree(
           p, [](const InodeTree& t) { return t.indexes().replication_limited().size(); });
     }},
    {"Master.TTLInodes",
     [](MasterParts& p) {
       return OfTree(p, [](const InodeTree& t) { return t.indexes().ttl_count(); });
     }},
    {"Master.TotalPaths",
     [](MasterParts& p) {
       return OfTree(p, [](const InodeTree& t) { return t.inode_count(); });
     }},
};

constexpr MasterGauge kMaster[] = {
    {"Master.AbsentCacheSize", [](MasterParts& p) { return Real(p.sync.absent().size()); }},
    {"Master.JournalEntriesSinceCheckPoint",
     [](MasterParts& p) { return Real(p.journal->EntriesSinceCheckpoint()); }},
    {"Master.JournalLastCheckPointTime",
     [](MasterParts& p) { return Real(p.last_checkpoint_ms.load()); }},
    {"Master.JournalSequenceNumber",
     [](MasterParts& p) {
       return Real(p.journal->NextSequenceNumber(journal::Component::kFileSystem) - 1);
     }},
    {"Master.LastBackupEntriesCount",
     [](MasterParts& p) { return Real(p.last_backup.entries.load()); }},
    {"Master.LastBackupRestoreCount",
     [](MasterParts& p) { return Real(p.last_backup.restored_entries.load()); }},
    {"Master.LastBackupRestoreTimeMs",
     [](MasterParts& p) { return Real(p.last_backup.restore_took_ms.load()); }},
    {"Master.LastBackupTimeMs", [](MasterParts& p) { return Real(p.last_backup.took_ms.load()); }},
    {"Master.LastGainPrimacyTime",
     [](MasterParts& p) { return Real(p.gained_primacy_ms.load()); }},
    {"Master.ListingCacheSize", [](MasterParts& p) { return Real(p.listing_cache.entries()); }},
    {"Master.PersistQueueInFlight", [](MasterParts& p) { return Real(p.persist.in_flight()); }},
    {"Master.PersistQueueWaiting", [](MasterParts& p) { return Real(p.persist.waiting()); }},
    // As Alluxio counts: 0 is the primary, 1 a standby.
    {"Master.RoleId", [](MasterParts& p) { return p.gate.serving() ? 0.0 : 1.0; }},
    {"Master.StartTime", [](MasterParts& p) { return Real(p.service.start_time_ms); }},
    {"Master.UniqueBlocks", [](MasterParts& p) { return Real(p.blocks.block_count()); }},
};

constexpr MasterGauge kAmongOthers[] = {
    {"Master.LeaseLeftMs",
     [](MasterParts& p) {
       return Real(std::max<int64_t>(0, ToMillis(p.primacy->lease().Left())));
     }},
    {"Master.StandbyLagEntries",
     [](MasterParts& p) {
       return p.gate.serving() ? 0.0 : Real(p.journal->Lag().unread_entries);
     }},
    {"Master.StandbyLagMs",
     [](MasterParts& p) {
       return p.gate.serving() ? 0.0 : Real(ToMillis(p.journal->Lag().since_end));
     }},
};

template <typename Visit>
void VisitGauges(const MasterParts& parts, const Visit& visit) {
  for (const MasterGauge& gauge : kCluster) visit(gauge);
  for (const MasterGauge& gauge : kTree) visit(gauge);
  for (const MasterGauge& gauge : kMaster) visit(gauge);
  if (parts.primacy == nullptr) return;
  for (const MasterGauge& gauge : kAmongOthers) visit(gauge);
}

}  // namespace

void MasterParts::StartGauges() {
  auto ask = [this]() -> Result<ufs::UfsSpace> {
    MountPointPtr root = mounts.Resolve("/").mount;
    ASSIGN_OR_RETURN(std::shared_ptr<ufs::Ufs> store, mounts.OpenUfs(*root));
    return store->Space();
  };
  auto start = [this](Callback<void()> work) {
    Lane lane;
    lane.id = mounts.Resolve("/").mount->id;
    return blocking->Submit(lane, std::move(work));
  };
  root_space = std::make_unique<RootSpace>(std::move(ask), std::move(start), clock);
  VisitGauges(*this, [this](const MasterGauge& gauge) {
    metrics::Registry::Process().SetGauge(gauge.name,
                                          [this, read = gauge.read] { return read(*this); });
  });
}

void MasterParts::StopGauges() {
  VisitGauges(*this, [](const MasterGauge& gauge) {
    metrics::Registry::Process().RemoveGauge(gauge.name);
  });
  throughputs.reset();
}

}  // namespace alluxio::master
