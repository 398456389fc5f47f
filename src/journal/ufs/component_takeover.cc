#include "journal/ufs/component_takeover.h"

#include "base/check.h"
#include "base/log.h"
#include "journal/frame.h"
#include "journal/ufs/log_reader.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

constexpr size_t kCopyBuffer = 1 << 20;

}  // namespace

Status ComponentTakeover::Run() {
  Status done;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    done = Attempt();
    // Another one, who has lost his place by now, was faster by one step: look again.
    bool again = done.Is(StatusCode::kNotFound) || done.Is(StatusCode::kAlreadyExists);
    if (!again) return done;
  }
  return done;
}

Status ComponentTakeover::Attempt() {
  ASSIGN_OR_RETURN(ComponentFiles files, ListSettled(ufs_, follower_.name()));
  for (const JournalFile& log : files.open_logs) RETURN_IF_ERROR(ufs_.SettleLog(log.key));
  ASSIGN_OR_RETURN(std::vector<ComponentFollower::OpenLog> open, follower_.ReadTail());
  for (const ComponentFollower::OpenLog& log : open) {
    RETURN_IF_ERROR(log.next > log.start ? Complete(log) : ufs_.DeleteFile(log.key));
  }
  return entry_ ? WriteEntry() : OkStatus();
}

// The copy takes the place of the open log, which its writer has a handle on, and then gets the
// completed name. Whoever loses his place in between leaves an open log that starts where it did:
// either it is read, or it starts below what a successor has written by then and counts for
// nothing. A copy that came under the completed name at once would count, whenever it came.
Status ComponentTakeover::Complete(const ComponentFollower::OpenLog& log) {
  RETURN_IF_ERROR(Copy(log));
  std::string key = LogKey(follower_.name(), log.start, log.next);
  RETURN_IF_ERROR(ufs_.Rename(log.key, key));
  LOG_INFO("journal: completed predecessor's log name={} bytes={}", key, log.good_bytes);
  return OkStatus();
}

// Each entry's checksum is looked at once more: what a bad disk or memory makes of it now must not
// become the only copy. The log stays as it is then, for a master that can read it.
Status ComponentTakeover::Copy(const ComponentFollower::OpenLog& log) {
  ASSIGN_OR_RETURN(std::unique_ptr<LogReader> reader, LogReader::Open(ufs_, log.key));
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer, ufs_.Create(log.key, {.sync = true}));
  std::string buffer;
  JournalEntry entry;
  while (reader->good_bytes() < log.good_bytes) {
    ASSIGN_OR_RETURN(LogReader::Step step, reader->Next(&entry));
    if (step != LogReader::Step::kEntry) {
      return Aborted(reader->Where() + ": is not what was read before: " +
                     (reader->damage().empty() ? "it ends here" : reader->damage()));
    }
    buffer.append(reader->bytes());
    if (buffer.size() < kCopyBuffer) continue;
    RETURN_IF_ERROR(writer->Write(buffer));
    buffer.clear();
  }
  if (reader->good_bytes() != log.good_bytes || entry.sequence_number() != log.next - 1) {
    return Aborted(reader->Where() + ": is not what was read before: another entry");
  }
  RETURN_IF_ERROR(writer->Write(buffer));
  return writer->Commit().status();
}

Status ComponentTakeover::WriteEntry() {
  JournalEntry entry = entry_(component_);
  CHECK(!entry.has_sequence_number()) << "the journal numbers its entries itself";
  int64_t number = follower_.next();
  std::string frame;
  AppendFrame({.sequence_number = number, .starts_flush = true}, entry.SerializeAsString(),
              &frame);
  std::string key = LogKey(follower_.name(), number, number + 1);
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer,
                   ufs_.Create(key, {.replace = false, .sync = true}));
  RETURN_IF_ERROR(writer->Write(frame));
  RETURN_IF_ERROR(writer->Commit().status());
  LOG_INFO("journal: taken over name={}", key);
  return follower_.ApplyOwn(entry);
}

Status ComponentTakeover::DropLateLogs(ufs::Ufs& ufs, std::string_view component_name) {
  ASSIGN_OR_RETURN(ComponentFiles files, ListSettled(ufs, component_name));
  for (const JournalFile& log : files.open_logs) {
    if (files.logs.empty() || log.start >= files.logs.back().end) continue;
    Status deleted = ufs.DeleteFile(log.key);
    if (!deleted.ok() && !deleted.Is(StatusCode::kNotFound)) return deleted;
    LOG_INFO("journal: deleted a log that was opened too late name={}", log.key);
  }
  return OkStatus();
}

}  // namespace alluxio::journal
