// Copier: copies files and trees within Alluxio and between Alluxio and this host, for cp,
// copyFromLocal and copyToLocal.
#pragma once

#include <string>
#include <vector>

#include "cli/fs/fs_context.h"
#include "cli/fs/path_arg.h"
#include "cli/option_parser.h"
#include "cli/printer.h"
#include "cli/progress.h"

namespace alluxio::cli {

struct CopySettings {
  bool recursive = false;
  bool preserve = false;  // owner, group, mode and access list
  int threads = 1;        // files under way at a time when copying from this host
  int64_t buffer_bytes = 8 << 20;
};

// --thread, --buffersize, -p and -R of the copy commands; the texts of Alluxio.
std::vector<Option> CopyOptions(bool threads);
Result<CopySettings> ParseCopySettings(const ParsedArgs& args, int cpus);

class Copier {
 public:
  Copier(FsContext& context, const CopySettings& settings, Printer& printer)
      : context_(context), settings_(settings), printer_(printer) {}

  // Each takes a source that may hold '*'. Local paths are absolute.
  Status WithinAlluxio(const PathArg& from, const PathArg& to);
  Status FromLocal(const std::string& from, const PathArg& to);
  Status ToLocal(const PathArg& from, const std::string& to);

 private:
  struct LocalFile {
    std::string from;
    PathArg to;
  };

  Status CopyTree(const PathArg& from, const PathArg& to);
  Status CopyFolder(const FileInfo& folder, const PathArg& from, PathArg to);
  Status CopyFile(const PathArg& from, const PathArg& to);
  Status Preserve(const FileInfo& from, const std::string& to);
  Status MakeFolder(const PathArg& folder);
  Status MakeLocalFolder(const std::string& folder);
  // "<path> (No such file or directory)", as Java shows faults of local files.
  static Status LocalFault(const std::string& path, const Status& fault);

  Status FileFromLocal(const std::string& from, const PathArg& to);
  Status UploadFile(const std::string& from, const std::string& to, Progress* progress);
  Status GatherLocal(const std::string& from, const PathArg& to, std::vector<LocalFile>* files);
  Status UploadAll(const std::vector<LocalFile>& files);

  Status TreeToLocal(const PathArg& from, const std::string& to);
  Status FileToLocal(const PathArg& from, const std::string& to);

  FsContext& context_;
  const CopySettings settings_;
  Printer& printer_;
};

}  // namespace alluxio::cli
