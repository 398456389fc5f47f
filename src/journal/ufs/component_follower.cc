#include "journal/ufs/component_follower.h"

#include <algorithm>

#include "base/log.h"
#include "journal/ufs/checkpoint_file.h"

namespace alluxio::journal {
namespace {

std::string Range(int64_t from, int64_t to) {
  return "entries " + std::to_string(from) + " to " + std::to_string(to);
}

int64_t CompletedEnd(const ComponentFiles& files) {
  return files.logs.empty() ? 0 : files.logs.back().end;  // they are sorted by end
}

}  // namespace

ComponentFollower::ComponentFollower(ufs::Ufs& ufs, std::string_view component_name,
                                     StateMachine* machine, ApplyGuard guard)
    : ufs_(ufs),
      name_(component_name),
      machine_(machine),
      guard_(std::move(guard)) {}

Status ComponentFollower::Load() {
  Exclusively([this] {
    if (machine_ != nullptr) machine_->Reset();
    next_.store(0, std::memory_order_release);
  });
  entries_.store(0, std::memory_order_relaxed);
  Status read;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    ASSIGN_OR_RETURN(ComponentFiles files, ListSettled(ufs_, name_));
    read = OkStatus();
    if (!files.checkpoints.empty() && files.checkpoints.back().end > next()) {
      read = LoadCheckpoint(files.checkpoints.back());
    }
    diverged_ = OkStatus();
    if (read.ok()) read = ReadListed(files, nullptr);
    if (read.ok()) return read;
    // Files that another master dropped meanwhile are covered by a checkpoint that is there now.
    // What a machine took for the checkpoint's image, and was not, is gone.
    bool again = read.Is(StatusCode::kNotFound) || read.Is(StatusCode::kAborted) ||
                 diverged_.Is(StatusCode::kAborted);
    if (!again) return read;
  }
  return read;
}

Status ComponentFollower::LoadCheckpoint(const JournalFile& file) {
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsReader> reader, ufs_.Open(file.key));
  CheckpointFile source(std::move(reader), file.end);
  Status loaded;
  Exclusively([&] {
    if (machine_ != nullptr) {
      machine_->Reset();
      loaded = machine_->ReadCheckpoint(source);
    }
    next_.store(loaded.ok() ? file.end : 0, std::memory_order_release);
  });
  RETURN_IF_ERROR(loaded.WithContext(ufs_.root() + "/" + file.key));
  tail_ = Tail();
  checkpoint_end_.store(file.end, std::memory_order_relaxed);
  Prove(file.end);
  return OkStatus();
}

Result<bool> ComponentFollower::Poll(Duration now) {
  RETURN_IF_ERROR(diverged_);
  behind_ = false;
  polled_at_ = now;
  int64_t before = next();
  bool list = ++polls_since_listing_ >= kPollsPerListing;
  if (tail_.key.empty()) {
    list = list || FolderChanged();
  } else {
    JournalFile log{.start = tail_.start, .end = kOpenEnd, .key = tail_.key};
    Status read = ReadOpen(log, nullptr);
    if (!read.ok() && !read.Is(StatusCode::kNotFound)) return read;
    list = list || !read.ok();
  }
  if (list) RETURN_IF_ERROR(Advance(nullptr));
  unread_bytes_.store(0, std::memory_order_relaxed);
  if (tail_.key.empty()) marks_.Clear();
  as_of_ = marks_.AsOf(now);
  return next() > before;
}

Result<std::vector<ComponentFollower::OpenLog>> ComponentFollower::ReadTail() {
  RETURN_IF_ERROR(diverged_);
  std::vector<OpenLog> open;
  RETURN_IF_ERROR(Advance(&open));
  return open;
}

Status ComponentFollower::ApplyOwn(const JournalEntry& entry) {
  Status applied;
  Exclusively([&] {
    if (machine_ != nullptr) applied = machine_->Apply(entry);
    if (applied.ok()) next_.store(next() + 1, std::memory_order_release);
  });
  if (applied.ok()) Prove(next());
  return applied;
}

// Reads what is in the folder. `open` is for the strict reading of a takeover.
Status ComponentFollower::Advance(std::vector<OpenLog>* open) {
  Status read;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (open != nullptr) open->clear();
    ASSIGN_OR_RETURN(ComponentFiles files, ListSettled(ufs_, name_));
    read = ReadListed(files, open);
    if (!read.Is(StatusCode::kNotFound)) break;  // else it was renamed or dropped since
  }
  if (read.ok()) polls_since_listing_ = 0;
  return read;
}

Status ComponentFollower::ReadListed(const ComponentFiles& files, std::vector<OpenLog>* open) {
  if (!files.checkpoints.empty()) {
    int64_t end = files.checkpoints.back().end;
    checkpoint_end_.store(std::max(checkpoint_end(), end), std::memory_order_relaxed);
  }
  RETURN_IF_ERROR(CheckTail(files));
  // Logs that the older of two checkpoints covers are dropped, and their names are free again: one
  // that is there may be a takeover's that came late. Load() starts from the newest.
  size_t checkpoints = files.checkpoints.size();
  if (checkpoints >= 2 && files.checkpoints[checkpoints - 2].end > next()) {
    return Diverged(Aborted(ufs_.root() + "/" + FolderOf(name_) + ": entry " +
                            std::to_string(next()) + " may be dropped, start again from " +
                            files.checkpoints.back().key));
  }
  int64_t bytes = 0;
  for (const JournalFile& log : files.logs) bytes += log.end > next() ? log.length : 0;
  unread_bytes_.store(bytes, std::memory_order_relaxed);
  known_end_.store(CompletedEnd(files), std::memory_order_relaxed);
  BatchLane<Read>::Threaded threaded(lane_, bytes >= kManyBytes, "apply");
  for (const JournalFile& log : files.logs) {
    if (log.end > next()) RETURN_IF_ERROR(ReadCompleted(log, files));
    Prove(log.end);
  }
  if (tail_.start < CompletedEnd(files)) tail_ = Tail();
  for (const JournalFile& log : files.open_logs) {
    if (log.start < CompletedEnd(files)) {
      // Somebody lost his place while he made or completed it: what counts is completed.
      if (open != nullptr) open->push_back({.key = log.key, .start = log.start, .next = log.start});
      continue;
    }
    if (log.start > next()) return Gap(log, files);
    RETURN_IF_ERROR(ReadOpen(log, open));
  }
  return OkStatus();
}

// The log that was read while it was open may have an end by now. Forgets it when it is over.
Status ComponentFollower::CheckTail(const ComponentFiles& files) {
  if (tail_.key.empty()) return OkStatus();
  const JournalFile* completed = nullptr;
  for (const JournalFile& log : files.logs) {  // by end
    if (log.start == tail_.start) completed = &log;
  }
  if (completed != nullptr) {
    if (completed->end >= tail_.next) return CheckLast(*completed);
    return Diverged(Aborted(ufs_.root() + "/" + tail_.key + ": was completed before entry " +
                            std::to_string(completed->end) + ", but " +
                            Range(completed->end, tail_.next - 1) + " of it were applied"));
  }
  for (const JournalFile& log : files.open_logs) {
    if (log.start == tail_.start && log.start >= CompletedEnd(files)) return OkStatus();
  }
  bool nothing_of_it = tail_.next == tail_.start;
  if (!nothing_of_it) {
    return Diverged(Aborted(ufs_.root() + "/" + tail_.key + ": " +
                            Range(tail_.start, tail_.next - 1) +
                            " of it were applied, and it is gone"));
  }
  tail_ = Tail();
  return OkStatus();
}

// A log of the same start may be another one: its writer gave up the first, which nobody was told
// of, and ended, and the successor's first entry got the number.
Status ComponentFollower::CheckLast(const JournalFile& completed) {
  if (tail_.next == tail_.start || tail_.last_crc == 0) return OkStatus();
  LogReaderOptions options{.offset = tail_.last_offset};
  ASSIGN_OR_RETURN(std::unique_ptr<LogReader> reader,
                   LogReader::Open(ufs_, completed.key, options));
  JournalEntry entry;
  ASSIGN_OR_RETURN(LogReader::Step step, reader->Next(&entry));
  bool same = step == LogReader::Step::kEntry && entry.sequence_number() == tail_.next - 1 &&
              entry.entry_crc32c() == tail_.last_crc;
  if (same) return OkStatus();
  return Diverged(Aborted(reader->Where() + ": is not entry " + std::to_string(tail_.next - 1) +
                          " that was applied while the log was open"));
}

// Can it be read on from where the tail was?
bool ComponentFollower::IsTail(const JournalFile& log) const {
  return !tail_.key.empty() && tail_.start == log.start && tail_.last_crc != 0;
}

Status ComponentFollower::ReadCompleted(const JournalFile& log, const ComponentFiles& files) {
  if (log.start > next()) return Gap(log, files);
  bool was_tail = IsTail(log);
  LogReaderOptions options{.offset = was_tail ? tail_.offset : 0};
  ASSIGN_OR_RETURN(std::unique_ptr<LogReader> reader, LogReader::Open(ufs_, log.key, options));
  Tail at;
  ASSIGN_OR_RETURN(LogReader::Step step, ReadEntries(*reader, log.end, &at));
  if (next() < log.end) {
    // A Java master gives a killed one's log on HDFS its completed name and reads it as it is; we
    // can when the lease of who wrote it has been recovered.
    RETURN_IF_ERROR(ufs_.SettleLog(log.key));
    options.offset = reader->offset();
    ASSIGN_OR_RETURN(reader, LogReader::Open(ufs_, log.key, options));
    ASSIGN_OR_RETURN(step, ReadEntries(*reader, log.end, &at));
  }
  if (next() >= log.end) return OkStatus();
  std::string what = step == LogReader::Step::kDamaged ? reader->damage()
                     : step == LogReader::Step::kRoom  ? "zeros to the end of the file"
                                                       : "the file ends";
  return Diverged(DataLoss(reader->Where() + ": " + what + ", " + Range(next(), log.end - 1) +
                           " are missing"));
}

Status ComponentFollower::ReadOpen(const JournalFile& log, std::vector<OpenLog>* open) {
  bool was_tail = IsTail(log);
  LogReaderOptions options{.offset = was_tail ? tail_.offset : 0, .growing = open == nullptr};
  int64_t length = 0;
  if (options.growing) {
    ASSIGN_OR_RETURN(ufs::UfsStatus status, ufs_.Stat(log.key));
    length = status.length;
    marks_.See(log.start, length, polled_at_);
    if (was_tail) marks_.Applied(tail_.offset);
    if (was_tail && length <= tail_.offset) return OkStatus();
  }
  ASSIGN_OR_RETURN(std::unique_ptr<LogReader> reader, LogReader::Open(ufs_, log.key, options));
  // On HDFS the end of an open log can be read a little later than it is there.
  behind_ = behind_ || reader->length() < length;
  // While it grows it may be made anew, with the same entries; a writer that is gone adds none.
  if (open != nullptr && reader->length() < options.offset) {
    return Diverged(Aborted(ufs_.root() + "/" + log.key + ": is shorter than when entries up to " +
                            std::to_string(tail_.next - 1) + " of it were applied"));
  }
  Tail at = was_tail ? tail_ : Tail{.key = log.key, .start = log.start, .next = log.start};
  Result<LogReader::Step> step = ReadEntries(*reader, kOpenEnd, &at);
  RETURN_IF_ERROR(step.status());
  if (*step == LogReader::Step::kDamaged) RETURN_IF_ERROR(CheckOpenEnd(*reader));
  at.offset = reader->offset();
  marks_.Applied(at.offset);
  tail_ = at;
  if (open != nullptr) {
    open->push_back({.key = log.key, .start = log.start, .next = at.next, .good_bytes = at.offset});
  }
  return OkStatus();
}

// No entry at `reader`: what a write left that nobody was told about, or damage.
Status ComponentFollower::CheckOpenEnd(LogReader& reader) {
  ASSIGN_OR_RETURN(bool inside, reader.DamageIsInside(next()));
  if (inside) {
    return Diverged(DataLoss(reader.Where() + ": " + reader.damage() +
                             ", and later entries were made durable after it"));
  }
  LOG_WARN("journal: torn end dropped at={} next_entry={} bytes={} reason=\"{}\"", reader.Where(),
           next(), reader.length() - reader.offset(), reader.damage());
  return OkStatus();
}

// Applies entries up to `end`, and says why it stopped before it.
Result<LogReader::Step> ComponentFollower::ReadEntries(LogReader& reader, int64_t end,
                                                       Tail* at) {
  lane_.Begin([this, &reader](std::span<const Read> entries) {
    return ApplyBatch(entries, reader);
  });
  Result<LogReader::Step> step = LogReader::Step::kEntry;
  for (int64_t due = next(); due < end;) {
    Read& slot = lane_.slot();
    step = reader.Next(&slot.entry);
    if (!step.ok() || *step != LogReader::Step::kEntry) break;
    int64_t number = slot.entry.sequence_number();
    at->next = number + 1;
    at->last_offset = reader.offset();
    at->last_crc = slot.entry.entry_crc32c();
    // Said by its writer: everything before this entry was durable when it was written.
    if (slot.entry.starts_flush()) Prove(std::min(number, due));
    if (number < due) continue;  // a duplicate, or in the checkpoint
    if (number > due) {
      RETURN_IF_ERROR(Applied(lane_.Finish()));
      return Diverged(DataLoss(reader.Where() + ": entry " + std::to_string(number) + " where " +
                               std::to_string(due) + " is due"));
    }
    slot.offset = reader.offset();
    ++due;
    Status kept = lane_.Keep();
    if (!kept.ok()) break;  // Finish() says it again
  }
  RETURN_IF_ERROR(Applied(lane_.Finish()));
  return step;
}

Status ComponentFollower::ApplyBatch(std::span<const Read> entries,
                                     const LogReader& reader) {
  Status applied;
  size_t done = 0;
  Exclusively([&] {
    for (; done < entries.size() && applied.ok(); ++done) {
      if (machine_ == nullptr) continue;
      const size_t ahead = done + kPrefetchAhead;
      if (ahead < entries.size()) machine_->Prefetch(entries[ahead].entry);
      applied = machine_->Apply(entries[done].entry);
    }
    if (!applied.ok()) --done;
    next_.store(next() + static_cast<int64_t>(done), std::memory_order_release);
  });
  entries_.fetch_add(done, std::memory_order_relaxed);
  return applied.ok() ? applied : applied.WithContext(reader.PlaceOf(entries[done].offset));
}

Status ComponentFollower::Applied(Status status) {
  return status.ok() ? status : Diverged(std::move(status));
}

Status ComponentFollower::Gap(const JournalFile& log, const ComponentFiles& files) {
  std::string what = ufs_.root() + "/" + log.key + ": offset 0: " +
                     Range(next(), log.start - 1) + " before it are missing";
  bool covered = !files.checkpoints.empty() && files.checkpoints.back().end > next();
  return Diverged(covered ? Aborted(what + ", start again from " + files.checkpoints.back().key)
                          : DataLoss(what));
}

Status ComponentFollower::Diverged(Status why) {
  diverged_ = why;
  return why;
}

// Somebody made, renamed or deleted a file. Two changes in one tick of the store's clock look like
// one; the listing that comes now and then finds the second.
bool ComponentFollower::FolderChanged() {
  Result<ufs::UfsStatus> folder = ufs_.Stat(FolderOf(name_) + "/logs");
  int64_t modified_ms = folder.ok() ? folder->modified_ms : 0;
  bool changed = modified_ms != folder_modified_ms_;
  folder_modified_ms_ = modified_ms;
  return changed;
}

void ComponentFollower::Prove(int64_t end) {
  if (end > proven()) proven_.store(end, std::memory_order_release);
}

void ComponentFollower::Exclusively(const std::function<void()>& work) {
  if (guard_ && machine_ != nullptr) {
    guard_(machine_->component(), work);
  } else {
    work();
  }
}

int64_t ComponentFollower::unread_entries() const {
  return std::max<int64_t>(0, known_end_.load(std::memory_order_relaxed) - next());
}

}  // namespace alluxio::journal
