#include "master/process/metastore.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "master/tree/cold_inodes.h"

namespace alluxio::master {

namespace {

constexpr char kStore[] = "alluxio.master.metastore";
constexpr char kFolder[] = "alluxio.master.metastore.dir";
constexpr char kMost[] = "alluxio.master.metastore.inode.cache.max.size";
constexpr char kHigh[] = "alluxio.master.metastore.inode.cache.high.water.mark.ratio";
constexpr char kLow[] = "alluxio.master.metastore.inode.cache.low.water.mark.ratio";
constexpr char kBatch[] = "alluxio.master.metastore.inode.cache.evict.batch.size";
// Below this the directories above what is in use would fill it.
constexpr int kLeastInodes = 100;

// Unset is our default; 2.9 then has a cache of 8 MB for everything.
void TakeCacheSize(const conf::Configuration& conf, std::string_view key, size_t* bytes) {
  if (conf.GetString(key).empty()) return;
  *bytes = static_cast<size_t>(std::max(0, conf.GetInt(key)));
}

}  // namespace

Result<InodeCache> OpenMetastore(const conf::Configuration& conf,
                                 std::function<void(const Status&)> on_failure) {
  InodeCache cache;
  if (conf.GetString(kStore) != "ROCKS") return cache;
  double high = conf.GetDouble(kHigh);
  double low = conf.GetDouble(kLow);
  if (!(0 < low && low <= high && high <= 1)) {
    return InvalidArgument(std::string(kLow) + "=" + conf.GetString(kLow) + ", " + kHigh + "=" +
                           conf.GetString(kHigh) + ": 0 < low <= high <= 1 is expected");
  }
  int batch = conf.GetInt(kBatch);
  if (batch < 1) return InvalidArgument(std::string(kBatch) + "=" + conf.GetString(kBatch));
  double most = std::max(kLeastInodes, conf.GetInt(kMost));
  cache.high = static_cast<size_t>(most * high);
  cache.low = static_cast<size_t>(most * low);
  cache.batch = static_cast<size_t>(batch);
  ColdInodesOptions options;
  options.folder = conf.GetString(kFolder) + "/inodes";
  TakeCacheSize(conf, "alluxio.master.metastore.rocks.edge.cache.size", &options.edge_cache_bytes);
  TakeCacheSize(conf, "alluxio.master.metastore.rocks.inode.cache.size",
                &options.inode_cache_bytes);
  options.on_failure = std::move(on_failure);
  LOG_INFO("master: metastore folder={} inodes_in_memory={}", options.folder, cache.high);
  ASSIGN_OR_RETURN(cache.cold, ColdInodes::Open(std::move(options)));
  return cache;
}

std::unique_ptr<ImageFolder> OpenImages(const conf::Configuration& conf) {
  auto images = std::make_unique<ImageFolder>(Disk::Real(), conf.GetString(kFolder) + "/images");
  if (!conf.GetBool("alluxio.master.metastore.image.enabled")) {
    images->RemoveAll();
    return nullptr;
  }
  images->RemoveUnfinished();  // of a master that was killed
  return images;
}

}  // namespace alluxio::master
