#include "master/process/master_settings.h"

#include <algorithm>
#include <charconv>

#include "conf/service_address.h"
#include "master/mount/ufs_uri.h"

namespace alluxio::master {
namespace {

constexpr char kBackupTime[] = "alluxio.master.daily.backup.time";
constexpr char kBackupsKept[] = "alluxio.master.daily.backup.files.retained";

// Entries a listing collects under the tree lock before it gives way.
constexpr size_t kListSlice = 1000;
// No store gives more a page, and a page is what a listing keeps in memory.
constexpr int kMostListed = 1000;

int64_t MillisOf(const conf::Configuration& conf, std::string_view name) {
  return ToMillis(conf.GetDuration(name));
}

Result<uint16_t> UmaskOf(const conf::Configuration& conf) {
  constexpr std::string_view kName = "alluxio.security.authorization.permission.umask";
  std::string text = conf.GetString(kName);
  uint16_t umask = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), umask, 8);
  if (error != std::errc() || end != text.data() + text.size() || umask > 0777) {
    return InvalidArgument(std::string(kName) + "=" + text + ": expected octal digits, 022");
  }
  return umask;
}

TtlAction TtlActionOf(const std::string& text) {
  if (text == "FREE") return TtlAction::kFree;
  if (text == "DELETE_ALLUXIO") return TtlAction::kDeleteAlluxio;
  return TtlAction::kDelete;
}

// Owners and modes of object stores are made up, so files on a shared mount get bits for everybody;
// on a real file system that would give away what its owner did not.
bool IsObjectStore(const std::string& uri) {
  constexpr std::string_view kSchemes[] = {"s3", "s3a", "gs", "oss", "cos", "cosn", "obs", "kodo",
                                           "swift", "wasb", "wasbs", "abfs", "abfss"};
  std::string scheme = uri.substr(0, uri.find("://"));
  return std::find(std::begin(kSchemes), std::end(kSchemes), scheme) != std::end(kSchemes);
}

}  // namespace

Status CheckSupported(const conf::Configuration& conf) {
  if (conf.GetString("alluxio.master.journal.type") != "UFS") {
    return FailedPrecondition("alluxio.master.journal.type=" +
                              conf.GetString("alluxio.master.journal.type") +
                              ": this master only keeps a UFS journal; set it to UFS");
  }
  if (conf.GetBool("alluxio.zookeeper.enabled") &&
      conf.GetString("alluxio.zookeeper.address").empty()) {
    return InvalidArgument(
        "alluxio.zookeeper.enabled=true: alluxio.zookeeper.address=host:port,... is missing");
  }
  RETURN_IF_ERROR(MinuteOfDay(conf.GetString(kBackupTime)).status().WithContext(kBackupTime));
  if (conf.GetInt(kBackupsKept) < 1) {
    return InvalidArgument(std::string(kBackupsKept) + "=" + conf.GetString(kBackupsKept) +
                           ": at least 1, or the backup just taken would be deleted");
  }
  const std::string kind = conf.GetString("alluxio.security.authentication.type");
  if (kind != "SIMPLE" && kind != "NOSASL") {
    // CUSTOM names a Java class that checks passwords: accepting any of them would be worse.
    return FailedPrecondition("alluxio.security.authentication.type=" + kind +
                              ": this master knows SIMPLE and NOSASL");
  }
  return OkStatus();
}

bool Authenticates(const conf::Configuration& conf) {
  return conf.GetString("alluxio.security.authentication.type") != "NOSASL";
}

std::map<std::string, std::string> AllProperties(const conf::Configuration& conf) {
  std::map<std::string, std::string> properties;
  for (const conf::Entry& entry : conf.Entries()) properties[entry.name] = entry.value;
  return properties;
}

BlockMasterOptions BlockMasterOptionsOf(const conf::Configuration& conf, ImageFolder* images) {
  BlockMasterOptions options;
  options.images = images;
  options.container_reservation = conf.GetInt("alluxio.master.container.id.reservation.size");
  options.worker_timeout = conf.GetDuration("alluxio.master.worker.timeout");
  options.safe_mode = conf.GetDuration("alluxio.master.worker.connect.wait.time");
  return options;
}

Result<FsSettings> FsSettingsOf(const conf::Configuration& conf) {
  FsSettings settings;
  settings.block_size_bytes = conf.GetBytes("alluxio.user.block.size.bytes.default");
  if (settings.block_size_bytes <= 0) {
    return InvalidArgument("alluxio.user.block.size.bytes.default: it must be positive");
  }
  ASSIGN_OR_RETURN(settings.umask, UmaskOf(conf));
  settings.create_ttl_ms = MillisOf(conf, "alluxio.user.file.create.ttl");
  settings.create_ttl_action = TtlActionOf(conf.GetString("alluxio.user.file.create.ttl.action"));
  settings.replication_max = conf.GetInt("alluxio.user.file.replication.max");
  settings.replication_min = conf.GetInt("alluxio.user.file.replication.min");
  settings.replication_durable = conf.GetInt("alluxio.user.file.replication.durable");
  settings.sync_interval_ms = MillisOf(conf, "alluxio.user.file.metadata.sync.interval");
  settings.list_batch = std::min<size_t>(kListSlice, static_cast<size_t>(
      std::max(1, conf.GetInt("alluxio.master.filesystem.liststatus.result.message.length"))));
  settings.ufs_calls_at_once = static_cast<size_t>(
      std::max(1, conf.GetInt("alluxio.underfs.object.store.service.threads")));
  settings.upload_clean_age_ms =
      MillisOf(conf, "alluxio.underfs.s3.intermediate.upload.clean.age");
  settings.access_time_precision_ms =
      MillisOf(conf, "alluxio.master.file.access.time.update.precision");
  return settings;
}

SyncSettings SyncSettingsOf(const conf::Configuration& conf, const FsSettings& settings) {
  SyncSettings sync;
  sync.default_interval_ms = settings.sync_interval_ms;
  sync.block_size_bytes = settings.block_size_bytes;
  sync.persist_temp_folder = settings.persist_temp_folder;
  sync.list_page = static_cast<size_t>(
      std::clamp(conf.GetInt("alluxio.underfs.listing.length"), 1, kMostListed));
  sync.absent_limit = static_cast<size_t>(
      std::max(0, conf.GetInt("alluxio.master.ufs.path.cache.capacity")));
  // Whatever of the configuration opens the under stores: a change costs a listing from the start.
  StoreStamp stamp;
  for (const conf::Entry& entry : conf.Entries()) stamp.Add(entry.name).Add(entry.value);
  sync.store_stamp = stamp.value();
  return sync;
}

ChoreSettings ChoreSettingsOf(const conf::Configuration& conf) {
  ChoreSettings settings;
  settings.ttl_interval = conf.GetDuration("alluxio.master.ttl.checker.interval");
  settings.lost_workers_interval =
      conf.GetDuration("alluxio.master.lost.worker.detection.interval");
  settings.lost_files_interval =
      conf.GetDuration("alluxio.master.lost.worker.file.detection.interval");
  settings.persist_interval = conf.GetDuration("alluxio.master.persistence.scheduler.interval");
  settings.block_integrity_interval =
      conf.GetDuration("alluxio.master.periodic.block.integrity.check.interval");
  settings.block_integrity_repair =
      conf.GetBool("alluxio.master.periodic.block.integrity.check.repair");
  settings.replication_interval =
      conf.GetDuration("alluxio.master.replication.check.interval");
  settings.ufs_cleanup_enabled = conf.GetBool("alluxio.underfs.cleanup.enabled");
  settings.ufs_cleanup_interval = conf.GetDuration("alluxio.underfs.cleanup.interval");
  settings.daily_backup_enabled = conf.GetBool("alluxio.master.daily.backup.enabled");
  settings.daily_backup_minute =
      MinuteOfDay(conf.GetString(kBackupTime)).value_or(settings.daily_backup_minute);
  settings.daily_backups_kept = std::max(1, conf.GetInt(kBackupsKept));
  settings.checkpoint_entries = conf.GetInt("alluxio.master.journal.checkpoint.period.entries");
  return settings;
}

PersistQueueOptions PersistQueueOptionsOf(const conf::Configuration& conf) {
  PersistQueueOptions options;
  options.first_back_off = conf.GetDuration("alluxio.master.persistence.initial.interval");
  options.max_back_off = conf.GetDuration("alluxio.master.persistence.max.interval");
  options.give_up_after = conf.GetDuration("alluxio.master.persistence.max.total.wait.time");
  return options;
}

MountPoint RootMountOf(const conf::Configuration& conf) {
  MountPoint root;
  root.path = "/";
  root.ufs_uri = conf.GetString("alluxio.master.mount.table.root.ufs");
  while (root.ufs_uri.size() > 1 && root.ufs_uri.back() == '/') root.ufs_uri.pop_back();
  root.id = kRootMountId;
  root.read_only = conf.GetBool("alluxio.master.mount.table.root.readonly") ||
                   TakesNoWrites(root.ufs_uri);
  root.shared = conf.GetBool("alluxio.master.mount.table.root.shared") &&
                IsObjectStore(root.ufs_uri);
  for (auto& [name, value] : conf.Below("alluxio.master.mount.table.root.option.")) {
    root.properties[name] = value;
  }
  return root;
}

rpc::ServerOptions ServerOptionsOf(const conf::Configuration& conf) {
  conf::ServiceAddress address = conf::ServiceAddress::OfMasterRpc(conf);
  rpc::ServerOptions options;
  options.transport = conf.GetString("alluxio.network.transport") == "GRPC"
                          ? rpc::Transport::kGrpc
                          : rpc::Transport::kLean;
  options.bind_host = address.bind_host;
  options.port = address.port;
  options.max_message_bytes =
      static_cast<size_t>(conf.GetBytes("alluxio.master.network.max.inbound.message.size"));
  options.keepalive_time = conf.GetDuration("alluxio.master.network.keepalive.time");
  options.keepalive_timeout = conf.GetDuration("alluxio.master.network.keepalive.timeout");
  options.authenticate = Authenticates(conf);
  options.tls = rpc::TlsOptions::FromConf(conf);
  return options;
}

}  // namespace alluxio::master
