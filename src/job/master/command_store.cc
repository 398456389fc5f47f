#include "job/master/command_store.h"

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "job/master/progress_proto.h"
#include "proto/grpc/job_work.pb.h"

namespace alluxio::job {
namespace {

constexpr char kFolder[] = "JobMaster/commands";

std::string KeyOf(int64_t id) { return ufs::JoinKey(kFolder, std::to_string(id)); }

KeptCommand FromRecord(const grpc::job::CommandRecord& record) {
  KeptCommand command;
  command.id = record.id();
  command.config = record.config();
  command.user = record.user();
  command.submitted_ms = record.submittedms();
  command.finished = record.has_status();
  command.finished_ms = record.finishedms();
  command.progress = FromProto(record.progress());
  if (command.finished) command.progress.state = static_cast<JobState>(record.status());
  return command;
}

}  // namespace

Status CommandStore::Prepare() { return ufs_->MakeDirectory(kFolder, {.mode = Mode{0755}}); }

Status CommandStore::Save(const KeptCommand& command) {
  grpc::job::CommandRecord record;
  record.set_id(command.id);
  record.set_config(command.config);
  record.set_user(command.user);
  record.set_submittedms(command.submitted_ms);
  if (command.finished) {
    record.set_status(static_cast<grpc::job::Status>(command.progress.state));
    record.set_finishedms(command.finished_ms);
    ToProto(command.progress, record.mutable_progress());
  }
  ufs::UfsCreateOptions options;
  options.sync = true;
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer,
                   ufs_->Create(KeyOf(command.id), options));
  RETURN_IF_ERROR(writer->Write(record.SerializeAsString()));
  return writer->Commit().status();
}

Status CommandStore::Remove(int64_t id) {
  Status removed = ufs_->DeleteFile(KeyOf(id));
  return removed.Is(StatusCode::kNotFound) ? OkStatus() : removed;
}

Result<std::string> CommandStore::Read(const ufs::UfsStatus& file) {
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsReader> reader, ufs_->Open(file.key));
  std::string bytes(static_cast<size_t>(reader->status().length), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    ASSIGN_OR_RETURN(size_t read, reader->ReadAt(static_cast<int64_t>(done),
                                                 {bytes.data() + done, bytes.size() - done}));
    if (read == 0) return DataLoss(file.key + ": ends too early");
    done += read;
  }
  return bytes;
}

Result<std::vector<KeptCommand>> CommandStore::Load() {
  std::vector<KeptCommand> commands;
  ufs::UfsListOptions options;
  do {
    ASSIGN_OR_RETURN(ufs::UfsListing page, ufs_->List(kFolder, options));
    for (const ufs::UfsStatus& file : page.entries) {
      if (file.is_directory) continue;
      ASSIGN_OR_RETURN(std::string bytes, Read(file));
      grpc::job::CommandRecord record;
      if (!record.ParseFromString(bytes) || record.id() <= 0) {
        LOG_WARN("job: not a command file={}", file.key);
        continue;
      }
      commands.push_back(FromRecord(record));
    }
    options.page = page.next_page;
  } while (!options.page.empty());
  std::sort(commands.begin(), commands.end(),
            [](const KeptCommand& a, const KeptCommand& b) { return a.id < b.id; });
  return commands;
}

}  // namespace alluxio::job
