#include "master/web/file_preview.h"

#include "client/fs/cluster_file_system.h"

namespace alluxio::master {

Result<client::FileSystem*> FilePreview::Client() {
  MutexLock lock(mutex_);
  if (client_ == nullptr) {
    ASSIGN_OR_RETURN(client_, client::ClusterFileSystem::Connect(conf_));
  }
  return client_.get();
}

Result<std::shared_ptr<client::FileInStream>> FilePreview::Open(const std::string& path) {
  ASSIGN_OR_RETURN(client::FileSystem * files, Client());
  client::OpenOptions options;
  options.read_type = ReadType::kNoCache;
  options.update_timestamps = false;
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileInStream> opened, files->OpenFile(path, options));
  return std::shared_ptr<client::FileInStream>(std::move(opened));
}

Status FilePreview::Read(const std::string& path, int64_t offset, size_t limit,
                         std::string* text) {
  ASSIGN_OR_RETURN(std::shared_ptr<client::FileInStream> file, Open(path));
  text->resize(limit);
  Result<size_t> got = file->ReadAt(offset, *text);
  text->resize(got.ok() ? *got : 0);
  return got.status();
}

}  // namespace alluxio::master
