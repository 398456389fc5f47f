#include "master/ops/slice_keeper.h"

#include <algorithm>
#include <utility>

#include "master/block/block_master.h"
#include "master/mount/mount_table.h"
#include "master/tree/inode_tree.h"
#include "metrics/registry.h"

namespace alluxio::master {
namespace {

// Of a file without blocks: folders that are too large are known by it, most of the time.
constexpr size_t kLeastEntry = 150;

struct Counts {
  metrics::Counter& hits = metrics::Registry::Process().counter("Master.ListingCacheHits");
  metrics::Counter& misses = metrics::Registry::Process().counter("Master.ListingCacheMisses");
};

Counts& Counted() {
  static Counts counts;
  return counts;
}

}  // namespace

KeptSlicePtr SliceKeeper::Take(InodeView folder, std::string_view path, std::string_view after) {
  draft_.reset();
  if (parts_.listing_cache == nullptr || parts_.listing_cache->most_bytes() == 0) return nullptr;
  SliceKey key{folder.id(), mount_info_ == MountInfo::kShown, std::string(after)};
  SliceStamps now{parts_.tree->ChangesOf(folder), {}, parts_.mounts->changes()};
  KeptSlicePtr kept = parts_.listing_cache->Find(key);
  if (kept != nullptr) {
    now.blocks = parts_.blocks->ChangesOf(kept->containers);
    if (kept->stamps == now && kept->path == path) {
      Counted().hits.Add();
      return kept;
    }
    parts_.listing_cache->Drop(key);
  }
  Counted().misses.Add();
  const size_t children = folder.child_count();
  if (children == 0 || !parts_.listing_cache->HasRoomFor(children, kLeastEntry)) return nullptr;
  if (!parts_.listing_cache->WorthKeeping(key, now.folder)) return nullptr;
  auto slice = std::make_shared<KeptSlice>();
  slice->path = path;
  slice->stamps = now;
  draft_ = Draft{std::move(key), std::move(slice), children, {}};
  return nullptr;
}

void SliceKeeper::Begin(std::span<const InodeView> children) {
  if (!draft_) return;
  KeptSlice& slice = *draft_->slice;
  draft_->listed = children;
  for (InodeView child : children) {
    if (child.is_file()) slice.containers.push_back(ContainerOf(child.id()));
  }
  slice.stamps.blocks = parts_.blocks->ChangesOf(slice.containers);
}

void SliceKeeper::End(size_t added, std::string_view written, std::string_view next) {
  if (!draft_) return;
  Draft draft = *std::exchange(draft_, std::nullopt);
  if (added == 0) return;
  if (!parts_.listing_cache->HasRoomFor(draft.children, written.size() / added)) return;
  const auto durable = [this](InodeView child) { return parts_.tree->IsDurable(child); };
  if (!std::ranges::all_of(draft.listed.first(added), durable)) return;
  draft.slice->written = written;
  draft.slice->next = next;
  draft.slice->entries = added;
  parts_.listing_cache->Keep(draft.key, std::move(draft.slice));
}

}  // namespace alluxio::master
