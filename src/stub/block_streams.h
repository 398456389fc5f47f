// Streams between a client and a worker: a block read, a block or under-store file written, and
// the two short-circuit sessions that hold a block while its file is used directly.
//
// All block, belong to one thread at a time, and give the block up when destroyed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/duration.h"
#include "base/result.h"
#include "model/acl.h"
#include "model/ids.h"

namespace alluxio::rpc {
class ClientStream;
}

namespace alluxio::stub {

inline constexpr int64_t kMaxChunkBytes = 1024 * 1024;
inline constexpr Duration kStreamTimeout = std::chrono::minutes(3);    // silence on a data stream
inline constexpr Duration kCommitTimeout = std::chrono::minutes(30);   // the worker commits

// Where the bytes of a block are in the under store, if they are.
struct UfsBlock {
  std::string ufs_path;  // empty: not persisted
  int64_t offset_in_file = 0;
  int64_t block_size = 0;  // length of this block
  MountId mount_id = kNoMount;
  bool no_cache = false;
  bool in_ufs_tier = false;  // the file is still to be persisted
  int32_t max_readers = 0x7fffffff;
  std::string user;
};

struct BlockReadRequest {
  BlockId block_id = 0;
  int64_t offset = 0;
  int64_t length = 0;  // > 0
  int64_t chunk_size = kMaxChunkBytes;
  bool promote = false;
  bool position_short = false;
  bool in_file = false;  // the client can open files of the worker: see NextPart
  UfsBlock ufs;
};

// The next bytes of a block: here, or up to `end` in a file, each at its place in the block. Once
// opened, the file keeps them. It cannot be opened when the worker was quicker to rename it.
struct BlockPart {
  Bytes bytes;
  std::string path;
  int64_t end = 0;
};

class BlockReadStream {
 public:
  BlockReadStream(std::unique_ptr<rpc::ClientStream> stream, const BlockReadRequest& request);
  virtual ~BlockReadStream();
  // The next bytes in order, sharing memory with the message; nullopt when all that was asked for
  // has come. OUT_OF_RANGE when the worker ends early.
  virtual Result<std::optional<Bytes>> Next(Duration timeout = kStreamTimeout);
  // For requests with in_file: the same, or where the bytes are while the worker caches the block.
  // Says that what came before was read.
  virtual Result<std::optional<BlockPart>> NextPart(Duration timeout = kStreamTimeout);
  // Ends the stream, early or not; the worker has let go of the block afterwards.
  virtual void Close();

 private:
  Result<BlockPart> PartOf(const Bytes& message) const;
  void Acknowledge();

  std::unique_ptr<rpc::ClientStream> stream_;
  const BlockReadRequest request_;
  int64_t position_;      // of the next byte, in the block
  int64_t acknowledged_;  // bytes before it are the reader's
};

enum class WriteKind { kBlock = 0, kUfsFile = 1 };

struct BlockWriteRequest {
  WriteKind kind = WriteKind::kBlock;
  BlockId block_id = -1;  // kBlock
  int32_t tier = 0;       // 0 = top, -1 = lowest
  std::string medium_type;
  bool pin = false;
  int64_t space_to_reserve = 0;
  // kUfsFile
  std::string ufs_path;
  std::string owner;
  std::string group;
  Mode mode;
  MountId mount_id = kNoMount;
};

class BlockWriteStream {
 public:
  BlockWriteStream(std::unique_ptr<rpc::ClientStream> stream, const BlockWriteRequest& request);
  virtual ~BlockWriteStream();
  // Any size; sent in chunks, without copying.
  virtual Status Write(const Bytes& data);
  // Returns when the worker has everything written so far.
  virtual Status Flush();
  // Asks for the commit without waiting for it; Close() follows.
  virtual Status BeginClose();
  // Commits: the block is readable, or the file is there, when this returns OK.
  virtual Status Close();
  // The worker forgets what was written.
  virtual void Cancel();
  int64_t written() const { return position_; }
  // After Close of a kUfsFile: what the under store calls the content; may be empty.
  const std::string& content_hash() const { return content_hash_; }

 private:
  std::unique_ptr<rpc::ClientStream> stream_;
  const BlockWriteRequest request_;
  int64_t position_ = 0;
  std::string content_hash_;
};

// A block that was asked for, to be read in its file until this is closed or destroyed.
class LocalBlockRead {
 public:
  // The worker's answer is still to come; or it gave this path.
  explicit LocalBlockRead(std::unique_ptr<rpc::ClientStream> stream);
  LocalBlockRead(std::unique_ptr<rpc::ClientStream> stream, std::string path);
  virtual ~LocalBlockRead();
  // Of the file. Waits for the answer when it is asked for first.
  Result<std::string> Path();
  // The file is not read any more. Close() waits until the worker knows it; of several, all can
  // be told before the first is waited for.
  void BeginClose();
  virtual void Close();

 private:
  std::unique_ptr<rpc::ClientStream> stream_;
  std::optional<Result<std::string>> path_;
  Status told_;  // of BeginClose()
  bool closing_ = false;
};

struct LocalBlockRequest {
  BlockId block_id = 0;
  int32_t tier = 0;
  std::string medium_type;
  bool pin = false;
  int64_t space_to_reserve = 0;
};

// Where a block is to be written.
struct LocalBlockFile {
  std::string path;
  // How many bytes are there to be overwritten. Nothing: the worker takes no seal.
  std::optional<int64_t> reused_bytes;
};

// A file to write a block into.
class LocalBlockWrite {
 public:
  LocalBlockWrite(std::unique_ptr<rpc::ClientStream> stream, BlockId block, LocalBlockFile file);
  virtual ~LocalBlockWrite();
  const LocalBlockFile& file() const { return file_; }
  // Room for `bytes` more.
  virtual Status Reserve(int64_t bytes);
  // Says what was written from the start of the file, after all of it was; the worker looks at it
  // while this client goes on, and Close() tells of an error. Where there are reused bytes nothing
  // is committed without it; where no seal is taken it does nothing.
  virtual Status Seal(int64_t length, uint32_t crc32c);
  // Asks for the commit without waiting for it; Close() follows.
  virtual Status BeginClose();
  // The block is what the file holds now, or what was sealed.
  virtual Status Close();
  virtual void Cancel();

 private:
  std::unique_ptr<rpc::ClientStream> stream_;
  const BlockId block_id_;
  const LocalBlockFile file_;
};

}  // namespace alluxio::stub
