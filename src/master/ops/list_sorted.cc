// ListSorted: one page of a directory's children in an order of their own, for the web pages.
#include <algorithm>
#include <vector>

#include "master/ops/file_info_builder.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/sync/path_sync.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

// 24 bytes each while they are sorted.
constexpr size_t kMaxSorted = 2'000'000;

// A child and what it is sorted by. Equal keys keep the order of names, which is that of `index`.
struct Keyed {
  int64_t key = 0;
  uint32_t index = 0;
  InodeId id = kNoInode;
  bool operator<(const Keyed& other) const {
    return key != other.key ? key < other.key : index < other.index;
  }
};

class Sorted {
 public:
  Sorted(const FsParts& parts, OpContext& context, std::string path,
         const SortedPageOptions& options)
      : parts_(parts),
        context_(context),
        path_(std::move(path)),
        options_(options),
        access_(parts, context),
        builder_(parts) {}

  Result<ListPage> Run();

 private:
  Status Begin();
  Status ByName();
  Status ByKey();
  Status Collect(std::vector<Keyed>* children);
  int64_t KeyOf(InodeView child) const;
  void Show(InodeView child);

  const FsParts& parts_;
  OpContext& context_;
  const std::string path_;
  const SortedPageOptions& options_;
  OpAccess access_;
  FileInfoBuilder builder_;
  ListPage page_;
};

void Sorted::Show(InodeView child) {
  parts_.tree->NoteRead(child, context_);
  page_.entries.push_back(builder_.Build(child, JoinPath(path_, child.name())));
}

// What the listing shows of it: see InodeView::FillFileInfo.
int64_t Sorted::KeyOf(InodeView child) const {
  switch (options_.by) {
    case SortBy::kModified: return child.modification_time_ms();
    case SortBy::kCached:
      return builder_.Build(child, JoinPath(path_, child.name())).in_alluxio_percentage;
    case SortBy::kSize:
      if (child.is_directory()) return static_cast<int64_t>(child.child_count());
      return child.completed() ? child.length() : 0;
    case SortBy::kName: break;
  }
  return 0;
}

Status Sorted::ByName() {
  ReaderLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(path_);
  parts_.tree->NoteRead(walk, context_);
  if (!walk.found()) return PathMissing(path_);
  auto total = static_cast<int64_t>(walk.last().child_count());
  page_.file_count = total;
  int64_t begin = std::min(options_.offset, total);
  int64_t end = std::min(total, begin + options_.limit);
  if (options_.descending) {
    std::swap(begin, end);
    begin = total - begin;
    end = total - end;
  }
  auto children = parts_.tree->ChildrenAt(walk.last(), static_cast<size_t>(begin),
                                          static_cast<size_t>(end - begin));
  for (InodeView child : children) Show(child);
  if (options_.descending) std::reverse(page_.entries.begin(), page_.entries.end());
  return OkStatus();
}

// In slices, so that edits go on meanwhile.
Status Sorted::Collect(std::vector<Keyed>* children) {
  std::string after;
  while (true) {
    RETURN_IF_ERROR(context_.CheckAlive());
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path_);
    if (!walk.found()) return PathMissing(path_);
    if (after.empty()) children->reserve(std::min(walk.last().child_count(), kMaxSorted));
    auto slice = parts_.tree->ChildrenAfter(walk.last(), after, parts_.settings.walk_slice);
    if (children->size() + slice.size() > kMaxSorted) {
      return OutOfRange(path_ + " has more than " + std::to_string(kMaxSorted) +
                        " entries, too many to sort; sort it by name");
    }
    for (InodeView child : slice) {
      children->push_back({.key = KeyOf(child),
                           .index = static_cast<uint32_t>(children->size()),
                           .id = child.id()});
    }
    if (slice.size() < parts_.settings.walk_slice) return OkStatus();
    after = std::string(slice.back().name());
  }
}

Status Sorted::ByKey() {
  std::vector<Keyed> children;
  RETURN_IF_ERROR(Collect(&children));
  auto total = static_cast<int64_t>(children.size());
  page_.file_count = total;
  auto at = [&](int64_t index) {
    return children.begin() + static_cast<std::ptrdiff_t>(std::min(index, total));
  };
  auto begin = at(options_.offset), end = at(options_.offset + options_.limit);
  auto before = [&](const Keyed& a, const Keyed& b) { return options_.descending ? b < a : a < b; };
  if (begin != end) {
    std::nth_element(children.begin(), begin, children.end(), before);
    std::partial_sort(begin, end, children.end(), before);
  }
  ReaderLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(path_);
  parts_.tree->NoteRead(walk, context_);
  if (!walk.found()) return PathMissing(path_);
  for (auto it = begin; it != end; ++it) {
    InodeView child = parts_.tree->Find(it->id);
    if (child && child.parent_id() == walk.last().id()) Show(child);  // not moved meanwhile
  }
  return OkStatus();
}

Status Sorted::Begin() {
  SyncWish wish;
  wish.load = LoadMetadataType::kOnce;
  wish.children = true;
  RETURN_IF_ERROR(parts_.sync->Freshen(context_, path_, wish));
  ReaderLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(path_);
  RETURN_IF_ERROR(access_.CheckTraverse(walk));
  parts_.tree->NoteRead(walk, context_);
  if (!walk.found()) return PathMissing(path_);
  if (walk.last().is_file()) return InvalidArgument(path_ + " is a file");
  return access_.CheckInode(walk.last(), path_, Bits::kRead);
}

Result<ListPage> Sorted::Run() {
  RETURN_IF_ERROR(Begin());
  RETURN_IF_ERROR(options_.by == SortBy::kName ? ByName() : ByKey());
  return std::move(page_);
}

}  // namespace

Result<ListPage> FsOperations::ListSorted(OpContext& context, const std::string& text,
                                          const SortedPageOptions& options) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  return Sorted(parts_, context, std::move(path), options).Run();
}

}  // namespace alluxio::master
