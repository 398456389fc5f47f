#include "job/worker/persist_task.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "job/worker/task_runner.h"
#include "model/path.h"
#include "proto/grpc/job_work.pb.h"

namespace alluxio::job {
namespace {

constexpr int64_t kStepBytes = 4 << 20;

GetStatusOptions WithoutATrace() {
  GetStatusOptions options;
  options.update_timestamps = false;
  return options;
}

Status CopyAll(client::FileInStream& in, ufs::UfsWriter& out, const TaskStop& stop) {
  std::vector<char> buffer(static_cast<size_t>(std::clamp<int64_t>(in.Length(), 1, kStepBytes)));
  while (true) {
    if (stop.set()) return Cancelled("cancelled");
    ASSIGN_OR_RETURN(size_t read, in.Read(buffer));
    if (read == 0) return OkStatus();
    RETURN_IF_ERROR(out.Write({buffer.data(), read}));
  }
}

}  // namespace

Status PersistTask::Run(const grpc::job::PersistWork& work, const TaskStop& stop) {
  ASSIGN_OR_RETURN(UfsPlace place, open_(work.mountid(), work.ufspath()));
  ASSIGN_OR_RETURN(FileInfo file, fs_.GetStatus(work.source(), WithoutATrace()));
  if (!file.completed) {
    return FailedPrecondition(
        fmt::format("Cannot persist an incomplete Alluxio file: {}", work.source()));
  }
  RETURN_IF_ERROR(CheckPlace(work, place, file.length));
  RETURN_IF_ERROR(MakeParents(work.source(), place));
  client::OpenOptions open;
  open.read_type = ReadType::kNoCache;
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileInStream> in, fs_.OpenFile(work.source(), open));
  ufs::UfsCreateOptions create;
  create.owner = file.owner;
  create.group = file.group;
  create.mode = file.mode;
  create.length = file.length;
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> out, place.ufs->Create(place.key, create));
  RETURN_IF_ERROR(CopyAll(*in, *out, stop));
  ASSIGN_OR_RETURN(ufs::UfsStatus written, out->Commit());
  if (written.length == file.length) return OkStatus();
  return DataLoss(fmt::format("{}: the under store has {} bytes of {}", work.ufspath(),
                              written.length, file.length));
}

Status PersistTask::CheckPlace(const grpc::job::PersistWork& work, const UfsPlace& place,
                               int64_t length) {
  if (work.overwrite()) return OkStatus();
  Result<ufs::UfsStatus> there = place.ufs->Stat(place.key);
  if (there.status().Is(StatusCode::kNotFound)) return OkStatus();
  RETURN_IF_ERROR(there.status());
  const bool maybe_ours = !there->is_directory && there->length == length &&
                          there->modified_ms >= work.submittedms();
  if (maybe_ours) return OkStatus();
  return AlreadyExists(fmt::format(
      "File {} is already persisted in UFS, to overwrite the file, please set the overwrite flag "
      "in the config.", work.source()));
}

// As Alluxio does: each folder that is missing gets the rights of the one above the file.
Status PersistTask::MakeParents(const std::string& path, const UfsPlace& place) {
  if (place.ufs->is_object_store()) return OkStatus();
  struct Missing {
    std::string key;
    std::string path;
  };
  std::vector<Missing> missing;
  std::string key = place.key;
  std::string at = path;
  while (at != "/" && key.find('/') != std::string::npos) {
    key.resize(key.rfind('/'));
    at = std::string(ParentPath(at));
    Result<ufs::UfsStatus> there = place.ufs->Stat(key);
    if (there.ok()) break;
    if (!there.status().Is(StatusCode::kNotFound)) return there.status();
    missing.push_back({key, at});
  }
  for (auto folder = missing.rbegin(); folder != missing.rend(); ++folder) {
    ASSIGN_OR_RETURN(FileInfo info, fs_.GetStatus(folder->path, WithoutATrace()));
    ufs::UfsCreateOptions options;
    options.owner = info.owner;
    options.group = info.group;
    options.mode = info.mode;
    RETURN_IF_ERROR(place.ufs->MakeDirectory(folder->key, options));
  }
  return OkStatus();
}

}  // namespace alluxio::job
