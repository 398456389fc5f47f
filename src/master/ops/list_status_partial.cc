// ListStatusPartial: one page of a listing.
#include <algorithm>
#include <optional>

#include "master/ops/file_info_builder.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/sync/path_sync.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

// Goes through everything below a directory in listing order, counts and collects one page.
class Page {
 public:
  Page(const FsParts& parts, OpContext& context, std::string path, const ListPageOptions& options)
      : parts_(parts),
        context_(context),
        path_(std::move(path)),
        options_(options),
        access_(parts, context),
        builder_(parts, MountInfoOf(options.list)) {}

  Result<ListPage> Run();

 private:
  Status Freshen();
  // The place to go on from, as a path relative to the listed directory; "" = the beginning.
  Result<std::string> Start();
  Status Fill(const std::string& after);
  std::string ChildBefore(int64_t count);
  Result<std::string> Relative(const std::string& text) const;
  bool Wanted(std::string_view relative) const;
  std::optional<std::string> Next(const std::string& after);
  std::optional<std::string> FirstAfter(InodeView directory, const std::string& base,
                                        std::string_view name);

  const FsParts& parts_;
  OpContext& context_;
  const std::string path_;
  const ListPageOptions& options_;
  OpAccess access_;
  FileInfoBuilder builder_;
  ListPage page_;
};

Status Page::Freshen() {
  SyncWish wish;
  wish.load = options_.list.load_metadata;
  wish.interval_ms = options_.list.common.sync_interval_ms;
  wish.children = true;
  RETURN_IF_ERROR(parts_.sync->Freshen(context_, path_, wish));
  bool first = !options_.offset_id || *options_.offset_id <= 0;
  if (!options_.list.recursive || !first) return OkStatus();
  if (options_.list.load_metadata == LoadMetadataType::kNever) return OkStatus();
  if (!context_.may_block()) return WouldBlock();
  return parts_.sync->LoadSubtree(context_, path_);
}

Result<std::string> Page::Relative(const std::string& text) const {
  if (!text.starts_with("/")) return text;
  std::string base = path_ == "/" ? "/" : path_ + "/";
  if (!text.starts_with(base)) {
    return InvalidArgument("The start after partial listing option " + text +
                           " is not a prefix of the listing path " + path_);
  }
  return text.substr(base.size());
}

Result<std::string> Page::Start() {
  if (options_.offset_id && *options_.offset_id > 0) {
    InodeView inode = parts_.tree->FindToShow(*options_.offset_id, context_);
    if (!inode) {
      return NotFound("Inode id " + std::to_string(*options_.offset_id) +
                      " of the listing's offset does not exist.");
    }
    std::string at = parts_.tree->PathOf(inode);
    if (!IsSameOrBelow(at, path_)) {
      return NotFound("The listing's offset " + at + " is not below " + path_ + " any more.");
    }
    return Relative(at);
  }
  if (options_.start_after && !options_.start_after->empty()) {
    return Relative(*options_.start_after);
  }
  return std::string();
}

bool Page::Wanted(std::string_view relative) const {
  std::string_view prefix = options_.prefix;
  if (prefix.starts_with('/')) prefix.remove_prefix(1);
  return relative.starts_with(prefix);
}

std::optional<std::string> Page::FirstAfter(InodeView directory, const std::string& base,
                                            std::string_view name) {
  auto children = parts_.tree->ChildrenAfter(directory, name, 1);
  if (children.empty()) return std::nullopt;
  return base.empty() ? std::string(children[0].name())
                      : base + "/" + std::string(children[0].name());
}

std::optional<std::string> Page::Next(const std::string& after) {
  InodeView top = parts_.tree->Walk(path_).last();
  if (after.empty()) return FirstAfter(top, "", "");
  if (!options_.list.recursive) {
    return FirstAfter(top, "", after.substr(0, after.find('/')));
  }
  std::string at = after;
  WalkResult walk = parts_.tree->Walk(path_ == "/" ? "/" + at : path_ + "/" + at);
  if (walk.found() && walk.last().is_directory() &&
      access_.CheckInode(walk.last(), walk.path, Bits::kReadExecute).ok()) {
    if (auto child = FirstAfter(walk.last(), at, "")) return child;
  }
  while (true) {  // The next sibling, of `at` or of the nearest ancestor that has one.
    size_t slash = at.rfind('/');
    std::string base = slash == std::string::npos ? "" : at.substr(0, slash);
    std::string full = base.empty() ? path_ : (path_ == "/" ? "/" + base : path_ + "/" + base);
    WalkResult parent = parts_.tree->Walk(full);
    if (parent.found() && parent.last().is_directory()) {
      std::string name = at.substr(slash == std::string::npos ? 0 : slash + 1);
      if (auto sibling = FirstAfter(parent.last(), base, name)) return sibling;
    }
    if (base.empty()) return std::nullopt;
    at = base;
  }
}

// The name of child number `count`, counted from 1; "" when there are not so many.
std::string Page::ChildBefore(int64_t count) {
  ReaderLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(path_);
  if (!walk.found()) return "";
  auto child = parts_.tree->ChildrenAt(walk.last(), static_cast<size_t>(count - 1), 1);
  return child.empty() ? "" : std::string(child[0].name());
}

Status Page::Fill(const std::string& start) {
  size_t limit = options_.batch_size > 0 ? static_cast<size_t>(options_.batch_size)
                                         : static_cast<size_t>(-1);
  int64_t skip = options_.offset_count.value_or(0);
  std::string at = start;
  if (skip > 0 && start.empty() && options_.prefix.empty() && !options_.list.recursive) {
    at = ChildBefore(skip);
    skip = at.empty() ? skip : 0;
  }
  while (true) {
    RETURN_IF_ERROR(context_.CheckAlive());
    ReaderLock lock(parts_.tree->lock());
    WalkResult top = parts_.tree->Walk(path_);
    parts_.tree->NoteRead(top, context_);
    if (options_.list.recursive) parts_.tree->NoteReadOfAll(context_);
    if (!top.found()) return PathMissing(path_);
    for (size_t n = 0; n < parts_.settings.walk_slice; ++n) {
      auto next = Next(at);
      if (!next) return OkStatus();
      at = *next;
      if (!Wanted(at)) continue;
      if (skip > 0) {
        --skip;
        continue;
      }
      if (page_.entries.size() == limit) {
        page_.truncated = true;
        return OkStatus();
      }
      WalkResult walk = parts_.tree->Walk(path_ == "/" ? "/" + at : path_ + "/" + at);
      parts_.tree->NoteRead(walk.last(), context_);
      page_.entries.push_back(builder_.Build(walk.last(), walk.path));
    }
  }
}

Result<ListPage> Page::Run() {
  RETURN_IF_ERROR(Freshen());
  std::string start;
  {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path_);
    RETURN_IF_ERROR(access_.CheckTraverse(walk));
    parts_.tree->NoteRead(walk, context_);
    if (!walk.found()) return PathMissing(path_);
    RETURN_IF_ERROR(access_.CheckInode(walk.last(), path_, Bits::kRead));
    if (walk.last().is_file()) {
      page_.file_count = 1;
      page_.entries.push_back(builder_.Build(walk.last(), path_));
      return std::move(page_);
    }
    page_.file_count =
        options_.list.recursive ? -1 : static_cast<int64_t>(walk.last().child_count());
    ASSIGN_OR_RETURN(start, Start());
  }
  RETURN_IF_ERROR(Fill(start));
  if (options_.list.load_metadata_only) page_.entries.clear();
  return std::move(page_);
}

}  // namespace

Result<ListPage> FsOperations::ListStatusPartial(OpContext& context, const std::string& text,
                                                 const ListPageOptions& options) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  return Page(parts_, context, std::move(path), options).Run();
}

}  // namespace alluxio::master
