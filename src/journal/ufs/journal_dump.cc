#include "journal/ufs/journal_dump.h"

#include <google/protobuf/text_format.h>

#include "base/log.h"
#include "journal/checkpoint_format.h"
#include "journal/entry_text.h"
#include "journal/ufs/journal_names.h"
#include "journal/ufs/log_reader.h"
#include "proto/journal/journal.pb.h"
#include "proto/meta/inode_meta.pb.h"

namespace alluxio::journal {
namespace {

const std::string& Dashes() {
  static const std::string* dashes = new std::string(std::string(80, '-') + "\n");
  return *dashes;
}

std::string Text(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

std::string Text(const JournalEntry& entry) { return EntryText(entry, EntryLayout::kLines); }

class ReaderSource final : public CheckpointSource {
 public:
  explicit ReaderSource(std::unique_ptr<ufs::UfsReader> file) : file_(std::move(file)) {}
  Result<size_t> Read(char* into, size_t size) override {
    ASSIGN_OR_RETURN(size_t n, file_->ReadAt(offset_, std::span(into, size)));
    offset_ += static_cast<int64_t>(n);
    return n;
  }

 private:
  std::unique_ptr<ufs::UfsReader> file_;
  int64_t offset_ = 0;
};

template <typename Message>
Status DumpMessages(CheckpointSource& source, ufs::UfsWriter& out) {
  MessageReader reader(source);
  Message message;
  while (true) {
    ASSIGN_OR_RETURN(bool more, reader.Read(&message));
    if (!more) return OkStatus();
    RETURN_IF_ERROR(out.Write(Dashes() + Text(message) + "\n"));
  }
}

Status DumpLongs(CheckpointSource& source, ufs::UfsWriter& out) {
  int64_t value = 0;
  while (true) {
    ASSIGN_OR_RETURN(bool more, ReadLong(source, &value));
    if (!more) return OkStatus();
    RETURN_IF_ERROR(out.Write(std::to_string(value) + "\n"));
  }
}

Status DumpPart(CheckpointSource& source, const std::string& key, ufs::Ufs& out);

Status DumpCompound(CheckpointSource& source, const std::string& key, ufs::Ufs& out) {
  CompoundReader compound(source);
  std::string name;
  while (true) {
    ASSIGN_OR_RETURN(bool more, compound.NextPart(&name));
    if (!more) return OkStatus();
    RETURN_IF_ERROR(DumpPart(compound.part(), ufs::JoinKey(key, name), out));
  }
}

Status DumpBody(CheckpointType type, CheckpointSource& source, ufs::UfsWriter& out) {
  switch (type) {
    case CheckpointType::kJournalEntry:
      return DumpMessages<JournalEntry>(source, out);
    case CheckpointType::kInodeProtos:
      return DumpMessages<proto::meta::Inode>(source, out);
    case CheckpointType::kLongs:
    case CheckpointType::kLong:
      return DumpLongs(source, out);
    case CheckpointType::kCompound:
    case CheckpointType::kRocksSingle:
    case CheckpointType::kRocksParallel:
      break;
  }
  return InternalError("checkpoint: no text form for its type");
}

Status DumpPart(CheckpointSource& source, const std::string& key, ufs::Ufs& out) {
  Result<CheckpointType> type = ReadCheckpointType(source);
  if (type.ok() && *type == CheckpointType::kCompound) return DumpCompound(source, key, out);
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> file, out.Create(key, {}));
  if (type.ok()) {
    RETURN_IF_ERROR(DumpBody(*type, source, *file));
  } else if (type.status().Is(StatusCode::kFailedPrecondition)) {
    RETURN_IF_ERROR(file->Write("not available: " + type.status().message() + "\n"));
  } else {
    return type.status();
  }
  return file->Commit().status();
}

}  // namespace

Status VisitJournal(ufs::Ufs& journal, const JournalDumpOptions& options,
                    const std::function<Status(const JournalEntry&, const EntryPlace&)>& visit,
                    std::string* end_note) {
  end_note->clear();
  ASSIGN_OR_RETURN(ComponentFiles files, ListComponent(journal, options.component));
  std::vector<JournalFile> logs = files.logs;
  for (const JournalFile& open : files.open_logs) {
    // One that starts below the end of the completed ones is a leftover (docs/format/journal.md).
    if (files.logs.empty() || open.start >= files.logs.back().end) logs.push_back(open);
  }
  int64_t next = 0;
  JournalEntry entry;
  for (const JournalFile& log : logs) {
    if (log.end <= next || log.end <= options.start) continue;
    Result<std::unique_ptr<LogReader>> opened = LogReader::Open(journal, log.key);
    // A running master may have completed or dropped the file since it was listed.
    if (opened.status().Is(StatusCode::kNotFound)) continue;
    RETURN_IF_ERROR(opened.status());
    LogReader& reader = **opened;
    while (next < log.end) {
      ASSIGN_OR_RETURN(LogReader::Step step, reader.Next(&entry));
      if (step == LogReader::Step::kEnd) break;
      if (step == LogReader::Step::kRoom && log.open()) break;
      if (step == LogReader::Step::kRoom) {
        return DataLoss(reader.Where() + ": zeros to the end of the file");
      }
      if (step == LogReader::Step::kDamaged) {
        if (!log.open()) return DataLoss(reader.Where() + ": " + reader.damage());
        *end_note = reader.Where() + ": " + reader.damage();
        break;
      }
      int64_t number = entry.sequence_number();
      if (number >= options.end) return OkStatus();
      if (number < next || number >= log.end) continue;
      next = number + 1;
      if (number >= options.start) {
        RETURN_IF_ERROR(visit(entry, {log.key, reader.offset()}));
      }
    }
  }
  return OkStatus();
}

Status DumpJournal(ufs::Ufs& journal, const JournalDumpOptions& options, ufs::Ufs& out) {
  RETURN_IF_ERROR(journal.Stat(options.component).status());
  RETURN_IF_ERROR(out.MakeDirectory("", {.mode = Mode{0755}}));
  ASSIGN_OR_RETURN(ComponentFiles files, ListComponent(journal, options.component));
  for (const JournalFile& file : files.checkpoints) {
    ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsReader> reader, journal.Open(file.key));
    ReaderSource source(std::move(reader));
    RETURN_IF_ERROR(DumpPart(source, "checkpoints-" + std::to_string(file.end), out)
                        .WithContext(journal.root() + "/" + file.key));
  }
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> edits, out.Create("edits.txt", {}));
  std::string end_note;
  Status visited = VisitJournal(
      journal, options,
      [&](const JournalEntry& entry, const EntryPlace&) {
        return edits->Write(Dashes() + Text(entry));
      },
      &end_note);
  // What could be read is written down even when the journal is damaged further on.
  RETURN_IF_ERROR(edits->Commit().status());
  if (!end_note.empty()) LOG_WARN("journal: dump ends before a torn end at {}", end_note);
  return visited;
}

}  // namespace alluxio::journal
