// UfsFileWriter: one file being written to an under store for a client (THROUGH writes).
// Nothing is visible before Commit; destruction without it leaves nothing. Every call blocks.
// Thread-compatible.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "worker/fetch/mounts.h"

namespace alluxio::worker {

struct UfsFileOptions {
  MountId mount_id = kNoMount;
  std::string ufs_path;  // full URI
  std::string owner;
  std::string group;
  Mode mode{0644};
};

class UfsFileWriter {
 public:
  static Result<std::unique_ptr<UfsFileWriter>> Open(Mounts& mounts,
                                                     const UfsFileOptions& options);
  Status Write(std::string_view data);
  // Makes the file visible; returns what the store calls the content, which may be empty.
  Result<std::string> Commit();

 private:
  UfsFileWriter(std::string path, std::unique_ptr<ufs::UfsWriter> writer)
      : path_(std::move(path)), writer_(std::move(writer)) {}

  const std::string path_;
  std::unique_ptr<ufs::UfsWriter> writer_;
  int64_t length_ = 0;
};

}  // namespace alluxio::worker
