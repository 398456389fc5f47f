#include "cli/fs/copier.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "cli/units.h"
#include "env/rng.h"
#include "model/path.h"

namespace alluxio::cli {
namespace {

constexpr std::string_view kCannotBeFile =
    "The destination cannot be an existing file when the source is a directory or a list of files.";

Status DoesNotExist(const std::string& shown) {
  return NotFound(fmt::format("Path \"{}\" does not exist.", shown));
}

Result<int> PositiveNumber(const ParsedArgs& args, const std::string& name) {
  Result<int> number = ParseNumber(args.Value(name));
  if (!number.ok()) {
    return InvalidArgument("Failed to parse option " + name + " into an integer");
  }
  if (*number <= 0) return InvalidArgument(name + " must be > 0");
  return number;
}

PathArg Below(const PathArg& folder, std::string_view name) {
  return {JoinPath(folder.path, name), folder.prefix};
}

}  // namespace

std::vector<Option> CopyOptions(bool threads) {
  std::vector<Option> options = {
      {"", "buffersize",
       "Read buffer size in bytes, default is 8MB when copying from local, and 64MB when copying "
       "to local",
       true, "buffer size"}};
  if (threads) {
    options.push_back(
        {"", "thread",
         "Number of threads used to copy files in parallel, default value is CPU cores * 2", true,
         "threads"});
  }
  return options;
}

Result<CopySettings> ParseCopySettings(const ParsedArgs& args, int cpus) {
  CopySettings settings;
  settings.recursive = args.Has("R") || args.Has("r");
  settings.preserve = args.Has("preserve");
  settings.threads = cpus * 2;
  if (args.Has("buffersize")) {
    ASSIGN_OR_RETURN(settings.buffer_bytes, PositiveNumber(args, "buffersize"));
  }
  if (args.Has("thread")) {
    ASSIGN_OR_RETURN(settings.threads, PositiveNumber(args, "thread"));
  }
  return settings;
}

Status Copier::LocalFault(const std::string& path, const Status& fault) {
  std::string_view reason = fault.message();
  if (reason.starts_with(path + ": ")) reason.remove_prefix(path.size() + 2);
  return Status(fault.code(), fmt::format("{} ({})", path, reason));
}

Status Copier::MakeFolder(const PathArg& folder) {
  RETURN_IF_ERROR(context_.fs->CreateDirectory(folder.path, {}));
  printer_.Line("Created directory: {}", folder.Shown());
  return OkStatus();
}

Status Copier::WithinAlluxio(const PathArg& from, const PathArg& to) {
  ASSIGN_OR_RETURN(std::vector<PathArg> paths, ExpandWildcards(*context_.fs, from));
  if (paths.empty()) return DoesNotExist(from.path);
  if (from.path.find('*') == std::string::npos) return CopyTree(from, to);
  Result<FileInfo> target = context_.fs->GetStatus(to.path);
  if (target.ok() && !target->folder) return InvalidArgument(std::string(kCannotBeFile));
  if (!target.ok()) RETURN_IF_ERROR(MakeFolder(to));
  std::string messages;
  for (const PathArg& path : paths) {
    Status copied = CopyTree(path, Below(to, path.Name()));
    if (!copied.ok()) messages += (messages.empty() ? "" : "\n") + copied.message();
  }
  return messages.empty() ? OkStatus() : UnknownError(messages);
}

Status Copier::CopyTree(const PathArg& from, const PathArg& to) {
  ASSIGN_OR_RETURN(FileInfo source, context_.fs->GetStatus(from.path));
  if (source.folder) return CopyFolder(source, from, to);
  Result<FileInfo> target = context_.fs->GetStatus(to.path);
  PathArg file = target.ok() && target->folder ? Below(to, from.Name()) : to;
  RETURN_IF_ERROR(CopyFile(from, file));
  return settings_.preserve ? Preserve(source, file.path) : OkStatus();
}

Status Copier::CopyFolder(const FileInfo& folder, const PathArg& from, PathArg to) {
  if (!settings_.recursive) {
    return FailedPrecondition(from.path +
                              " is a directory, to copy it please use "
                              "\"cp -R/-r/--recursive <src> <dst>\"");
  }
  ASSIGN_OR_RETURN(std::vector<FileInfo> entries, context_.fs->ListStatus(from.path));
  Result<FileInfo> target = context_.fs->GetStatus(to.path);
  if (target.ok() && !target->folder) return InvalidArgument(std::string(kCannotBeFile));
  // A folder copied to a folder that is there becomes its child.
  if (target.ok()) to = Below(to, from.Name());
  RETURN_IF_ERROR(MakeFolder(to));
  if (settings_.preserve) RETURN_IF_ERROR(Preserve(folder, to.path));
  std::string messages;
  for (const FileInfo& entry : entries) {
    Status copied = CopyTree({entry.path, from.prefix}, Below(to, entry.name));
    if (!copied.ok()) messages += (messages.empty() ? "" : "\n") + copied.message();
  }
  return messages.empty() ? OkStatus() : UnknownError(messages);
}

Status Copier::CopyFile(const PathArg& from, const PathArg& to) {
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileInStream> in, context_.fs->OpenFile(from.path));
  client::CreateOptions options;
  options.recursive = false;
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileOutStream> out,
                   context_.fs->CreateFile(to.path, options));
  Progress progress(printer_, *context_.clock, to.path, in->Length());
  std::string buffer(static_cast<size_t>(settings_.buffer_bytes), '\0');
  while (true) {
    ASSIGN_OR_RETURN(size_t count, in->Read(buffer));
    if (count == 0) break;
    RETURN_IF_ERROR(out->Write(std::string_view(buffer).substr(0, count)));
    progress.Add(static_cast<int64_t>(count));
  }
  RETURN_IF_ERROR(out->Close());
  printer_.Line("Copied {} to {}", from.Shown(), to.Shown());
  return OkStatus();
}

Status Copier::Preserve(const FileInfo& from, const std::string& to) {
  SetAttributeOptions options;
  options.owner = from.owner;
  options.group = from.group;
  options.mode = from.mode;
  RETURN_IF_ERROR(context_.fs->SetAttribute(to, options));
  std::vector<AclEntry> entries;
  for (const auto& [name, bits] : from.acl.named_users) {
    entries.push_back({AclEntryType::kNamedUser, name, bits, false});
  }
  for (const auto& [name, bits] : from.acl.named_groups) {
    entries.push_back({AclEntryType::kNamedGroup, name, bits, false});
  }
  if (from.acl.mask) entries.push_back({AclEntryType::kMask, "", *from.acl.mask, false});
  if (entries.empty()) return OkStatus();
  return context_.fs->SetAcl(to, SetAclAction::kModify, entries, {});
}

Status Copier::MakeLocalFolder(const std::string& folder) {
  Status made = context_.local->MakeDirectories(folder);
  if (!made.ok()) return Status(made.code(), "mkdir failure for directory: file://" + folder);
  printer_.Line("Create directory: file://{}", folder);
  return OkStatus();
}

Status Copier::ToLocal(const PathArg& from, const std::string& to) {
  ASSIGN_OR_RETURN(std::vector<PathArg> paths, ExpandWildcards(*context_.fs, from));
  if (paths.empty()) return DoesNotExist(from.Shown());
  if (from.path.find('*') == std::string::npos) return TreeToLocal(from, to);
  Result<FileStat> target = context_.local->Stat(to);
  if (target.ok() && !target->is_directory) return InvalidArgument(std::string(kCannotBeFile));
  if (!target.ok()) {
    RETURN_IF_ERROR(MakeLocalFolder(to));
  }
  std::string messages;
  for (const PathArg& path : paths) {
    Status copied = TreeToLocal(path, JoinPath(to, path.Name()));
    if (!copied.ok()) messages += (messages.empty() ? "" : "\n") + copied.message();
  }
  return messages.empty() ? OkStatus() : UnknownError(messages);
}

Status Copier::TreeToLocal(const PathArg& from, const std::string& to) {
  ASSIGN_OR_RETURN(FileInfo source, context_.fs->GetStatus(from.path));
  if (!source.folder) return FileToLocal(from, to);
  if (!context_.local->Stat(to).ok()) {
    RETURN_IF_ERROR(MakeLocalFolder(to));
  }
  ASSIGN_OR_RETURN(std::vector<FileInfo> entries, context_.fs->ListStatus(from.path));
  std::string messages;
  for (const FileInfo& entry : entries) {
    Status copied = TreeToLocal({entry.path, from.prefix}, JoinPath(to, entry.name));
    if (!copied.ok()) messages += (messages.empty() ? "" : "\n") + copied.message();
  }
  return messages.empty() ? OkStatus() : UnknownError(messages);
}

Status Copier::FileToLocal(const PathArg& from, const std::string& to) {
  Result<FileStat> target = context_.local->Stat(to);
  std::string file = target.ok() && target->is_directory ? JoinPath(to, from.Name()) : to;
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileInStream> in, context_.fs->OpenFile(from.path));
  // Under another name until it is whole, so that nobody takes a part for the file.
  std::string part = fmt::format("{}.{:08x}_copyToLocal_", file, Rng::Real().Next() >> 32);
  auto opened = context_.local->OpenForWrite(part, WriteMode::kTruncate);
  if (!opened.ok()) return LocalFault(part, opened.status());
  std::unique_ptr<WritableFile> out = std::move(opened).value();
  Progress progress(printer_, *context_.clock, file, in->Length());
  auto buffer_bytes = static_cast<size_t>(settings_.buffer_bytes);
  std::string buffer(std::min(buffer_bytes, size_t{64} << 20), '\0');
  Status copied;
  while (copied.ok()) {
    Result<size_t> count = in->Read(buffer);
    copied = count.status();
    if (!copied.ok() || *count == 0) break;
    copied = out->Append(std::string_view(buffer).substr(0, *count));
    progress.Add(static_cast<int64_t>(*count));
  }
  Status closed = out->Close();
  if (copied.ok()) copied = closed;
  if (copied.ok()) copied = context_.local->Rename(part, file);
  if (!copied.ok()) {
    LogIfError(context_.local->DeleteFile(part), "cli: removing a copy that failed");
    return copied;
  }
  printer_.Line("Copied {} to file://{}", from.Shown(), file);
  return OkStatus();
}

}  // namespace alluxio::cli
