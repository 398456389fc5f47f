// GroupWriter: writes what one flush has gathered to the logs of all components, so that its
// waiters may be told. Owned by the flusher thread.
#pragma once

#include <array>
#include <optional>

#include "env/clock.h"
#include "journal/ufs/append_queue.h"
#include "journal/ufs/component_log.h"
#include "journal/ufs/fence.h"
#include "metrics/registry.h"

namespace alluxio::journal {

struct GroupWriterOptions {
  int64_t log_size_bytes_max = 10 << 20;
  Duration flush_timeout{};
  Duration retry_interval{};
  bool followed = true;  // do other masters read the logs while they grow?
};

class GroupWriter {
 public:
  // `ufs` asks `fence` before each change. All outlive this.
  GroupWriter(ufs::Ufs& ufs, Fence& fence, AppendQueue& queue, const Clock& clock,
              const GroupWriterOptions& options)
      : ufs_(ufs), fence_(fence), queue_(queue), clock_(clock), options_(options) {}

  // The next entry of the component will be `next`. Before the first Write() that has some.
  void Open(Component component, int64_t next);

  // OK: the batch survives power loss, and whoever takes this place over finds it. Failed writes
  // are repeated until flush_timeout.
  Status Write(const AppendQueue::Batch& batch);
  // For now and then. Completes logs that are open for longer than their store likes.
  void Tend();
  // Every log begins anew with its next entry.
  void RequestRotation();
  // Gives open logs their completed names.
  Status Complete();

 private:
  struct OpenLog {
    int64_t start = -1;  // of the log
    Duration since{};
  };

  Status WriteWithRetry(ComponentLog& log, std::string_view frames, int64_t end);

  ufs::Ufs& ufs_;
  Fence& fence_;
  AppendQueue& queue_;
  const Clock& clock_;
  const GroupWriterOptions options_;
  std::array<std::optional<ComponentLog>, kComponentCount> logs_;
  std::array<OpenLog, kComponentCount> open_;  // as Tend() saw them last
  metrics::Counter& failures_ =
      metrics::Registry::Process().counter("Master.JournalFlushFailure");
};

}  // namespace alluxio::journal
