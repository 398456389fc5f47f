// BlockOutStream: a FileOutStream that writes blocks to workers, a file to the under store through
// a worker, or both, as the write type says.
//
// Full blocks are flushed but stay open until Close(), which ends the under-store file first, then
// commits the last block, then the others in order, and completes the file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/block/block_writer.h"
#include "client/fs/file_streams.h"
#include "model/file_info.h"
#include "stub/fs_master_client.h"

namespace alluxio::client {

class BlockOutStream : public FileOutStream {
 public:
  // `file` as CreateFile answered. Removes the file again when the under-store file cannot be
  // opened.
  static Result<std::unique_ptr<FileOutStream>> Open(
      std::shared_ptr<stub::FileSystemMasterClient> master,
      std::shared_ptr<WorkerDirectory> directory, Disk& disk, FileInfo file, WriteType write_type);
  ~BlockOutStream() override;

  Status Write(std::string_view data) override;
  Status Flush() override;
  Status Close() override;
  Status Cancel() override;
  int64_t BytesWritten() const override { return written_; }
  InodeId FileId() const override { return file_.id; }

 private:
  BlockOutStream(std::shared_ptr<stub::FileSystemMasterClient> master,
                 std::shared_ptr<WorkerDirectory> directory, Disk& disk, FileInfo file,
                 WriteType write_type);
  Status OpenUfsFile();
  Result<std::unique_ptr<BlockWriter>> OpenBlock();
  Result<std::vector<WorkerNetAddress>> ChooseWorkers();
  // Sends what is buffered.
  Status Push();
  Status PushToBlocks(const Bytes& data);
  // What an error on the cache side means for the file.
  Status CacheFailed(const Status& status);
  Status CloseBlocks();
  Status Complete();
  void CancelAll();

  const std::shared_ptr<stub::FileSystemMasterClient> master_;
  const std::shared_ptr<WorkerDirectory> directory_;
  Disk& disk_;
  const FileInfo file_;
  const WriteType write_type_;
  const bool through_;
  bool caching_;

  std::string buffer_;
  int64_t written_ = 0;
  bool closed_ = false;
  std::unique_ptr<BlockWriter> ufs_file_;
  std::unique_ptr<BlockWriter> block_;  // being filled
  int64_t block_left_ = 0;
  std::vector<std::unique_ptr<BlockWriter>> full_;  // filled, still open
};

}  // namespace alluxio::client
