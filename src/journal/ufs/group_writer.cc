#include "journal/ufs/group_writer.h"

#include <algorithm>

#include "base/log.h"

namespace alluxio::journal {

void GroupWriter::Open(Component component, int64_t next) {
  logs_[IndexOf(component)].emplace(ufs_, ComponentName(component), next,
                                    options_.log_size_bytes_max);
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
    if (!last) queue_.Pause(std::min(left, options_.retry_interval));
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

Status GroupWriter::Complete() {
  for (std::optional<ComponentLog>& log : logs_) {
    if (log) RETURN_IF_ERROR(log->Complete());
  }
  return OkStatus();
}

}  // namespace alluxio::journal
