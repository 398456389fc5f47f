// PathArg: an Alluxio path as somebody typed it, and wildcards in such paths.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/fs/fs_context.h"

namespace alluxio::cli {

struct PathArg {
  std::string path;    // clean and absolute; may hold '*'
  std::string prefix;  // "alluxio://host:port" or empty

  // As it is shown: with the scheme and authority that were typed.
  std::string Shown() const { return prefix + path; }
  std::string_view Name() const;
};

// INVALID_ARGUMENT for a path that cannot be.
Result<PathArg> ParsePathArg(std::string_view text);

// `*` stands for any run of characters, '/' included, as in Alluxio 2.9.
bool MatchesWildcard(std::string_view pattern, std::string_view path);

// The paths that match, sorted; a path without `*` stands for itself, existing or not.
Result<std::vector<PathArg>> ExpandWildcards(client::FileSystem& fs, const PathArg& pattern);

// Calls `each` for every match. Goes on after an error; the messages come back together, one a
// line. NOT_FOUND "<pattern> does not exist." without a match. `header` runs once before.
Status ForEachPath(FsContext& context, const std::string& pattern,
                   const std::function<Status(const PathArg&)>& each,
                   const std::function<void()>& header = nullptr);

// INVALID_ARGUMENT "Path <p> must be a file" for a directory.
Result<FileInfo> GetFile(client::FileSystem& fs, const PathArg& path);

// The files of this host that match a local path with '*'.
Result<std::vector<std::string>> ExpandLocal(Disk& disk, const std::string& pattern);

}  // namespace alluxio::cli
