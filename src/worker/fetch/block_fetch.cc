#include "worker/fetch/block_fetch.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"

namespace alluxio::worker {
namespace {

Result<ColdData> ReadFile(ReadableFile& file, int64_t offset, int64_t size) {
  std::string buffer(static_cast<size_t>(size), '\0');
  ASSIGN_OR_RETURN(size_t got, file.ReadAt(offset, buffer));
  if (got != buffer.size()) return Unavailable("the block's file ends early");
  return ColdData{.bytes = Bytes::FromString(std::move(buffer))};
}

}  // namespace

// What is dropped goes first: whoever hears of a failure may try again at once.
void BlockFetch::Answers::Run() {
  dropped.reset();
  for (Read& read : reads) read.done(std::move(read.data));
  for (FromDisk& read : from_disk) read.done(ReadFile(*read.file, read.offset, read.size));
  for (Callback<void(Status)>& done : keepers) done(kept);
  if (on_end) on_end();
}

BlockFetch::BlockFetch(const FetchParts& parts, BlockId id, stub::UfsBlock block,
                       Callback<void()> on_end)
    : parts_(parts),
      id_(id),
      block_(std::move(block)),
      file_key_{block_.mount_id, block_.ufs_path, ContainerOf(id)},
      on_end_(std::move(on_end)) {}

BlockFetch::~BlockFetch() {
  parts_.buffered_bytes.fetch_sub(pieces_.Clear(), std::memory_order_relaxed);
}

bool BlockFetch::Serves(const stub::UfsBlock& block) const {
  return block.ufs_path == block_.ufs_path && block.offset_in_file == block_.offset_in_file &&
         block.block_size == block_.block_size && block.mount_id == block_.mount_id;
}

BlockFetch::Reader* BlockFetch::Join(int64_t begin, int64_t end, bool fills) {
  MutexLock lock(mutex_);
  if (ended_) return nullptr;
  Reader& reader = readers_.emplace_back();
  reader.begin = begin;
  reader.position = begin;
  reader.end = std::min(end, block_.block_size);
  reader.fills = fills;
  return &reader;
}

void BlockFetch::Read(Reader* reader, int64_t offset, int64_t size, bool in_file, ReadDone done) {
  Answers answers;
  {
    MutexLock lock(mutex_);
    reader->position = offset;
    reader->size = std::min(size, block_.block_size - offset);
    reader->in_file = in_file;
    reader->done = std::move(done);
    Settle(&answers);
    Trim();
  }
  Conclude(answers);
  Step();
}

void BlockFetch::Conclude(Answers& answers) {
  bool dropped = answers.dropped != nullptr;
  answers.Run();
  if (!dropped) return;
  Answers end;
  {
    MutexLock lock(mutex_);
    if (fill_ == Fill::kDropping) fill_ = Fill::kIdle;
    if (Deserted()) EndWith(Cancelled("nobody reads the block any more"), &end);
  }
  end.Run();
  Step();
}

bool BlockFetch::Deserted() const {
  // Until the temp block is gone another fetch of this block could not make its own.
  bool busy = works_ > 0 || fill_ == Fill::kCommitting || fill_ == Fill::kDropping;
  return readers_.empty() && !FillWanted() && !busy && !ended_;
}

void BlockFetch::EndWork() {
  Answers answers;
  {
    MutexLock lock(mutex_);
    --works_;
    if (Deserted()) EndWith(Cancelled("nobody reads the block any more"), &answers);
  }
  Conclude(answers);
}

void BlockFetch::Leave(Reader* reader) {
  Answers answers;
  std::list<Reader> left;
  {
    MutexLock lock(mutex_);
    if (reader->fills && reader->delivered_to == block_.block_size) finish_ = true;
    auto at = std::find_if(readers_.begin(), readers_.end(),
                           [reader](const Reader& one) { return &one == reader; });
    left.splice(left.begin(), readers_, at);
    if (!FillWanted()) DropTemp(&answers);
    Trim();
    if (Deserted()) EndWith(Cancelled("nobody reads the block any more"), &answers);
  }
  Conclude(answers);
}

bool BlockFetch::Keep(Callback<void(Status)> done) {
  {
    MutexLock lock(mutex_);
    if (ended_) return false;
    keepers_.push_back(std::move(done));
    if (fill_ == Fill::kRefused) fill_ = Fill::kIdle;
  }
  Step();
  return true;
}

bool BlockFetch::FillWanted() const {
  return finish_ || !keepers_.empty() ||
         std::any_of(readers_.begin(), readers_.end(),
                     [](const Reader& reader) { return reader.fills; });
}

bool BlockFetch::ReadsFile(const Reader& reader) const {
  return reader.in_file && reader.fills && fill_ <= Fill::kFilling && failure_.ok();
}

int64_t BlockFetch::WindowEnd(const Reader& reader) const {
  const ColdReadOptions& options = parts_.options;
  int64_t earned = std::max(2 * options.piece_bytes, 4 * (reader.position - reader.begin));
  return std::min(reader.end, reader.position + std::min(options.ahead_bytes, earned));
}

bool BlockFetch::Wanted(const Piece& piece) const {
  const int64_t ahead = parts_.options.ahead_bytes;
  // Those in the temp block's memory cost nothing, and nobody may be asked to write there again.
  bool in_place = room_.owner != nullptr && piece.data.owner() == room_.owner;
  if (in_place && piece.end > front_) return true;
  // A reader may be quicker than the disk; unless memory is short, no byte is asked for twice.
  bool full = parts_.buffered_bytes.load(std::memory_order_relaxed) >= parts_.options.buffer_bytes;
  int64_t keep_to = full ? front_ + ahead : block_.block_size;
  bool filling = FillWanted() && fill_ < Fill::kCommitting;
  if (filling && piece.end > front_ && piece.begin < keep_to) return true;
  return std::any_of(readers_.begin(), readers_.end(), [&](const Reader& reader) {
    return piece.end > reader.position && piece.begin < WindowEnd(reader);
  });
}

void BlockFetch::Trim() {
  int64_t bytes = pieces_.Trim([this](const Piece& piece) {
    Held();
    return Wanted(piece);
  });
  parts_.buffered_bytes.fetch_sub(bytes, std::memory_order_relaxed);
}

std::optional<BlockFetch::Gap> BlockFetch::GapIn(int64_t from, int64_t to, int64_t longest) const {
  // What the temp block has is read from there.
  from = std::max(from, front_);
  Gap gap;
  gap.begin = pieces_.FirstGap(from, to);
  if (gap.begin >= to) return std::nullopt;
  const int64_t first = parts_.options.first_piece_bytes;
  const int64_t piece = parts_.options.piece_bytes;
  int64_t grid = gap.begin < first ? first : (gap.begin / piece + 1) * piece;
  gap.end = std::min({grid, to, gap.begin + longest, pieces_.NextBegin(gap.begin, to)});
  return gap;
}

std::optional<BlockFetch::Gap> BlockFetch::NextGap() const {
  const ColdReadOptions& options = parts_.options;
  bool full = parts_.buffered_bytes.load(std::memory_order_relaxed) >= options.buffer_bytes;
  // Those who wait get a piece however much is buffered, or they would wait for each other.
  for (const Reader& reader : readers_) {
    if (!reader.done) continue;
    bool short_piece = full || reader.position == reader.begin;
    int64_t longest = short_piece ? options.first_piece_bytes : options.piece_bytes;
    if (auto gap = GapIn(reader.position, reader.position + 1, longest); gap) {
      return GapIn(reader.position, std::max(reader.end, reader.position + 1), longest);
    }
  }
  bool background = (!keepers_.empty() || finish_) && fill_ <= Fill::kFilling;
  if (full) {
    if (!background) return std::nullopt;
    auto gap = GapIn(front_, std::min(front_ + 1, block_.block_size), options.first_piece_bytes);
    if (gap) gap->urgency = Urgency::kBackground;
    return gap;
  }
  for (const Reader& reader : readers_) {
    auto gap = GapIn(reader.position, WindowEnd(reader), options.piece_bytes);
    if (gap) return gap;
  }
  if (!background) return std::nullopt;
  int64_t to = std::min(block_.block_size, front_ + options.ahead_bytes);
  auto gap = GapIn(front_, to, options.piece_bytes);
  if (gap) gap->urgency = Urgency::kBackground;
  return gap;
}

std::optional<BlockFetch::Gap> BlockFetch::TakeGap() {
  std::optional<Gap> gap = NextGap();
  if (!gap) return gap;
  pieces_.Expect(gap->begin, gap->end);
  parts_.buffered_bytes.fetch_add(gap->end - gap->begin, std::memory_order_relaxed);
  ++gets_;
  return gap;
}

void BlockFetch::Step() {
  while (true) {
    Callback<void()> work;
    Urgency urgency = Urgency::kWaitedFor;
    {
      MutexLock lock(mutex_);
      if (!failure_.ok()) return;
      std::shared_ptr<BlockFetch> self = shared_from_this();
      if (file_ == nullptr) {
        if (opening_ || ended_) return;
        opening_ = true;
        if (readers_.empty()) urgency = Urgency::kBackground;
        work = [self] { self->OpenFile(); };
      } else if (MayStartFill()) {
        fill_ = Fill::kStarting;
        work = [self] { self->StartFill(); };
      } else if (auto gap = TakeGap(); gap) {
        urgency = gap->urgency;
        work = [self, gap = *gap] { self->GetPiece(gap); };
      } else {
        return;
      }
      ++works_;
      work = [self, work = std::move(work)]() mutable {
        work();
        self->EndWork();
      };
    }
    Status submitted = parts_.lanes.Submit(block_.mount_id, urgency, std::move(work));
    if (submitted.ok()) continue;
    Fail(submitted);
    return EndWork();
  }
}

// Only once the under store has told of the file or sent something: a file that is not there makes
// no temp block.
bool BlockFetch::MayStartFill() const {
  if (fill_ != Fill::kIdle || ended_ || !FillWanted()) return false;
  if (file_ != nullptr && !OpensUnseen()) return true;
  const Piece* first = pieces_.Find(0);
  return block_.block_size == 0 || (first != nullptr && first->ready);
}

Result<std::shared_ptr<ufs::UfsReader>> BlockFetch::Open(bool ask_the_store) {
  ASSIGN_OR_RETURN(UfsTarget target,
                   parts_.mounts.Resolve(block_.mount_id, block_.ufs_path, UfsAccess::kRead));
  if (!ask_the_store) {
    // Most small blocks are whole files, so their length is known and one GET is all it takes.
    ufs::UfsKnownFile known;
    known.length = block_.offset_in_file + block_.block_size;
    Result<std::unique_ptr<ufs::UfsReader>> file = target.ufs->OpenKnown(target.key, known);
    if (!file.status().Is(StatusCode::kAborted)) {
      RETURN_IF_ERROR(file.status());
      return std::shared_ptr<ufs::UfsReader>(*std::move(file));
    }
  }
  std::shared_ptr<ufs::UfsReader> file = parts_.open_files.Find(file_key_);
  if (file == nullptr) {
    ASSIGN_OR_RETURN(file, target.ufs->Open(target.key));
    // Elsewhere an open file holds a descriptor or a connection.
    if (target.ufs->is_object_store()) parts_.open_files.Keep(file_key_, file);
  }
  RETURN_IF_ERROR(CheckLength(*file));
  return file;
}

Status BlockFetch::CheckLength(const ufs::UfsReader& file) const {
  int64_t length = file.status().length;
  if (length >= block_.offset_in_file + block_.block_size) return OkStatus();
  return OutOfRange(fmt::format("block {}: {} has {} bytes, the block would end at {}", id_,
                                block_.ufs_path, length,
                                block_.offset_in_file + block_.block_size));
}

void BlockFetch::OpenFile() {
  {
    MutexLock lock(mutex_);
    if (!failure_.ok()) return;
  }
  Result<std::shared_ptr<ufs::UfsReader>> file = Open(!OpensUnseen());
  if (!file.ok()) return Fail(file.status());
  bool fill = false;
  {
    MutexLock lock(mutex_);
    file_ = *std::move(file);
    opened_unseen_ = OpensUnseen();
    fill = failure_.ok() && MayStartFill();
    if (fill) fill_ = Fill::kStarting;
  }
  // Before anything is asked for, so that the first bytes come in place as well. Readers may have
  // asked meanwhile.
  if (fill && MakeTemp()) AppendReady();
  // The first piece comes on this thread: waking another one costs as much as a small piece.
  std::optional<Gap> first;
  {
    MutexLock lock(mutex_);
    if (failure_.ok()) first = TakeGap();
  }
  Step();
  if (first) GetPiece(*first);
}

Status BlockFetch::ReadAll(const Gap& gap, std::span<char> into) {
  std::shared_ptr<ufs::UfsReader> file;
  {
    MutexLock lock(mutex_);
    file = file_;
  }
  // A body that ends early is asked for again from there: the version is the same, or we are told.
  constexpr int kMostBodies = 4;
  size_t filled = 0;
  for (int body = 0; body < kMostBodies && filled < into.size(); ++body) {
    ASSIGN_OR_RETURN(size_t got,
                     file->ReadAt(block_.offset_in_file + gap.begin + static_cast<int64_t>(filled),
                                  into.subspan(filled)));
    if (got == 0) break;
    filled += got;
  }
  if (filled == into.size()) return OkStatus();
  return OutOfRange(fmt::format("block {}: {} sent {} of {} bytes at {}", id_, block_.ufs_path,
                                filled, into.size(), block_.offset_in_file + gap.begin));
}

// No two gaps overlap while they are on their way, and none begins before what the temp block has.
Overwrite BlockFetch::RoomFor(const Gap& gap) {
  size_t size = static_cast<size_t>(gap.end - gap.begin);
  {
    MutexLock lock(mutex_);
    if (fill_ == Fill::kFilling && room_.owner != nullptr) {
      return {room_.bytes.subspan(static_cast<size_t>(gap.begin), size), room_.owner};
    }
  }
  std::shared_ptr<char[]> buffer = parts_.buffers.Take(size);
  return {{buffer.get(), size}, buffer};
}

void BlockFetch::GetPiece(Gap gap) {
  bool unseen = false;
  {
    MutexLock lock(mutex_);
    if (!failure_.ok()) return;
    unseen = std::exchange(opened_unseen_, false);
  }
  Overwrite room = RoomFor(gap);
  Status got = ReadAll(gap, room.bytes);
  bool guessed_wrong = got.Is(StatusCode::kAborted) || got.Is(StatusCode::kOutOfRange);
  if (unseen && guessed_wrong) {
    Result<std::shared_ptr<ufs::UfsReader>> file = Open(true);
    if (!file.ok()) return Fail(file.status());
    {
      MutexLock lock(mutex_);
      file_ = *std::move(file);
    }
    got = ReadAll(gap, room.bytes);
  }
  if (!got.ok()) return Fail(got);
  Answers answers;
  bool start_fill = false;
  {
    MutexLock lock(mutex_);
    if (!failure_.ok()) return;
    pieces_.Arrived(gap.begin,
                    Bytes::FromOwner({room.bytes.data(), room.bytes.size()}, room.owner));
    Settle(&answers);
    Trim();
    start_fill = MayStartFill();
    if (start_fill) fill_ = Fill::kStarting;
  }
  answers.Run();
  if (start_fill) {
    Step();  // further pieces first
    return StartFill();
  }
  AppendReady();
  Step();
}

void BlockFetch::Settle(Answers* answers) {
  for (Reader& reader : readers_) {
    if (!reader.done) continue;
    int64_t offset = reader.position;
    const Piece* piece = pieces_.Find(offset);
    if (reader.size <= 0) {
      answers->reads.push_back({std::move(reader.done), ColdData()});
    } else if (ReadsFile(reader)) {
      if (offset >= front_) continue;
      reader.delivered_to = front_;
      answers->reads.push_back(
          {std::move(reader.done), ColdData{.path = temp_path_, .end = front_}});
    } else if (piece != nullptr && piece->ready) {
      Bytes data = piece->data.Slice(static_cast<size_t>(offset - piece->begin),
                                     static_cast<size_t>(reader.size));
      reader.delivered_to = offset + static_cast<int64_t>(data.size());
      answers->reads.push_back({std::move(reader.done), ColdData{.bytes = std::move(data)}});
    } else if (offset < front_) {
      int64_t size = std::min(reader.size, front_ - offset);
      reader.delivered_to = offset + size;
      answers->from_disk.push_back({std::move(reader.done), temp_file_, offset, size});
    } else if (!failure_.ok()) {
      answers->reads.push_back({std::move(reader.done), failure_});
    } else {
      continue;
    }
    reader.done = nullptr;
    reader.position = std::max(reader.position, reader.delivered_to);
  }
}

void BlockFetch::EndWith(const Status& status, Answers* answers) {
  ended_ = true;
  answers->on_end = std::move(on_end_);
  on_end_ = nullptr;
  if (!keepers_.empty()) {
    answers->kept = status;
    std::swap(answers->keepers, keepers_);
  }
  if (status.ok()) return;
  failure_ = status;
  if (!appending_) {
    if (temp_ != nullptr) answers->dropped = std::move(temp_);
    room_ = Overwrite();
    temp_file_ = nullptr;
    front_ = 0;
    fill_ = Fill::kRefused;
  }
  parts_.buffered_bytes.fetch_sub(pieces_.Clear(), std::memory_order_relaxed);
  Settle(answers);
}

// What a reader should do about an error of the under store: come back, unless the file is gone,
// is another one, or the request can never work. OUT_OF_RANGE makes clients ask the master anew.
void BlockFetch::Fail(const Status& status) {
  parts_.open_files.Drop(file_key_);
  Status told = status;
  switch (status.code()) {
    case StatusCode::kNotFound:
    case StatusCode::kPermissionDenied:
    case StatusCode::kInvalidArgument:
    case StatusCode::kOutOfRange:
      break;
    case StatusCode::kAborted:
      told = OutOfRange(status.message());
      break;
    default:
      told = Unavailable(status.message());
  }
  Answers answers;
  {
    MutexLock lock(mutex_);
    if (!failure_.ok() || fill_ == Fill::kDone) return;
    EndWith(told, &answers);
  }
  answers.Run();
}

}  // namespace alluxio::worker
