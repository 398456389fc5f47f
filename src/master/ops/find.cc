// Find: what has a text in its path below a directory, for the web pages.
//
// A walk of its own, parents first. It notes where it is by directory ids and names, as SubtreeWalk
// does, but goes from child to child inside a slice; an entry that does not match costs the look at
// its name.
#include <algorithm>
#include <vector>

#include "master/ops/file_info_builder.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string Lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), &Lower);
  return text;
}

class Search {
 public:
  Search(const FsParts& parts, OpContext& context, std::string path, const FindOptions& options)
      : parts_(parts),
        context_(context),
        path_(std::move(path)),
        options_(options),
        text_(Lowered(options.text)),
        until_(context.clock().Monotonic() + options.max_time),
        access_(parts, context),
        builder_(parts) {}

  Result<FindPage> Run();

 private:
  // A directory whose children are being looked at.
  struct Level {
    InodeId directory = kNoInode;
    std::string after;      // children up to this name are done
    size_t size = 0;        // of below_ while this level is the current one
    bool matched = false;  // its own path matches, so all below it does
  };

  Status Begin();
  void Slice();
  // Children of the current level, until one is a directory to enter or the slice is over.
  void Children();
  bool Meet(InodeView child);
  bool Matches(std::string_view name);
  void Note(InodeView child);
  bool MayEnter(InodeView directory);
  bool CheckBounds();

  const FsParts& parts_;
  OpContext& context_;
  const std::string path_;
  const FindOptions& options_;
  const std::string text_;  // in small letters
  const Duration until_;
  OpAccess access_;
  FileInfoBuilder builder_;
  std::vector<Level> levels_;
  std::string below_;        // the current level's path from path_ on: "" or "/a/b"
  std::string small_;        // the same in small letters, the child's name appended
  size_t slice_left_ = 0;
  FindPage page_;
};

// The path from path_ on is looked at, but for the part that was looked at with the parent.
bool Search::Matches(std::string_view name) {
  if (levels_.back().matched) return true;
  size_t parent = levels_.back().size;
  small_.resize(parent);
  small_ += '/';
  for (char c : name) small_ += Lower(c);
  size_t begin = parent + 1 > text_.size() ? parent + 1 - text_.size() : 0;
  return std::string_view(small_).find(text_, begin) != std::string_view::npos;
}

void Search::Note(InodeView child) {
  parts_.tree->NoteRead(child, context_);
  bool shown = page_.found >= options_.offset && page_.found - options_.offset < options_.limit;
  ++page_.found;
  if (!shown) return;
  std::string folder = path_ == "/" ? below_ : path_ + below_;
  page_.entries.push_back(builder_.Build(child, folder + "/" + std::string(child.name())));
}

bool Search::MayEnter(InodeView directory) {
  if (access_.identity().superuser) return true;
  return access_.CheckInode(directory, directory.name(), Bits::kReadExecute).ok();
}

// Returns false to end the visit of these children.
bool Search::Meet(InodeView child) {
  ++page_.visited;
  --slice_left_;
  bool matched = Matches(child.name());
  if (matched) Note(child);
  bool full = page_.found >= options_.max_found;
  bool enter = child.is_directory() && MayEnter(child);
  if (enter || full || slice_left_ == 0) levels_.back().after = std::string(child.name());
  if (enter) {
    below_ += '/';
    below_ += child.name();
    small_ = Lowered(below_);
    levels_.push_back(Level{child.id(), {}, below_.size(), matched});
  }
  return !enter && !full && slice_left_ > 0;
}

void Search::Children() {
  const Level& level = levels_.back();
  size_t depth = levels_.size();
  bool more = false;
  InodeView directory = parts_.tree->Find(level.directory);
  if (directory) {
    std::string after = level.after;
    parts_.tree->VisitChildrenAfter(directory, after, [&](InodeView child) {
      more = !Meet(child);
      return !more;
    });
  }
  if (more || levels_.size() > depth) return;
  // It is exhausted, or went away meanwhile.
  levels_.pop_back();
  if (levels_.empty()) return;
  below_.resize(levels_.back().size);
  small_ = Lowered(below_);
}

// Returns false when a bound ends the search.
bool Search::CheckBounds() {
  if (page_.found >= options_.max_found) page_.end = FindEnd::kFound;
  else if (page_.visited >= options_.max_visited) page_.end = FindEnd::kVisited;
  else if (context_.clock().Monotonic() > until_) page_.end = FindEnd::kTime;
  return page_.end == FindEnd::kAll;
}

void Search::Slice() {
  ReaderLock lock(parts_.tree->lock());
  slice_left_ = parts_.settings.walk_slice;
  // Empty directories count too: they cost as much as an entry.
  for (size_t n = 0; n < parts_.settings.walk_slice && !levels_.empty(); ++n) {
    Children();
    if (slice_left_ == 0 || page_.found >= options_.max_found) return;
  }
}

Status Search::Begin() {
  ReaderLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(path_);
  RETURN_IF_ERROR(access_.CheckTraverse(walk));
  parts_.tree->NoteRead(walk, context_);
  if (!walk.found()) return PathMissing(path_);
  if (walk.last().is_file()) return InvalidArgument(path_ + " is a file");
  RETURN_IF_ERROR(access_.CheckInode(walk.last(), path_, Bits::kReadExecute));
  levels_.push_back(Level{walk.last().id(), {}, 0, false});
  return OkStatus();
}

Result<FindPage> Search::Run() {
  if (text_.empty()) return InvalidArgument("nothing to look for below " + path_);
  RETURN_IF_ERROR(Begin());
  while (!levels_.empty() && CheckBounds()) {
    RETURN_IF_ERROR(context_.CheckAlive());
    Slice();
  }
  ReaderLock lock(parts_.tree->lock());
  parts_.tree->NoteReadOfAll(context_);
  return std::move(page_);
}

}  // namespace

Result<FindPage> FsOperations::Find(OpContext& context, const std::string& text,
                                    const FindOptions& options) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  return Search(parts_, context, std::move(path), options).Run();
}

}  // namespace alluxio::master
