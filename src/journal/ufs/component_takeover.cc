#include "journal/ufs/component_takeover.h"

#include <algorithm>

#include "base/check.h"
#include "base/log.h"
#include "journal/frame.h"

namespace alluxio::journal {

Status ComponentTakeover::Run() {
  Status done;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    ASSIGN_OR_RETURN(std::vector<ComponentFollower::OpenLog> open, follower_.ReadTail());
    done = OkStatus();
    for (const ComponentFollower::OpenLog& log : open) {
      if (done.ok()) done = Complete(log);
    }
    if (done.ok() && entry_) done = WriteEntry();
    // Another one, who has lost his place by now, was faster by one step: look again.
    bool again = done.Is(StatusCode::kNotFound) || done.Is(StatusCode::kAlreadyExists);
    if (!again) return done;
  }
  return done;
}

Status ComponentTakeover::Complete(const ComponentFollower::OpenLog& log) {
  if (log.next > log.start) {
    std::string key = LogKey(follower_.name(), log.start, log.next);
    RETURN_IF_ERROR(Copy(log.key, key, log.good_bytes));
    LOG_INFO("journal: completed predecessor's log name={} bytes={}", key, log.good_bytes);
  }
  Status deleted = ufs_.DeleteFile(log.key);
  return deleted.Is(StatusCode::kNotFound) ? OkStatus() : deleted;
}

// A completed file of that name may be there from an attempt that was interrupted; then it has the
// same entries.
Status ComponentTakeover::Copy(const std::string& from, const std::string& to, int64_t bytes) {
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

Status ComponentTakeover::WriteEntry() {
  JournalEntry entry = entry_(component_);
  CHECK(!entry.has_sequence_number()) << "the journal numbers its entries itself";
  int64_t number = follower_.next();
  std::string frame;
  AppendFrame({.sequence_number = number, .starts_flush = true}, entry.SerializeAsString(),
              &frame);
  std::string key = LogKey(follower_.name(), number, number + 1);
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer, ufs_.Create(key, {.replace = false}));
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
