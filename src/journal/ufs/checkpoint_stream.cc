#include "journal/ufs/checkpoint_stream.h"

#include <algorithm>
#include <functional>

#include "base/log.h"
#include "journal/checkpoint_format.h"
#include "journal/ufs/journal_names.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

constexpr size_t kBuffer = 256 * 1024;
constexpr size_t kHeader = 5;

Status SendFrame(ChildPipe& pipe, char kind, std::string_view bytes) {
  std::string header(1, kind);
  for (int i = 0; i < 4; ++i) header.push_back(static_cast<char>(bytes.size() >> (8 * i)));
  RETURN_IF_ERROR(pipe.Write(header));
  return pipe.Write(bytes);
}

class PipeSink final : public CheckpointSink {
 public:
  // `end` as of CheckpointSink.
  explicit PipeSink(ChildPipe& pipe, int64_t end = -1) : pipe_(pipe), end_(end) {
    buffer_.reserve(kBuffer);
  }

  int64_t end() const override { return end_; }
  void Note(std::string_view text) override {
    if (!notes_.empty()) notes_ += "; ";
    notes_ += text;
  }
  const std::string& notes() const { return notes_; }

  Status Write(std::string_view data) override {
    while (!data.empty()) {
      size_t n = std::min(data.size(), kBuffer - buffer_.size());
      buffer_.append(data.substr(0, n));
      data.remove_prefix(n);
      if (buffer_.size() == kBuffer) RETURN_IF_ERROR(Flush());
    }
    return OkStatus();
  }

  Status Flush() {
    Status sent = buffer_.empty() ? OkStatus() : SendFrame(pipe_, 'D', buffer_);
    buffer_.clear();
    return sent;
  }

 private:
  ChildPipe& pipe_;
  const int64_t end_;
  std::string buffer_;
  std::string notes_;
};

// Passes the data of one part on; returns what its end says.
Result<std::string> ReceiveData(ForkedChild& child,
                                const std::function<Status(std::string_view)>& data) {
  std::string bytes;
  while (true) {
    char header[kHeader];
    ASSIGN_OR_RETURN(size_t n, child.Read(header));
    if (n < kHeader) return Aborted("the process writing the checkpoint ended early");
    size_t length = 0;
    for (int i = 4; i >= 1; --i) length = (length << 8) | static_cast<unsigned char>(header[i]);
    bytes.resize(length);
    ASSIGN_OR_RETURN(n, child.Read(bytes));
    if (n < length) return Aborted("the process writing the checkpoint ended early");
    if (header[0] == 'F') return InternalError(bytes);
    if (header[0] == 'E') return bytes;
    RETURN_IF_ERROR(data(bytes));
  }
}

Status StorePart(ForkedChild& child, ufs::Ufs& ufs, const CheckpointPart& part) {
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> file, ufs.Create(part.temporary_key, {}));
  const std::string_view name = ComponentName(part.machine->component());
  Result<std::string> notes =
      ReceiveData(child, [&](std::string_view data) { return file->Write(data); });
  RETURN_IF_ERROR(notes.status().WithContext(name));
  if (!notes->empty()) LOG_WARN("journal: beside the checkpoint of {}: {}", name, *notes);
  return file->Commit().status();
}

Status DeleteFiles(ufs::Ufs& ufs, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    Status deleted = ufs.DeleteFile(key);
    if (!deleted.ok() && !deleted.Is(StatusCode::kNotFound)) return deleted;
    LOG_INFO("journal: deleted name={}", key);
  }
  return OkStatus();
}

}  // namespace

void SendCheckpoints(const std::vector<CheckpointPart>& parts, ChildPipe& pipe) {
  for (const CheckpointPart& part : parts) {
    PipeSink sink(pipe, part.end);
    Status written = part.machine->WriteCheckpoint(sink);
    if (written.ok()) written = sink.Flush();
    Status told = written.ok() ? SendFrame(pipe, 'E', sink.notes())
                               : SendFrame(pipe, 'F', written.ToString());
    if (!written.ok() || !told.ok()) return;  // the parent sees the early end
  }
}

void SendEntries(const std::vector<StateMachine*>& machines, ChildPipe& pipe) {
  PipeSink sink(pipe);
  MessageWriter writer(sink);
  int64_t count = 0;
  Status written;
  for (const StateMachine* machine : machines) {
    if (!written.ok()) break;
    written = machine->VisitEntries([&](const JournalEntry& entry) {
      ++count;
      return writer.Write(entry);
    });
  }
  if (written.ok()) written = writer.Finish();
  if (written.ok()) written = sink.Flush();
  // Nobody is left to tell when this does not arrive: the parent sees the early end.
  Status told = written.ok() ? SendFrame(pipe, 'E', std::to_string(count))
                             : SendFrame(pipe, 'F', written.ToString());
  (void)told;
}

Result<int64_t> ReceiveEntries(ForkedChild& child, CheckpointSink& sink) {
  ASSIGN_OR_RETURN(std::string end, ReceiveData(child, [&](std::string_view data) {
                     return sink.Write(data);
                   }));
  RETURN_IF_ERROR(child.Wait());
  return std::stoll(end);
}

Status ReceiveCheckpoints(ForkedChild& child, ufs::Ufs& ufs, Rng& rng,
                          std::vector<CheckpointPart>* parts) {
  Status stored;
  for (CheckpointPart& part : *parts) {
    part.temporary_key =
        TemporaryFolder(ComponentName(part.machine->component())) + "/" + rng.Uuid();
    stored = StorePart(child, ufs, part);
    if (!stored.ok()) break;
  }
  if (stored.ok()) stored = child.Wait();
  if (stored.ok()) return stored;
  DropParts(ufs, *parts);
  return stored.WithContext("checkpoint");
}

void DropParts(ufs::Ufs& ufs, const std::vector<CheckpointPart>& parts) {
  for (const CheckpointPart& part : parts) {
    if (part.temporary_key.empty()) continue;
    Status deleted = ufs.DeleteFile(part.temporary_key);
    if (!deleted.Is(StatusCode::kNotFound)) {
      LogIfError(deleted, "journal: unfinished checkpoint");
    }
  }
}

Status CommitCheckpoints(ufs::Ufs& ufs, const std::vector<CheckpointPart>& parts) {
  for (const CheckpointPart& part : parts) {
    std::string_view name = ComponentName(part.machine->component());
    RETURN_IF_ERROR(ufs.MakeDirectory(FolderOf(name) + "/checkpoints", {.mode = Mode{0755}}));
    std::string key = CheckpointKey(name, part.end);
    RETURN_IF_ERROR(ufs.Rename(part.temporary_key, key));
    LOG_INFO("journal: checkpoint written name={}", key);
  }
  return OkStatus();
}

Status DropCovered(ufs::Ufs& ufs, std::string_view component_name) {
  ASSIGN_OR_RETURN(ComponentFiles files, ListComponent(ufs, component_name));
  if (files.checkpoints.size() < 2) return OkStatus();
  std::vector<std::string> keys;
  size_t kept = files.checkpoints.size() - 2;
  for (size_t i = 0; i < kept; ++i) keys.push_back(files.checkpoints[i].key);
  for (const JournalFile& log : files.logs) {
    if (log.end <= files.checkpoints[kept].end) keys.push_back(log.key);
  }
  return DeleteFiles(ufs, keys);
}

Status DropTemporary(ufs::Ufs& ufs, std::string_view component_name, int64_t before_ms) {
  std::string folder = TemporaryFolder(component_name);
  Result<ufs::UfsListing> listing = ufs.List(folder, {});
  if (listing.status().Is(StatusCode::kNotFound)) return OkStatus();
  RETURN_IF_ERROR(listing.status());
  std::vector<std::string> keys;
  for (const ufs::UfsStatus& status : listing->entries) {
    if (!status.is_directory && status.modified_ms < before_ms) keys.push_back(status.key);
  }
  RETURN_IF_ERROR(DeleteFiles(ufs, keys));
  return ufs.DropLeftovers(folder, before_ms);
}

}  // namespace alluxio::journal
