// TaskRunner: does one task: loads, moves or removes blocks, copies or persists a file.
// Thread-safe; blocks.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/result.h"
#include "client/block/worker_directory.h"
#include "client/fs/file_system.h"
#include "env/clock.h"
#include "job/worker/persist_task.h"

namespace alluxio::grpc::job {
class CopyWork;
class EvictWork;
class LoadWork;
class MoveWork;
class TaskWork;
}  // namespace alluxio::grpc::job

namespace alluxio::job {

// Told to a task that is to end early. Shared by the task and who may cancel it.
class TaskStop {
 public:
  void Set() { set_.store(true, std::memory_order_relaxed); }
  bool set() const { return set_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> set_ = false;
};

class TaskRunner {
 public:
  TaskRunner(client::FileSystem& fs, client::WorkerDirectory& workers, OpenUfs open_ufs,
             Clock& clock)
      : fs_(fs), workers_(workers), persist_(fs, std::move(open_ufs)), clock_(clock) {}
  virtual ~TaskRunner() = default;

  // What may pass is tried some times. CANCELLED when `stop` was set meanwhile.
  virtual Status Run(const grpc::job::TaskWork& work, const TaskStop& stop);

 private:
  Status Once(const grpc::job::TaskWork& work, const TaskStop& stop);
  Status Load(const grpc::job::LoadWork& work, const TaskStop& stop);
  Status Evict(const grpc::job::EvictWork& work);
  Status Move(const grpc::job::MoveWork& work);
  Status Copy(const grpc::job::CopyWork& work, const TaskStop& stop);
  Status GiveUp(client::FileOutStream& out, const std::string& to, const Status& why);
  // `copied` (may be null): the file that was written.
  Status CopyBytes(const grpc::job::CopyWork& work, const std::string& to, bool overwrite,
                   const TaskStop& stop, InodeId* copied = nullptr);
  Status DeleteOnly(const std::string& path, InodeId id);

  client::FileSystem& fs_;
  client::WorkerDirectory& workers_;
  PersistTask persist_;
  Clock& clock_;
};

}  // namespace alluxio::job
