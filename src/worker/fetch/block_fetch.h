// BlockFetch: one block on its way from the under store, shared by everybody who wants it.
//
//   readers --Read(offset)--> pieces <--ranged GETs, in parallel, ahead of the readers
//                               |
//                               +--in order--> temp block --> cached block   (when it is wanted)
//
// A piece is asked for once, whoever wants it, and is handed to readers as soon as it has come.
// Pieces leave memory when no reader is near them and the temp block has them; readers that lag
// behind then read the temp block's file.
//
// All bytes come through one open file of the under store, which sticks to its version; when the
// store says that the file changed, everybody gets OUT_OF_RANGE (clients then have the master
// compare the path) and nothing is cached.
//
// The temp block is filled while a reader that reads the whole block, or a Keep(), wants it; when
// the last of them leaves it is given up, and when the last reader leaves nothing more is asked
// for. Somebody who comes before what is under way has ended finds the same fetch.
//
// A reader on this host may take the temp block's file instead of bytes: it is told how far the
// file goes, as pieces are appended to it.
//
// Thread-safe; no call blocks on an under store. Read may read a local file on the calling thread.
#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/callback.h"
#include "base/mutex.h"
#include "base/reused_buffers.h"
#include "env/disk.h"
#include "env/executor.h"
#include "stub/block_streams.h"
#include "worker/fetch/mount_lanes.h"
#include "worker/fetch/mounts.h"
#include "worker/fetch/open_files.h"
#include "worker/fetch/piece_map.h"
#include "worker/store/block_publisher.h"
#include "worker/store/block_store.h"

namespace alluxio::worker {

struct ColdReadOptions {
  int64_t first_piece_bytes = int64_t{1} << 20;   // what a reader waits for first
  int64_t piece_bytes = int64_t{4} << 20;         // of one GET
  int64_t ahead_bytes = int64_t{16} << 20;        // window of one reader
  int64_t buffer_bytes = int64_t{256} << 20;      // of all pieces: beyond it nobody reads ahead
};

// What fetches work with; everything outlives them.
struct FetchParts {
  Mounts& mounts;
  BlockStore& store;
  BlockPublisher& publisher;
  MountLanes& lanes;
  OpenFiles& open_files;
  Executor& commits;  // tells the master of filled blocks
  ReusedBuffers& buffers;
  const ColdReadOptions options;
  std::atomic<int64_t>& buffered_bytes;  // relaxed: a bound, not a count
};

// What a read brings: bytes, or the path of a file that has all bytes of the block up to `end`. By
// the time it is opened it may have got another name.
struct ColdData {
  Bytes bytes;
  std::string path;
  int64_t end = 0;
};

class BlockFetch : public std::enable_shared_from_this<BlockFetch> {
 public:
  using ReadDone = Callback<void(Result<ColdData>)>;
  // One of those who read; made by Join, ended by Leave. Its members are the fetch's own business.
  struct Reader {
    int64_t begin = 0;
    int64_t end = 0;
    bool fills = false;
    int64_t position = 0;      // of the read under way, or of the next one
    int64_t size = 0;          // of the read under way
    bool in_file = false;      // it may be told of the file instead
    int64_t delivered_to = 0;
    ReadDone done;             // empty when no read is under way
  };

  // `on_end` runs once, when nobody can join any more.
  BlockFetch(const FetchParts& parts, BlockId id, stub::UfsBlock block, Callback<void()> on_end);
  ~BlockFetch();

  // Would it deliver these bytes?
  bool Serves(const stub::UfsBlock& block) const;

  // A reader of [begin, end) of the block. Null when the fetch has ended. `fills` says that the
  // block is to be cached when it is read to its end.
  Reader* Join(int64_t begin, int64_t end, bool fills);
  // Calls `done` once, perhaps at once, with up to `size` bytes at `offset`; empty at the end of
  // the block, or, if it may be `in_file` and the block is being cached, with a file that has more
  // than `offset` bytes. One at a time; not after Leave.
  void Read(Reader* reader, int64_t offset, int64_t size, bool in_file, ReadDone done);
  // A Read under way is not answered any more.
  void Leave(Reader* reader);

  // Caches the block; `done` gets OK when it is here and the master knows. False when the fetch has
  // ended: then `done` is not called.
  bool Keep(Callback<void(Status)> done);

 private:
  // Of the temp block.
  enum class Fill : uint8_t { kIdle, kDropping, kStarting, kFilling, kCommitting, kDone, kRefused };
  // What is to be told to whom, and given up, once the lock is released.
  struct Answers {
    struct Read {
      ReadDone done;
      Result<ColdData> data;
    };
    struct FromDisk {
      ReadDone done;
      std::shared_ptr<ReadableFile> file;
      int64_t offset = 0;
      int64_t size = 0;
    };
    std::vector<Read> reads;
    std::vector<FromDisk> from_disk;
    std::vector<Callback<void(Status)>> keepers;
    Status kept;
    Callback<void()> on_end;
    std::unique_ptr<TempBlock> dropped;

    void Run();
  };

  // Where something is to be fetched from, and how soon.
  struct Gap {
    int64_t begin = 0;
    int64_t end = 0;
    Urgency urgency = Urgency::kWaitedFor;
  };

  // Starts whatever should be under way now. No lock held.
  void Step();
  // Tells what is to be told, then gives up what was dropped. No lock held.
  void Conclude(Answers& answers);
  // The end of a piece of work in a lane.
  void EndWork();
  // Nobody wants anything and nothing is under way.
  bool Deserted() const REQUIRES(mutex_);
  // One GET is all it takes, so the store is not asked about the file first.
  bool OpensUnseen() const { return block_.block_size <= parts_.options.first_piece_bytes; }
  void OpenFile();
  Result<std::shared_ptr<ufs::UfsReader>> Open(bool ask_the_store);
  Status CheckLength(const ufs::UfsReader& file) const;
  void GetPiece(Gap gap);
  Status ReadAll(const Gap& gap, std::span<char> into);
  // Memory for the bytes of a gap: the temp block's own, or a buffer.
  Overwrite RoomFor(const Gap& gap);
  void StartFill();
  // fill_ is kStarting. False when there is no temp block.
  bool MakeTemp();
  void AppendReady();
  // One piece more in the temp block. False when there is nothing to append (now).
  bool AppendOne();
  void Finish();
  Status CheckVersion();
  void Commit();
  // Nothing is cached; readers go on.
  void Refuse(const Status& status);
  void Fail(const Status& status);

  void Held() const ASSERT_CAPABILITY(mutex_) {}
  bool FillWanted() const REQUIRES(mutex_);
  // The reader's bytes will be in the temp block's file, unless that fails.
  bool ReadsFile(const Reader& reader) const REQUIRES(mutex_);
  bool MayStartFill() const REQUIRES(mutex_);
  bool Wanted(const Piece& piece) const REQUIRES(mutex_);
  // Up to where pieces are wanted for a reader: little for one that has just come and may leave.
  int64_t WindowEnd(const Reader& reader) const;
  // The first gap of somebody's window, the readers' that wait before all others.
  std::optional<Gap> NextGap() const REQUIRES(mutex_);
  // And expects its piece.
  std::optional<Gap> TakeGap() REQUIRES(mutex_);
  std::optional<Gap> GapIn(int64_t from, int64_t to, int64_t longest) const REQUIRES(mutex_);
  void Trim() REQUIRES(mutex_);
  void Settle(Answers* answers) REQUIRES(mutex_);
  void EndWith(const Status& status, Answers* answers) REQUIRES(mutex_);
  void DropTemp(Answers* answers) REQUIRES(mutex_);

  const FetchParts parts_;
  const BlockId id_;
  const stub::UfsBlock block_;
  const OpenFiles::Key file_key_;

  mutable Mutex mutex_;
  Callback<void()> on_end_ GUARDED_BY(mutex_);
  std::list<Reader> readers_ GUARDED_BY(mutex_);
  std::vector<Callback<void(Status)>> keepers_ GUARDED_BY(mutex_);
  std::shared_ptr<ufs::UfsReader> file_ GUARDED_BY(mutex_);  // shared with GETs under way
  bool opening_ GUARDED_BY(mutex_) = false;
  bool opened_unseen_ GUARDED_BY(mutex_) = false;  // by what is known of the block alone
  int works_ GUARDED_BY(mutex_) = 0;  // in lanes, queued or running
  bool ended_ GUARDED_BY(mutex_) = false;
  Status failure_ GUARDED_BY(mutex_);  // not OK: no byte comes any more
  PieceMap pieces_ GUARDED_BY(mutex_);
  int gets_ GUARDED_BY(mutex_) = 0;  // ever; more than one may have met two versions
  Fill fill_ GUARDED_BY(mutex_) = Fill::kIdle;
  bool appending_ GUARDED_BY(mutex_) = false;  // somebody appends to temp_ without the lock
  bool finish_ GUARDED_BY(mutex_) = false;     // somebody read it all: it is worth finishing
  int64_t front_ GUARDED_BY(mutex_) = 0;       // bytes in temp_file_
  std::unique_ptr<TempBlock> temp_ GUARDED_BY(mutex_);  // used by who set appending_
  std::shared_ptr<ReadableFile> temp_file_ GUARDED_BY(mutex_);  // shared with reads under way
  std::string temp_path_ GUARDED_BY(mutex_);
  Overwrite room_ GUARDED_BY(mutex_);  // of temp_, while it is filled; empty when it has none
};

}  // namespace alluxio::worker
