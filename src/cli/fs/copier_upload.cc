#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "cli/fs/copier.h"
#include "env/executor.h"
#include "model/path.h"

// The part of Copier that copies from this host.
namespace alluxio::cli {
namespace {

int64_t SizeOf(Disk& disk, const std::string& path) {
  Result<FileStat> stat = disk.Stat(path);
  return stat.ok() ? stat->length : 0;
}

}  // namespace

Status Copier::UploadFile(const std::string& from, const std::string& to, Progress* progress) {
  ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> in, context_.local->OpenForRead(from));
  client::CreateOptions options;
  options.recursive = false;
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileOutStream> out,
                   context_.fs->CreateFile(to, options));
  std::string buffer(static_cast<size_t>(settings_.buffer_bytes), '\0');
  int64_t done = 0;
  Status copied;
  while (copied.ok()) {
    Result<size_t> count = in->ReadAt(done, buffer);
    copied = count.status();
    if (!copied.ok() || *count == 0) break;
    copied = out->Write(std::string_view(buffer).substr(0, *count));
    done += static_cast<int64_t>(*count);
    if (progress != nullptr) progress->Add(static_cast<int64_t>(*count));
  }
  if (copied.ok()) copied = out->Close();
  if (copied.ok()) return copied;
  // What is left of a failed copy is ours to remove.
  LogIfError(out->Cancel(), "cli: cancelling a copy that failed");
  DeleteOptions remove;
  remove.unchecked = true;
  LogIfError(context_.fs->Delete(to, remove), "cli: removing a copy that failed");
  return copied;
}

Status Copier::FileFromLocal(const std::string& from, const PathArg& to) {
  PathArg file = to;
  Result<FileInfo> target = context_.fs->GetStatus(to.path);
  if (target.ok() && target->folder) {
    file = {JoinPath(to.path, BaseName(from)), to.prefix};
  }
  Progress progress(printer_, *context_.clock, file.path, SizeOf(*context_.local, from));
  return UploadFile(from, file.path, &progress);
}

// Makes the folders of a tree in Alluxio and lists its files.
Status Copier::GatherLocal(const std::string& from, const PathArg& to,
                           std::vector<LocalFile>* files) {
  ASSIGN_OR_RETURN(FileStat stat, context_.local->Stat(from));
  if (!stat.is_directory) {
    files->push_back({from, to});
    return OkStatus();
  }
  CreateDirectoryOptions options;
  options.recursive = true;
  options.allow_exists = true;
  RETURN_IF_ERROR(context_.fs->CreateDirectory(to.path, options));
  ASSIGN_OR_RETURN(std::vector<std::string> names, context_.local->List(from));
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    PathArg child{JoinPath(to.path, name), to.prefix};
    RETURN_IF_ERROR(GatherLocal(JoinPath(from, name), child, files));
  }
  return OkStatus();
}

Status Copier::UploadAll(const std::vector<LocalFile>& files) {
  int64_t total = 0;
  for (const LocalFile& file : files) total += SizeOf(*context_.local, file.from);
  Progress progress(printer_, *context_.clock, fmt::format("{} files", files.size()), total);
  Mutex mutex;
  std::string messages;
  auto upload = [&](const LocalFile& file) {
    Status copied = UploadFile(file.from, file.to.path, &progress);
    MutexLock lock(mutex);
    if (copied.ok()) {
      printer_.Line("Copied file://{} to {}", file.from, file.to.Shown());
      return;
    }
    std::string message = fmt::format("Failed to copy file://{} to {}: {}", file.from,
                                      file.to.Shown(), copied.message());
    printer_.ErrorLine("{}", message);
    messages += "\n" + message;
  };
  ExecutorOptions options;
  options.name = "copy";
  options.threads = static_cast<size_t>(settings_.threads);
  options.queue_limit = files.size() + 1;
  std::unique_ptr<Executor> executor = Executor::Create(options);
  for (const LocalFile& file : files) {
    Status submitted = executor->Submit([&upload, &file] { upload(file); });
    if (!submitted.ok()) return submitted;
  }
  executor->Stop();
  return messages.empty() ? OkStatus() : UnknownError("ERRORS:" + messages);
}

Status Copier::FromLocal(const std::string& from, const PathArg& to) {
  std::vector<std::string> sources = {from};
  bool wildcard = from.find('*') != std::string::npos;
  if (wildcard) {
    ASSIGN_OR_RETURN(sources, ExpandLocal(*context_.local, from));
  }
  Result<FileStat> stat = context_.local->Stat(from);
  if (sources.empty()) {
    return NotFound(fmt::format("Path \"file://{}\" does not exist.", from));
  }
  if (!wildcard && !stat.ok()) return LocalFault(from, stat.status());
  if (sources.size() == 1) stat = context_.local->Stat(sources[0]);
  if (sources.size() == 1 && stat.ok() && !stat->is_directory) {
    RETURN_IF_ERROR(FileFromLocal(sources[0], to));
  } else {
    Result<FileInfo> target = context_.fs->GetStatus(to.path);
    if (target.ok() && !target->folder) {
      return InvalidArgument(
          "The destination cannot be an existing file when the source is a directory or a list of "
          "files.");
    }
    std::vector<LocalFile> files;
    for (const std::string& source : sources) {
      PathArg child{JoinPath(to.path, BaseName(source)), to.prefix};
      RETURN_IF_ERROR(GatherLocal(source, wildcard ? child : to, &files));
    }
    RETURN_IF_ERROR(UploadAll(files));
  }
  printer_.Line("Copied file://{} to {}", from, to.Shown());
  return OkStatus();
}

}  // namespace alluxio::cli
