// What BlockStore shows to people: its directories and its blocks.
#include <algorithm>

#include "worker/store/block_store.h"

namespace alluxio::worker {

std::vector<DirUsage> BlockStore::Dirs() const {
  MutexLock lock(mutex_);
  std::vector<DirUsage> all;
  for (size_t i = 0; i < table_.dirs().size(); ++i) {
    const DirState& dir = table_.dirs()[i];
    std::string path = dirs_[i] == nullptr ? "" : dirs_[i]->path();
    all.push_back({dir.tier_alias, std::move(path), dir.quota, dir.used, dir.lost,
                   recycled_[i] == nullptr ? 0 : recycled_[i]->bytes()});
  }
  for (const auto& [alias, paths] : lost_at_start_) {
    for (const std::string& path : paths) {
      auto known = std::find_if(all.begin(), all.end(), [&](const DirUsage& dir) {
        return dir.path.empty() && dir.tier_alias == alias;
      });
      if (known != all.end()) known->path = path;
    }
  }
  return all;
}

std::vector<HeldBlock> BlockStore::Blocks(size_t offset, size_t limit) const {
  MutexLock lock(mutex_);
  std::vector<BlockId> ids;
  ids.reserve(table_.blocks().size());
  for (const auto& [id, entry] : table_.blocks()) ids.push_back(id);
  size_t begin = std::min(ids.size(), offset);
  size_t end = std::min(ids.size(), begin + limit);
  std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(end), ids.end());
  std::vector<HeldBlock> page;
  for (size_t i = begin; i < end; ++i) {
    const BlockEntry& entry = *table_.blocks().at(ids[i]);
    page.push_back({entry.id, entry.length, table_.dirs()[entry.dir].tier_alias});
  }
  return page;
}

}  // namespace alluxio::worker
