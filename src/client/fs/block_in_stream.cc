#include "client/fs/block_in_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/log.h"
#include "env/rng.h"

namespace alluxio::client {
namespace {

constexpr int64_t kShortReadBytes = 2 << 20;  // alluxio.user.file.sequential.pread.threshold
// A smaller block has come in one piece before its file can be opened.
constexpr int64_t kLeastInFile = int64_t{8} << 20;
// Before the end of a block: a store has to start, a worker on this host only to answer.
constexpr int64_t kOpenNextBytes = int64_t{16} << 20;
constexpr int64_t kOpenNextLocalBytes = int64_t{8} << 20;

void Pause(Duration pause) {
  Mutex mutex;
  CondVar nobody;
  MutexLock lock(mutex);
  nobody.WaitFor(mutex, pause);
}

}  // namespace

BlockInStream::BlockInStream(std::shared_ptr<WorkerDirectory> directory, Disk& disk, FileInfo file,
                             ReadType read_type)
    : directory_(std::move(directory)),
      disk_(disk),
      file_(std::move(file)),
      read_type_(read_type) {}

BlockInStream::~BlockInStream() {
  CloseReader();
  std::map<size_t, Mapping> mapped;
  {
    MutexLock lock(mutex_);
    mapped.swap(mapped_);
  }
  for (auto& [index, mapping] : mapped) mapping->BeginEnd();
}

BlockInStream::Place BlockInStream::Locate(int64_t offset) const {
  Place place;
  place.index = static_cast<size_t>(offset / file_.block_size);
  int64_t begin = static_cast<int64_t>(place.index) * file_.block_size;
  place.offset = offset - begin;
  place.block_length = std::min(file_.block_size, file_.length - begin);
  return place;
}

Result<BlockInfo> BlockInStream::BlockAt(const Place& place, bool fresh) {
  BlockInfo block;
  bool listed = place.index < file_.blocks.size();
  if (listed) block = file_.blocks[place.index].block;
  if (!listed && place.index >= file_.block_ids.size()) {
    return InternalError(fmt::format("{}: the master did not name block {}", file_.path,
                                     place.index));
  }
  if (!listed) block.id = file_.block_ids[place.index];
  if (fresh || !listed) {
    Result<BlockInfo> newer = directory_->master().GetBlockInfo(block.id);
    if (newer.ok()) block = *std::move(newer);
    directory_->Forget();
  }
  block.length = place.block_length;
  return block;
}

Result<BlockSource> BlockInStream::Choose(const BlockInfo& block) {
  FailedWorkers failed;
  {
    MutexLock lock(mutex_);
    failed = failed_;
  }
  bool in_ufs = file_.persistence == PersistenceState::kPersisted ||
                file_.persistence == PersistenceState::kToBePersisted;
  return ChooseSource(*directory_, block, in_ufs, failed);
}

void BlockInStream::RememberFailure(const WorkerNetAddress& worker) {
  Duration now = Clock::Real().Monotonic();
  MutexLock lock(mutex_);
  failed_.Add(worker, now);
}

stub::UfsBlock BlockInStream::UfsBlockFor(const Place& place, const BlockInfo& block) const {
  stub::UfsBlock ufs;
  if (file_.persistence == PersistenceState::kPersisted) {
    ufs.ufs_path = file_.ufs_path;
    ufs.offset_in_file = static_cast<int64_t>(place.index) * file_.block_size;
  } else if (file_.persistence == PersistenceState::kToBePersisted) {
    ufs.in_ufs_tier = true;
  } else {
    return ufs;
  }
  ufs.block_size = block.length;
  ufs.mount_id = file_.mount_id;
  ufs.no_cache = read_type_ == ReadType::kNoCache;
  return ufs;
}

stub::BlockReadRequest BlockInStream::RequestFor(const Place& place,
                                                 const BlockInfo& block) const {
  stub::BlockReadRequest request;
  request.block_id = block.id;
  request.offset = place.offset;
  request.length = place.block_length - place.offset;
  request.chunk_size = directory_->options().chunk_bytes;
  request.promote = read_type_ == ReadType::kCachePromote;
  request.ufs = UfsBlockFor(place, block);
  return request;
}

Result<BlockInStream::Mapping> BlockInStream::MapIfLocal(
    const Place& place, const BlockInfo& block, const BlockSource& source,
    std::unique_ptr<stub::LocalBlockRead> asked_for) {
  if (source.kind != SourceKind::kLocal || !directory_->options().short_circuit) return Mapping();
  {
    MutexLock lock(mutex_);
    auto found = mapped_.find(place.index);
    if (found != mapped_.end()) return found->second;
  }
  Result<Mapping> mapping = NotFound("not asked for");
  if (asked_for != nullptr) {
    mapping = MapBlock(std::move(asked_for), disk_, block.id, place.block_length);
  }
  // One that hangs is not waited for twice.
  if (!mapping.ok() && !mapping.status().Is(StatusCode::kDeadlineExceeded)) {
    bool promote = read_type_ == ReadType::kCachePromote;
    ASSIGN_OR_RETURN(asked_for, AskForBlock(*directory_, source.worker, block.id, promote));
    mapping = MapBlock(std::move(asked_for), disk_, block.id, place.block_length);
  }
  // The stream of the same worker may still serve what cannot be mapped.
  if (!mapping.ok() && mapping.status().Is(StatusCode::kNotFound)) return Mapping();
  if (!mapping.ok()) return mapping.status();
  Mapping evicted;  // dropped after the lock: ending a lease is a call
  MutexLock lock(mutex_);
  if (mapped_.size() >= kMaxMapped) {
    evicted = std::move(mapped_.begin()->second);
    mapped_.erase(mapped_.begin());
  }
  mapped_[place.index] = *mapping;
  return *mapping;
}

void BlockInStream::OrderCache(const Place& place, int64_t read_to, const BlockInfo& block,
                               const BlockSource& source) {
  if (source.kind == SourceKind::kLocal || read_type_ == ReadType::kNoCache) return;
  bool enough = file_.replication_max > 0 &&
                static_cast<int64_t>(block.locations.size()) >= file_.replication_max;
  if (enough) return;
  WorkerNetAddress target = source.worker;
  Result<std::vector<WorkerInfo>> live = directory_->Live();
  if (live.ok() && directory_->options().passive_cache) {
    for (const WorkerInfo& worker : *live) {
      if (directory_->IsLocal(worker.address)) target = worker.address;
    }
  }
  // The worker that was read from has the block already when it is listed, and otherwise caches by
  // itself what was read to its end.
  bool whole = place.offset == 0 && read_to >= place.block_length;
  if (target == source.worker && (whole || source.kind == SourceKind::kRemote)) return;
  stub::CacheOrder order;
  order.block_id = block.id;
  order.length = block.length;
  order.source_host = source.worker.container_host.empty() ? source.worker.host
                                                           : source.worker.container_host;
  order.source_port = source.worker.data_port;
  order.ufs = UfsBlockFor(place, block);
  order.async = true;
  Status ordered = directory_->ClientOf(target)->Cache(order);
  if (!ordered.ok()) LOG_DEBUG("client: block={} not cached: {}", block.id, ordered.ToString());
}

void BlockInStream::CloseReader() {
  if (reader_ == nullptr) return;
  int64_t read_to = reader_->Position();
  files_out_of_reach_ |= reader_->FilesOutOfReach();
  reader_.reset();
  OrderCache(reader_place_, read_to, reader_block_, reader_source_);
}

Result<std::unique_ptr<BlockReader>> BlockInStream::OpenStream(const Place& place,
                                                               const BlockInfo& block,
                                                               const BlockSource& source) {
  stub::BlockReadRequest request = RequestFor(place, block);
  request.in_file = source.kind == SourceKind::kUfs && !files_out_of_reach_ &&
                    request.length >= kLeastInFile && directory_->options().short_circuit &&
                    directory_->IsLocal(source.worker);
  return ReadStreamed(*directory_, disk_, source.worker, request);
}

void BlockInStream::OpenNext(const Place& place) {
  Place next = Locate(position_ - place.offset + place.block_length);
  const bool local = reader_source_.kind == SourceKind::kLocal;
  const int64_t rest = place.block_length - place.offset;
  bool near = rest <= (local ? kOpenNextLocalBytes : kOpenNextBytes);
  bool sequential = reader_place_.offset == 0 && (local || reader_source_.kind == SourceKind::kUfs);
  if (!near || !sequential || next.index <= next_tried_ || next.index >= file_.blocks.size()) {
    return;
  }
  if (local) {
    MutexLock lock(mutex_);
    // Where this block's file is out of reach, the next one's will be.
    if (!mapped_.contains(place.index) || mapped_.contains(next.index)) return;
  }
  next_tried_ = next.index;
  Result<BlockInfo> block = BlockAt(next, false);
  if (!block.ok()) return;  // whoever gets there is told
  Result<BlockSource> source = Choose(*block);
  if (!source.ok() || source->kind != reader_source_.kind) return;
  if (local) {
    bool promote = read_type_ == ReadType::kCachePromote;
    auto asked_for = AskForBlock(*directory_, source->worker, block->id, promote);
    if (!asked_for.ok()) return;
    next_ = {nullptr, *std::move(asked_for), next, *std::move(block), *std::move(source)};
    return;
  }
  Result<std::unique_ptr<BlockReader>> reader = OpenStream(next, *block, *source);
  if (!reader.ok()) return;
  next_ = {*std::move(reader), nullptr, next, *std::move(block), *std::move(source)};
}

Status BlockInStream::OpenReader(const Place& place, bool fresh) {
  CloseReader();
  Next next = std::exchange(next_, {});
  if (next.reader != nullptr && next.place.index == place.index && place.offset == 0 && !fresh) {
    reader_ = std::move(next.reader);
    reader_place_ = place;
    reader_block_ = std::move(next.block);
    reader_source_ = std::move(next.source);
    return OkStatus();
  }
  ASSIGN_OR_RETURN(reader_block_, BlockAt(place, fresh));
  ASSIGN_OR_RETURN(reader_source_, Choose(reader_block_));
  reader_place_ = place;
  const bool asked = next.place.index == place.index && next.source.worker == reader_source_.worker;
  if (!asked) next.asked_for.reset();
  Result<Mapping> mapping =
      MapIfLocal(place, reader_block_, reader_source_, std::move(next.asked_for));
  if (mapping.ok() && *mapping != nullptr) {
    reader_ = ReadMapped(*mapping, place.offset);
    return OkStatus();
  }
  Status failed = mapping.status();
  if (failed.ok()) {
    Result<std::unique_ptr<BlockReader>> streamed =
        OpenStream(place, reader_block_, reader_source_);
    if (streamed.ok()) {
      reader_ = *std::move(streamed);
      return OkStatus();
    }
    failed = streamed.status();
  }
  RememberFailure(reader_source_.worker);
  return failed;
}

Result<size_t> BlockInStream::ReadOnce(std::span<char> into, bool fresh) {
  Place place = Locate(position_);
  bool usable = reader_ != nullptr && reader_place_.index == place.index &&
                (reader_->Position() == place.offset || reader_->TrySeek(place.offset));
  if (!usable) RETURN_IF_ERROR(OpenReader(place, fresh));
  auto rest = static_cast<size_t>(place.block_length - place.offset);
  Result<size_t> count = reader_->Read(into.first(std::min(into.size(), rest)));
  if (count.ok() && *count > 0) {
    position_ += static_cast<int64_t>(*count);
    place.offset += static_cast<int64_t>(*count);
    if (place.offset < place.block_length) OpenNext(place);
    return count;
  }
  reader_.reset();  // not CloseReader: a block that cannot be read is not worth caching
  RememberFailure(reader_source_.worker);
  if (!count.ok()) return count.status();
  return OutOfRange(fmt::format("block {} of {} ended at {} instead of {}", reader_block_.id,
                                file_.path, place.offset, place.block_length));
}

template <typename Attempt>
Result<size_t> BlockInStream::WithRetries(Attempt attempt) {
  stub::Retry retry(directory_->options().read_retry, Clock::Real(), Rng::Real());
  Status last = Unavailable("no attempt was made to read " + file_.path);
  for (bool fresh = false; retry.Next(Pause); fresh = true) {
    Result<size_t> count = attempt(fresh);
    if (count.ok()) return count;
    last = count.status();
    LOG_DEBUG("client: read {} attempt={}: {}", file_.path, retry.attempts(), last.ToString());
    // A file that is nowhere but on workers is lost when a fresh look finds no holder.
    bool lost = fresh && last.Is(StatusCode::kUnavailable) &&
                last.message().find("unavailable in both") != std::string::npos;
    if (lost || last.Is(StatusCode::kPermissionDenied)) return last;
  }
  return last;
}

Result<size_t> BlockInStream::Read(std::span<char> into) {
  if (into.empty() || position_ >= file_.length) return size_t{0};
  return WithRetries([&](bool fresh) { return ReadOnce(into, fresh); });
}

Result<size_t> BlockInStream::ReadOnceAt(int64_t offset, std::span<char> into, bool fresh) {
  Place place = Locate(offset);
  ASSIGN_OR_RETURN(BlockInfo block, BlockAt(place, fresh));
  ASSIGN_OR_RETURN(BlockSource source, Choose(block));
  auto rest = static_cast<size_t>(place.block_length - place.offset);
  std::span<char> wanted = into.first(std::min(into.size(), rest));
  Result<Mapping> mapping = MapIfLocal(place, block, source, nullptr);
  if (mapping.ok() && *mapping != nullptr) return ReadMapped(*mapping, place.offset)->Read(wanted);
  Status failed = mapping.status();
  if (failed.ok()) {
    stub::BlockReadRequest request = RequestFor(place, block);
    request.length = static_cast<int64_t>(wanted.size());
    request.position_short = request.length < kShortReadBytes;
    request.chunk_size = std::min(request.chunk_size, request.length);
    Result<std::unique_ptr<BlockReader>> reader =
        ReadStreamed(*directory_, disk_, source.worker, request);
    Result<size_t> count = reader.ok() ? (*reader)->Read(wanted) : Result<size_t>(reader.status());
    if (count.ok() && *count > 0) return count;
    failed = count.ok() ? OutOfRange(fmt::format("block {} of {} ended early", block.id,
                                                 file_.path))
                        : count.status();
  }
  RememberFailure(source.worker);
  return failed;
}

// What is mapped already needs neither the master's nor a worker's word.
size_t BlockInStream::CopyMapped(int64_t offset, std::span<char> into) {
  Place place = Locate(offset);
  Mapping mapping;
  {
    MutexLock lock(mutex_);
    auto found = mapped_.find(place.index);
    if (found == mapped_.end()) return 0;
    mapping = found->second;
  }
  std::string_view data = mapping->data().substr(0, static_cast<size_t>(place.block_length));
  auto begin = std::min(static_cast<size_t>(place.offset), data.size());
  size_t count = std::min(into.size(), data.size() - begin);
  memcpy(into.data(), data.data() + begin, count);
  return count;
}

Result<size_t> BlockInStream::ReadAt(int64_t offset, std::span<char> into) {
  if (offset < 0) return InvalidArgument(fmt::format("read {} at {}", file_.path, offset));
  size_t done = 0;
  while (done < into.size() && offset + static_cast<int64_t>(done) < file_.length) {
    if (size_t count = CopyMapped(offset + static_cast<int64_t>(done), into.subspan(done))) {
      done += count;
      continue;
    }
    ASSIGN_OR_RETURN(size_t count, WithRetries([&](bool fresh) {
                       return ReadOnceAt(offset + static_cast<int64_t>(done), into.subspan(done),
                                         fresh);
                     }));
    done += count;
  }
  return done;
}

Status BlockInStream::Seek(int64_t position) {
  if (position < 0 || position > file_.length) {
    return InvalidArgument(fmt::format("Seek position is past EOF: {}, fileSize: {}", position,
                                       file_.length));
  }
  position_ = position;  // the next read sees whether the open reader can be moved
  return OkStatus();
}

}  // namespace alluxio::client
