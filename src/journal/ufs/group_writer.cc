#include "journal/ufs/group_writer.h"

#include <algorithm>

#include "base/log.h"

namespace alluxio::journal {

void GroupWriter::Open(Component component, int64_t next) {
  logs_[IndexOf(component)].emplace(ufs_, ComponentName(component), next,
                                    options_.log_size_bytes_max, options_.followed);
}

void GroupWriter::RequestRotation() {
  for (std::optional<ComponentLog>& log : logs_) {
    if (log) log->RequestRotation();
  }
}

Status GroupWriter::Write(const AppendQueue::Batch& batch) {
  for (Component component : kComponents) {  // in the order that docs/design/0001 asks for
    size_t index = IndexOf(component);
    if (batch.frames[index].empty()) continue;
    RETURN_IF_ERROR(WriteWithRetry(*logs_[index], batch.frames[index], batch.end[index]));
  }
  // Synced, then the lease: if it is good now, a successor begins to read after this.
  return fence_.Pass();
}

Status GroupWriter::WriteWithRetry(ComponentLog& log, std::string_view frames, int64_t end) {
  Status status = log.Write(frames, end);
  if (status.ok()) return status;
  Duration deadline = clock_.Monotonic() + options_.flush_timeout;
  Duration pause = std::min<Duration>(options_.retry_interval, std::chrono::milliseconds(50));
  while (!fence_.lost() && !log.taken()) {
    failures_.Add();
    Duration left = deadline - clock_.Monotonic();
    LOG_ERROR("journal: write failed component={} entries={}..{} given_up_in_ms={} error=\"{}\"",
              log.name(), log.next(), end - 1, std::max<int64_t>(ToMillis(left), 0),
              status.ToString());
    // A journal that is being closed tries once more and no longer.
    bool last = left <= Duration::zero() || queue_.stopped();
    if (status.Is(StatusCode::kResourceExhausted)) {
      for (std::optional<ComponentLog>& other : logs_) {
        if (other) other->GiveBackRoom();
      }
    }
    if (!last) queue_.Pause(std::min(left, pause));
    pause = std::min(pause * 3, options_.retry_interval);  // it is broken for longer
    status = log.Repair();
    if (status.ok()) status = log.Write(frames, end);
    if (status.ok()) {
      LOG_INFO("journal: writing again component={} next={}", log.name(), log.next());
      return status;
    }
    if (last) return status;
  }
  return status;
}

void GroupWriter::Tend() {
  Duration now = clock_.Monotonic();
  for (Component component : kComponents) {
    std::optional<ComponentLog>& log = logs_[IndexOf(component)];
    Duration limit = log ? log->OpenLimit() : Duration::zero();
    if (limit == Duration::zero()) continue;
    OpenLog& open = open_[IndexOf(component)];
    if (open.start != log->start()) open = {.start = log->start(), .since = now};
    if (now - open.since < limit) continue;
    LOG_INFO("journal: log completed, it may have fewer copies while it is open component={} "
             "open_s={}", log->name(), ToMillis(now - open.since) / 1000);
    // The next write tries again, and repairs what it finds.
    LogIfError(log->Rotate(), "journal: completing a log for its copies");
    open = OpenLog();
  }
}

Status GroupWriter::Complete() {
  for (std::optional<ComponentLog>& log : logs_) {
    if (log) RETURN_IF_ERROR(log->Complete());
  }
  return OkStatus();
}

}  // namespace alluxio::journal
