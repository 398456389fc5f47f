#include "journal/ufs/component_replay.h"

#include <algorithm>
#include <cstring>

#include "base/log.h"
#include "journal/ufs/log_reader.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

// A checkpoint file as a run of bytes, read ahead.
class UfsCheckpointSource final : public CheckpointSource {
 public:
  explicit UfsCheckpointSource(std::unique_ptr<ufs::UfsReader> file) : file_(std::move(file)) {}

  Result<size_t> Read(char* into, size_t size) override {
    size_t done = 0;
    while (done < size) {
      if (at_ == filled_) {
        ASSIGN_OR_RETURN(filled_, file_->ReadAt(offset_, buffer_));
        at_ = 0;
        offset_ += static_cast<int64_t>(filled_);
        if (filled_ == 0) break;
      }
      size_t n = std::min(size - done, filled_ - at_);
      std::memcpy(into + done, buffer_.data() + at_, n);
      at_ += n;
      done += n;
    }
    return done;
  }

 private:
  std::unique_ptr<ufs::UfsReader> file_;
  std::string buffer_ = std::string(1 << 20, '\0');
  size_t at_ = 0;
  size_t filled_ = 0;
  int64_t offset_ = 0;
};

class Replay {
 public:
  Replay(ufs::Ufs& ufs, std::string_view name, StateMachine* machine)
      : ufs_(ufs), name_(name), machine_(machine) {}

  Result<ComponentReplay> Run() {
    ASSIGN_OR_RETURN(ComponentFiles files, ListComponent(ufs_, name_));
    if (machine_ != nullptr) machine_->Reset();
    if (!files.checkpoints.empty()) RETURN_IF_ERROR(LoadCheckpoint(files.checkpoints.back()));
    for (const JournalFile& log : files.logs) {
      if (log.end > result_.next_sequence_number) RETURN_IF_ERROR(ReadLog(log));
    }
    for (const JournalFile& log : files.open_logs) RETURN_IF_ERROR(ReadLog(log));
    return result_;
  }

 private:
  Status LoadCheckpoint(const JournalFile& file) {
    result_.checkpoint_end = file.end;
    result_.next_sequence_number = file.end;
    if (machine_ == nullptr) return OkStatus();
    ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsReader> reader, ufs_.Open(file.key));
    UfsCheckpointSource source(std::move(reader));
    return machine_->ReadCheckpoint(source).WithContext(ufs_.root() + "/" + file.key);
  }

  Status ReadLog(const JournalFile& log) {
    int64_t& next = result_.next_sequence_number;
    if (log.start > next) {
      return DataLoss(ufs_.root() + "/" + log.key + ": offset 0: entries " +
                      std::to_string(next) + " to " + std::to_string(log.start - 1) +
                      " before it are missing");
    }
    ASSIGN_OR_RETURN(std::unique_ptr<LogReader> reader, LogReader::Open(ufs_, log.key));
    int64_t file_next = log.start;  // the number after the last good entry of this file
    // The end of a completed log is in its name; what is behind it was never part of the journal.
    while (log.open() || next < log.end) {
      ASSIGN_OR_RETURN(LogReader::Step step, reader->Next(&entry_));
      if (step != LogReader::Step::kEntry) {
        RETURN_IF_ERROR(CheckEnd(log, step, *reader));
        break;
      }
      RETURN_IF_ERROR(Apply(*reader));
      file_next = entry_.sequence_number() + 1;
    }
    return log.open() ? Complete(log, file_next, reader->offset()) : OkStatus();
  }

  Status Apply(const LogReader& reader) {
    int64_t& next = result_.next_sequence_number;
    if (entry_.sequence_number() < next) return OkStatus();  // a duplicate, or in the checkpoint
    if (entry_.sequence_number() > next) {
      return DataLoss(reader.Where() + ": entry " + std::to_string(entry_.sequence_number()) +
                      " where " + std::to_string(next) + " is due");
    }
    if (machine_ != nullptr) {
      Status applied = machine_->Apply(entry_);
      if (!applied.ok()) return applied.WithContext(reader.Where());  // built for errors only
    }
    ++next;
    ++result_.entries;
    return OkStatus();
  }

  // No entry at `reader`: fine at the end of an open log, fatal in a completed one.
  Status CheckEnd(const JournalFile& log, LogReader::Step step, LogReader& reader) {
    bool damaged = step == LogReader::Step::kDamaged;
    int64_t next = result_.next_sequence_number;
    std::string what = damaged                           ? reader.damage()
                       : step == LogReader::Step::kRoom ? "zeros to the end of the file"
                                                        : "the file ends";
    if (!log.open()) {
      return DataLoss(reader.Where() + ": " + what + ", entries " + std::to_string(next) + " to " +
                      std::to_string(log.end - 1) + " are missing");
    }
    if (!damaged) return OkStatus();
    ASSIGN_OR_RETURN(bool inside, reader.DamageIsInside(next));
    if (inside) {
      return DataLoss(reader.Where() + ": " + what +
                      ", and later entries were made durable after it");
    }
    LOG_WARN("journal: torn end dropped at={} next_entry={} bytes={} reason=\"{}\"",
             reader.Where(), next, log.length - reader.offset(), what);
    return OkStatus();
  }

  // Turns the open log into a completed one of its `good_bytes`. A completed file of that name may
  // be there from an attempt that power loss interrupted; then it has the same entries.
  Status Complete(const JournalFile& log, int64_t file_next, int64_t good_bytes) {
    if (file_next > log.start) {
      std::string key = LogKey(name_, log.start, file_next);
      RETURN_IF_ERROR(Copy(log.key, key, good_bytes));
      LOG_INFO("journal: completed predecessor's log name={} bytes={}", key, good_bytes);
    }
    return ufs_.DeleteFile(log.key);
  }

  Status Copy(const std::string& from, const std::string& to, int64_t bytes) {
    ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsReader> reader, ufs_.Open(from));
    ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer, ufs_.Create(to, {}));
    std::string buffer(1 << 20, '\0');
    for (int64_t offset = 0; offset < bytes;) {
      size_t want = static_cast<size_t>(
          std::min<int64_t>(bytes - offset, static_cast<int64_t>(buffer.size())));
      ASSIGN_OR_RETURN(size_t n, reader->ReadAt(offset, std::span(buffer.data(), want)));
      if (n == 0) return DataLoss(ufs_.root() + "/" + from + ": became shorter while it was read");
      RETURN_IF_ERROR(writer->Write(std::string_view(buffer.data(), n)));
      offset += static_cast<int64_t>(n);
    }
    return writer->Commit().status();
  }

  ufs::Ufs& ufs_;
  const std::string_view name_;
  StateMachine* const machine_;
  ComponentReplay result_;
  JournalEntry entry_;
};

}  // namespace

Result<ComponentReplay> ReplayComponent(ufs::Ufs& ufs, std::string_view component_name,
                                        StateMachine* machine) {
  return Replay(ufs, component_name, machine).Run();
}

}  // namespace alluxio::journal
