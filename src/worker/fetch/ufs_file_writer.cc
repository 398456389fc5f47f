#include "worker/fetch/ufs_file_writer.h"

#include <fmt/core.h>

#include "base/log.h"

namespace alluxio::worker {

Result<std::unique_ptr<UfsFileWriter>> UfsFileWriter::Open(Mounts& mounts,
                                                           const UfsFileOptions& options) {
  ASSIGN_OR_RETURN(UfsTarget target,
                   mounts.Resolve(options.mount_id, options.ufs_path, UfsAccess::kWrite));
  ufs::UfsCreateOptions create;
  create.owner = options.owner;
  create.group = options.group;
  create.mode = options.mode;
  Result<std::unique_ptr<ufs::UfsWriter>> writer = target.ufs->Create(target.key, create);
  if (!writer.ok()) return writer.status().WithContext(options.ufs_path);
  return std::unique_ptr<UfsFileWriter>(
      new UfsFileWriter(options.ufs_path, std::move(target), *std::move(writer)));
}

Status UfsFileWriter::Write(std::string_view data) {
  length_ += static_cast<int64_t>(data.size());
  return writer_->Write(data).WithContext(path_);
}

Result<std::string> UfsFileWriter::Commit() {
  Result<ufs::UfsStatus> status = writer_->Commit();
  if (!status.ok()) return status.status().WithContext(path_);
  if (status->length != length_) {
    // Nothing half written stays visible; the file that was there before is gone in any case.
    LogIfError(target_.ufs->DeleteFile(target_.key), "worker: a file of the wrong length");
    return DataLoss(fmt::format("{}: the under store has {} bytes of {}", path_, status->length,
                                length_));
  }
  return status->content_hash;
}

}  // namespace alluxio::worker
