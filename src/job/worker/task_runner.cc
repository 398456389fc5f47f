#include "job/worker/task_runner.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/log.h"
#include "base/mutex.h"
#include "proto/grpc/job_work.pb.h"
#include "stub/retry_policy.h"
#include "wire/block_info.h"

namespace alluxio::job {
namespace {

constexpr std::array<Duration, 3> kPauses = {std::chrono::milliseconds(100),
                                             std::chrono::milliseconds(500),
                                             std::chrono::seconds(2)};
constexpr Duration kStopLook = std::chrono::milliseconds(50);
constexpr Duration kHeldTimeout = std::chrono::seconds(30);
constexpr size_t kCopyBytes = 4 << 20;

bool MayPass(const Status& status) {
  return stub::IsRetryable(status) || status.Is(StatusCode::kResourceExhausted) ||
         status.Is(StatusCode::kDeadlineExceeded) ||
         status.Is(StatusCode::kAborted);
}

// The path is not what was looked at: looking again tells what it is.
Status LookAgain(const Status& status) {
  if (!status.Is(StatusCode::kFailedPrecondition)) return status;
  return Aborted(status.message());
}

// False when told to stop.
bool Pause(Duration time, const TaskStop& stop, Clock& clock) {
  Mutex mutex(LockRank::kLeaf);
  CondVar never;
  const Duration end = clock.Monotonic() + time;
  MutexLock lock(mutex);
  while (!stop.set()) {
    const Duration left = end - clock.Monotonic();
    if (left <= Duration::zero()) return true;
    never.WaitFor(mutex, std::min(left, kStopLook));
  }
  return false;
}

Result<std::optional<WriteType>> WriteTypeOf(const std::string& word) {
  if (word.empty()) return std::optional<WriteType>();
  constexpr std::pair<const char*, WriteType> kWords[] = {
      {"MUST_CACHE", WriteType::kMustCache},       {"TRY_CACHE", WriteType::kTryCache},
      {"CACHE_THROUGH", WriteType::kCacheThrough}, {"THROUGH", WriteType::kThrough},
      {"ASYNC_THROUGH", WriteType::kAsyncThrough}, {"NONE", WriteType::kNone}};
  for (const auto& [name, type] : kWords) {
    if (word == name) return std::optional<WriteType>(type);
  }
  return InvalidArgument(fmt::format("\"{}\": not a write type", word));
}

}  // namespace

Status TaskRunner::Run(const grpc::job::TaskWork& work, const TaskStop& stop) {
  for (size_t attempt = 0;; ++attempt) {
    if (stop.set()) return Cancelled("cancelled");
    Status status = Once(work, stop);
    if (status.ok() || !MayPass(status) || attempt == kPauses.size()) return status;
    if (!Pause(kPauses[attempt], stop, clock_)) return Cancelled("cancelled");
  }
}

Status TaskRunner::Once(const grpc::job::TaskWork& work, const TaskStop& stop) {
  if (work.has_load()) return Load(work.load(), stop);
  if (work.has_evict()) return Evict(work.evict());
  if (work.has_move()) return Move(work.move());
  if (work.has_copy()) return Copy(work.copy(), stop);
  if (work.has_persist()) return persist_.Run(work.persist(), stop);
  return Unimplemented(fmt::format("{}: a task of a kind that this job worker does not know",
                                   work.path()));
}

Status TaskRunner::Load(const grpc::job::LoadWork& work, const TaskStop& stop) {
  const WorkerNetAddress target = wire::FromProto(work.target());
  std::shared_ptr<stub::BlockWorkerClient> worker = workers_.ClientOf(target);
  for (const grpc::job::BlockWork& block : work.blocks()) {
    if (stop.set()) return Cancelled("cancelled");
    stub::CacheOrder order;
    order.block_id = block.blockid();
    order.length = block.length();
    order.source_host = block.has_sourcehost() ? block.sourcehost() : target.host;
    order.source_port = block.has_sourcehost() ? block.sourceport() : target.data_port;
    if (work.has_ufspath()) {
      order.ufs.ufs_path = work.ufspath();
      order.ufs.offset_in_file = block.offsetinfile();
      order.ufs.block_size = block.length();
      order.ufs.mount_id = work.mountid();
    }
    Status cached = worker->Cache(order);
    if (cached.ok()) continue;
    // Somebody else brings it just now; that may fail, so look again.
    const StatusCode code =
        cached.Is(StatusCode::kAlreadyExists) ? StatusCode::kUnavailable : cached.code();
    return Status(code, fmt::format("block {} on {}: {}", block.blockid(), target.host,
                                    cached.message()));
  }
  return OkStatus();
}

namespace {

Status WithBlock(Status status, int64_t block, const std::string& host) {
  if (status.ok()) return status;
  return Status(status.code(), fmt::format("block {} on {}: {}", block, host, status.message()));
}

// That a worker is named as a holder may be minutes old.
Status CheckHeld(stub::BlockWorkerClient& worker, int64_t block) {
  stub::BlockReadRequest request;
  request.block_id = block;
  request.length = 1;
  ASSIGN_OR_RETURN(std::unique_ptr<stub::BlockReadStream> stream, worker.ReadBlock(request));
  Status read = stream->Next(kHeldTimeout).status();
  stream->Close();
  return read;
}

}  // namespace

Status TaskRunner::Evict(const grpc::job::EvictWork& work) {
  for (const auto& kept : work.kept()) {
    const WorkerNetAddress address = wire::FromProto(kept);
    Status held = CheckHeld(*workers_.ClientOf(address), work.blockid());
    if (!held.ok()) {
      return WithBlock(held, work.blockid(), address.host).WithContext("a copy that is to stay");
    }
  }
  const WorkerNetAddress target = wire::FromProto(work.target());
  Status removed = workers_.ClientOf(target)->RemoveBlock(work.blockid());
  if (removed.Is(StatusCode::kNotFound)) return OkStatus();  // that is what was wanted
  return WithBlock(removed, work.blockid(), target.host);
}

Status TaskRunner::Move(const grpc::job::MoveWork& work) {
  const WorkerNetAddress target = wire::FromProto(work.target());
  return WithBlock(workers_.ClientOf(target)->MoveBlock(work.blockid(), work.mediumtype()),
                   work.blockid(), target.host);
}

// As Alluxio does: straight to the destination, or beside it when that is to be replaced. What an
// earlier try of ours has left there is known by its age.
Status TaskRunner::Copy(const grpc::job::CopyWork& work, const TaskStop& stop) {
  const std::string& to = work.destination();
  if (work.source() == to) return OkStatus();
  Result<FileInfo> there = fs_.GetStatus(to);
  if (!there.ok()) {
    if (!there.status().Is(StatusCode::kNotFound)) return there.status();
    return CopyBytes(work, to, false, stop);
  }
  if (there->folder) return FailedPrecondition(fmt::format("{}: is a directory", to));
  const bool younger = there->creation_time_ms >= work.submittedms();
  if (!there->completed && younger) {
    RETURN_IF_ERROR(DeleteOnly(to, there->id));
    return CopyBytes(work, to, false, stop);
  }
  if (younger) {
    // Also when it may be replaced: what was done is not taken away while it is done again. Then
    // it has to be younger than the source too: the job master's clock may be behind the master's,
    // and a file from before the command look like one of it.
    ASSIGN_OR_RETURN(FileInfo source, fs_.GetStatus(work.source()));
    const bool of_this =
        !work.overwrite() || there->creation_time_ms >= source.modification_time_ms;
    if (of_this && source.length == there->length) return OkStatus();
  }
  if (!work.overwrite()) {
    return AlreadyExists(fmt::format("Not allowed to create file because path already exists: {}",
                                     to));
  }
  // The same name each time, so that a try that was cut off leaves nothing behind.
  const std::string beside = fmt::format("{}.alluxio.0x{:016X}.tmp", to, work.submittedms());
  InodeId copied = kNoInode;
  RETURN_IF_ERROR(CopyBytes(work, beside, true, stop, &copied));
  // Another try may have got here first, whose file is not to be replaced, or be writing its own
  // file beside, which is not to be moved.
  Status removed = DeleteOnly(to, there->id);
  if (!removed.ok() && !removed.Is(StatusCode::kNotFound)) return removed;
  RenameOptions rename;
  rename.only_id = copied;
  return LookAgain(fs_.Rename(beside, to, rename));
}

Status TaskRunner::DeleteOnly(const std::string& path, InodeId id) {
  DeleteOptions options;
  options.only_id = id;
  return LookAgain(fs_.Delete(path, options));
}

// Removes what this try has made, and nothing else: after a death of the job master another worker
// may be at the same file, or done with it.
Status TaskRunner::GiveUp(client::FileOutStream& out, const std::string& to, const Status& why) {
  LogIfError(out.Cancel(), "job: ending a copy that failed");
  Result<FileInfo> there = fs_.GetStatus(to);
  if (there.ok() && there->id == out.FileId() && !there->completed) {
    LogIfError(DeleteOnly(to, there->id), "job: removing what a failed copy has left");
    return why;
  }
  const bool replaced = there.ok() || there.status().Is(StatusCode::kNotFound);
  if (!replaced || why.Is(StatusCode::kCancelled)) return why;
  return Aborted("another copy took the place of this one: " + why.message());  // look again
}

Status TaskRunner::CopyBytes(const grpc::job::CopyWork& work, const std::string& to,
                             bool overwrite, const TaskStop& stop, InodeId* copied) {
  client::OpenOptions open;
  open.read_type = ReadType::kNoCache;
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileInStream> in, fs_.OpenFile(work.source(), open));
  client::CreateOptions create;
  ASSIGN_OR_RETURN(create.write_type, WriteTypeOf(work.writetype()));
  create.overwrite = overwrite;
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileOutStream> out, fs_.CreateFile(to, create));
  if (copied != nullptr) *copied = out->FileId();
  auto give_up = [&](const Status& why) { return GiveUp(*out, to, why); };
  std::vector<char> buffer(static_cast<size_t>(
      std::clamp<int64_t>(in->Length(), 1, static_cast<int64_t>(kCopyBytes))));
  while (true) {
    if (stop.set()) return give_up(Cancelled("cancelled"));
    Result<size_t> read = in->Read(buffer);
    if (!read.ok()) return give_up(read.status());
    if (*read == 0) break;
    Status written = out->Write({buffer.data(), *read});
    if (!written.ok()) return give_up(written);
  }
  Status closed = out->Close();
  return closed.ok() ? closed : give_up(closed);
}

}  // namespace alluxio::job
