#include "cli/fs/path_arg.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/path.h"

namespace alluxio::cli {
namespace {

constexpr std::string_view kScheme = "alluxio";

// The first `depth` components of a pattern: "/a/b*/c" and 2 -> "/a/b*".
std::string LeadingPath(std::string_view pattern, size_t depth) {
  std::vector<std::string_view> parts = PathComponents(pattern);
  if (depth > parts.size()) return std::string();
  std::string out;
  for (size_t i = 0; i < depth; ++i) out += "/" + std::string(parts[i]);
  return out.empty() ? "/" : out;
}

// The deepest folder that every match is below.
std::string SearchRoot(std::string_view pattern) {
  return std::string(ParentPath(pattern.substr(0, pattern.find('*') + 1)));
}

Status Search(client::FileSystem& fs, const PathArg& pattern, const std::string& folder,
              std::vector<PathArg>* found) {
  ASSIGN_OR_RETURN(std::vector<FileInfo> entries, fs.ListStatus(folder));
  for (const FileInfo& entry : entries) {
    if (MatchesWildcard(pattern.path, entry.path)) {
      found->push_back({entry.path, pattern.prefix});
    } else if (entry.folder) {
      std::string leading = LeadingPath(pattern.path, PathComponents(entry.path).size());
      bool below = !leading.empty() && MatchesWildcard(leading, entry.path);
      if (below) RETURN_IF_ERROR(Search(fs, pattern, entry.path, found));
    }
  }
  return OkStatus();
}

Status SearchLocal(Disk& disk, const std::string& pattern, const std::string& folder,
                   std::vector<std::string>* found) {
  ASSIGN_OR_RETURN(std::vector<std::string> names, disk.List(folder));
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    std::string path = JoinPath(folder, name);
    if (MatchesWildcard(pattern, path)) {
      found->push_back(path);
      continue;
    }
    std::string leading = LeadingPath(pattern, PathComponents(path).size());
    if (leading.empty() || !MatchesWildcard(leading, path)) continue;
    Result<FileStat> stat = disk.Stat(path);
    if (!stat.ok() || !stat->is_directory) continue;  // gone meanwhile, or nothing to enter
    RETURN_IF_ERROR(SearchLocal(disk, pattern, path, found));
  }
  return OkStatus();
}

// "/a/./b/../c" -> "/a/c"; ".." above the root stays, and is refused later.
std::string WithoutDots(std::string_view path) {
  std::vector<std::string_view> kept;
  for (std::string_view name : PathComponents(path)) {
    if (name == ".") continue;
    if (name == ".." && !kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else {
      kept.push_back(name);
    }
  }
  std::string clean;
  for (std::string_view name : kept) clean += "/" + std::string(name);
  return clean.empty() ? "/" : clean;
}

}  // namespace

std::string_view PathArg::Name() const { return BaseName(path); }

Result<PathArg> ParsePathArg(std::string_view text) {
  PathArg arg;
  size_t colon = text.find(':');
  if (colon != std::string_view::npos && colon < text.find('/')) {
    std::string_view scheme = text.substr(0, colon);
    if (scheme != kScheme) {
      return InvalidArgument(fmt::format(
          "Scheme {}:// in AlluxioURI is invalid. Schemes in filesystem operations are ignored. "
          "\"alluxio://\" or no scheme at all is valid.",
          scheme));
    }
    size_t start = colon + 1;
    if (text.substr(start).starts_with("//")) start = text.find('/', start + 2);
    arg.prefix = std::string(text.substr(0, start));
    text = start == std::string_view::npos ? "/" : text.substr(start);
  }
  bool absolute = text.starts_with('/');
  ASSIGN_OR_RETURN(arg.path, CleanPath(absolute ? WithoutDots(text) : std::string(text)));
  return arg;
}

bool MatchesWildcard(std::string_view pattern, std::string_view path) {
  size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < path.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == path[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<std::vector<PathArg>> ExpandWildcards(client::FileSystem& fs, const PathArg& pattern) {
  std::vector<PathArg> found;
  if (pattern.path.find('*') == std::string::npos) {
    found.push_back(pattern);
    return found;
  }
  RETURN_IF_ERROR(Search(fs, pattern, SearchRoot(pattern.path), &found));
  std::sort(found.begin(), found.end(),
            [](const PathArg& a, const PathArg& b) { return a.path < b.path; });
  return found;
}

Status ForEachPath(FsContext& context, const std::string& pattern,
                   const std::function<Status(const PathArg&)>& each,
                   const std::function<void()>& header) {
  ASSIGN_OR_RETURN(PathArg arg, ParsePathArg(pattern));
  ASSIGN_OR_RETURN(std::vector<PathArg> paths, ExpandWildcards(*context.fs, arg));
  if (paths.empty()) return NotFound(arg.Shown() + " does not exist.");
  if (header) header();
  std::string messages;
  StatusCode code = StatusCode::kOk;
  for (const PathArg& path : paths) {
    Status status = each(path);
    if (status.ok()) continue;
    if (code == StatusCode::kOk) code = status.code();
    messages += (messages.empty() ? "" : "\n") + status.message();
  }
  return code == StatusCode::kOk ? OkStatus() : Status(code, messages);
}

Result<FileInfo> GetFile(client::FileSystem& fs, const PathArg& path) {
  ASSIGN_OR_RETURN(FileInfo file, fs.GetStatus(path.path));
  if (file.folder) {
    return InvalidArgument(fmt::format("Path \"{}\" must be a file.", path.Shown()));
  }
  return file;
}

Result<std::vector<std::string>> ExpandLocal(Disk& disk, const std::string& pattern) {
  std::vector<std::string> found;
  RETURN_IF_ERROR(SearchLocal(disk, pattern, SearchRoot(pattern), &found));
  return found;
}

}  // namespace alluxio::cli
