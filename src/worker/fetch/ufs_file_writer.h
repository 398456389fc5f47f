// UfsFileWriter: one file being written to an under store for a client (THROUGH writes).
// Bytes go on to the store as they come: no more of them are held than the adapter needs for one
// part. Nothing is visible before Commit; destruction without it leaves nothing. Every call blocks,
// which is what holds a client back that is quicker than the store.
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
  UfsFileWriter(std::string path, UfsTarget target, std::unique_ptr<ufs::UfsWriter> writer)
      : path_(std::move(path)), target_(std::move(target)), writer_(std::move(writer)) {}

  const std::string path_;
  const UfsTarget target_;  // outlives writer_
  std::unique_ptr<ufs::UfsWriter> writer_;
  int64_t length_ = 0;
};

}  // namespace alluxio::worker
