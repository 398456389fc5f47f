#include "master/process/backup.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "base/text_forms.h"
#include "journal/checkpoint_format.h"
#include "journal/gzip_stream.h"
#include "journal/ufs/format_journal.h"
#include "master/mount/ufs_uri.h"
#include "master/process/master_parts.h"
#include "master/process/old_backups.h"
#include "master/tree/tree_freeze.h"
#include "model/path.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {
namespace {

constexpr char kBegun[] = "restore_begun";  // in the journal folder
constexpr char kSource[] = "alluxio.master.journal.init.from.backup";
constexpr int64_t kProgressEntries = 1'000'000;

// A file of an under store that a backup is written to.
class WriterSink final : public journal::CheckpointSink {
 public:
  explicit WriterSink(ufs::UfsWriter& writer) : writer_(writer) {}
  Status Write(std::string_view data) override {
    return data.empty() ? OkStatus() : writer_.Write(data);
  }

 private:
  ufs::UfsWriter& writer_;
};

class ReaderSource final : public journal::CheckpointSource {
 public:
  explicit ReaderSource(ufs::UfsReader& reader) : reader_(reader) {}
  Result<size_t> Read(char* into, size_t size) override {
    ASSIGN_OR_RETURN(size_t got, reader_.ReadAt(offset_, std::span<char>(into, size)));
    offset_ += static_cast<int64_t>(got);
    return got;
  }

 private:
  ufs::UfsReader& reader_;
  int64_t offset_ = 0;
};

// The under store at `folder`: on this host, or where the root of the namespace is, with its
// options. A path without a scheme begins at the root of that store, as in 2.9.
Result<std::shared_ptr<ufs::Ufs>> OpenFolder(MasterParts& parts, const std::string& folder,
                                             bool local) {
  MountPoint place = *parts.mounts.Find("/");
  if (local) place.properties.clear();
  if (folder.find("://") != std::string::npos) {
    place.ufs_uri = folder;
  } else {
    ASSIGN_OR_RETURN(UfsUri root, UfsUri::Parse(place.ufs_uri));
    ASSIGN_OR_RETURN(std::string clean, CleanPath(folder));
    place.ufs_uri = (local ? "" : root.root) + clean;
  }
  Result<std::shared_ptr<ufs::Ufs>> opened = parts.mounts.TryOpen(place);
  if (!opened.ok()) return opened.status().WithContext(folder);
  return opened;
}

std::string NameOf(int64_t now_ms) {
  return "alluxio-backup-" + UtcDateText(now_ms, "yyyy-MM-dd") + "-" + std::to_string(now_ms) +
         ".gz";
}

Result<std::shared_ptr<ufs::Ufs>> OpenJournalFolder(MasterParts& parts) {
  return parts.factory->Open(parts.conf.GetString("alluxio.master.journal.folder"),
                             journal::JournalStoreOptions(parts.conf));
}

Status Mark(ufs::Ufs& folder, const std::string& text) {
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer, folder.Create(kBegun, {}));
  RETURN_IF_ERROR(writer->Write(text));
  return writer->Commit().status();
}

SharedMutex& LockOf(MasterParts& parts, journal::Component component) {
  return component == journal::Component::kFileSystem ? parts.tree.lock()
         : component == journal::Component::kBlock    ? parts.blocks.lock()
                                                      : parts.meta.lock();
}

journal::StateMachine& MachineOf(MasterParts& parts, journal::Component component) {
  if (component == journal::Component::kFileSystem) return parts.file_system;
  if (component == journal::Component::kBlock) return parts.blocks;
  return parts.meta;
}

// Applied before it is appended: an entry that cannot be applied never gets into the journal.
Status TakeIn(MasterParts& parts, journal::JournalEntry* entry, int64_t number) {
  std::optional<journal::Component> component = journal::ComponentOf(*entry);
  if (!component) {
    return InvalidArgument(fmt::format("entry {} is of a service that is not there", number));
  }
  entry->clear_sequence_number();
  WriterLock lock(LockOf(parts, *component));
  Status applied = MachineOf(parts, *component).Apply(*entry);
  if (!applied.ok()) return applied.WithContext(fmt::format("entry {}", number));
  parts.journal->Append(*component, *entry);
  return OkStatus();
}

Result<int64_t> TakeInAll(MasterParts& parts, ufs::UfsReader& file) {
  ReaderSource bytes(file);
  journal::GunzipSource unpacked(bytes);
  journal::MessageReader reader(unpacked);
  journal::JournalEntry entry;
  for (int64_t count = 0;; ++count) {
    ASSIGN_OR_RETURN(bool more, reader.Read(&entry));
    if (!more) {
      RETURN_IF_ERROR(parts.journal->WaitDurable(parts.journal->appended()));
      return count;
    }
    RETURN_IF_ERROR(TakeIn(parts, &entry, count + 1));
    if (!parts.journal->WouldAdmit()) {
      RETURN_IF_ERROR(parts.journal->WaitDurable(parts.journal->appended()));
    }
    if ((count + 1) % kProgressEntries == 0) LOG_INFO("master: restoring entries={}", count + 1);
  }
}

}  // namespace

Result<BackupDone> TakeBackup(MasterParts& parts, const BackupWish& wish) {
  int64_t began_ms = ToMillis(parts.clock.Monotonic());
  std::string folder =
      wish.directory.empty() ? parts.updates.Now()->GetString("alluxio.master.backup.directory")
                             : wish.directory;
  ASSIGN_OR_RETURN(std::shared_ptr<ufs::Ufs> ufs, OpenFolder(parts, folder, wish.local));
  RETURN_IF_ERROR(ufs->MakeDirectory("", {.mode = Mode{0755}}).WithContext(folder));
  std::string name = NameOf(parts.clock.NowMs());
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer, ufs->Create(name, {}));
  WriterSink file(*writer);
  journal::GzipSink packed(file);
  TreeFreeze freeze(parts.tree);
  Result<int64_t> backup = parts.journal->Backup(
      [&](const std::function<void()>& inside) {
        WriterLock tree_lock(parts.tree.lock());
        WriterLock block_lock(parts.blocks.lock());
        WriterLock meta_lock(parts.meta.lock());
        freeze.Around(inside);
      },
      packed);
  RETURN_IF_ERROR(freeze.status());
  ASSIGN_OR_RETURN(int64_t entries, std::move(backup));
  RETURN_IF_ERROR(packed.Finish());
  RETURN_IF_ERROR(writer->Commit().status());
  // As 2.9 marks a backup that is whole.
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> mark, ufs->Create(name + ".complete", {}));
  RETURN_IF_ERROR(mark->Commit().status());
  std::string uri = ufs->root() + (ufs->root().ends_with('/') ? "" : "/") + name;
  parts.last_backup.entries = entries;
  parts.last_backup.took_ms = ToMillis(parts.clock.Monotonic()) - began_ms;
  LOG_INFO("master: backup written uri={} entries={}", uri, entries);
  return BackupDone{uri, entries};
}

Status TakeDailyBackup(MasterParts& parts, int keep) {
  ASSIGN_OR_RETURN(BackupDesk::Record record, parts.backups->Take(BackupWish()));
  RETURN_IF_ERROR(record.failure);
  std::string folder = parts.updates.Now()->GetString("alluxio.master.backup.directory");
  ASSIGN_OR_RETURN(std::shared_ptr<ufs::Ufs> ufs, OpenFolder(parts, folder, false));
  return DeleteOldBackups(*ufs, keep);
}

Status CheckNoRestoreBegun(MasterParts& parts) {
  ASSIGN_OR_RETURN(std::shared_ptr<ufs::Ufs> folder, OpenJournalFolder(parts));
  Status found = folder->Stat(kBegun).status();
  if (found.Is(StatusCode::kNotFound)) return OkStatus();
  if (!found.ok()) return found.WithContext(kBegun);
  return FailedPrecondition(
      "journal " + folder->root() + ": a backup was being restored into it and that did not end. "
      "Format it (alluxio formatMasters) and start again with " + kSource);
}

Status RestoreBackup(MasterParts& parts) {
  std::string uri = parts.conf.GetString(kSource);
  if (uri.empty()) return OkStatus();
  int64_t began_ms = ToMillis(parts.clock.Monotonic());
  size_t slash = uri.rfind('/');
  if (slash == std::string::npos || slash + 1 == uri.size()) {
    return InvalidArgument(std::string(kSource) + "=" + uri + ": the path of a file is expected");
  }
  ASSIGN_OR_RETURN(std::shared_ptr<ufs::Ufs> store,
                   OpenFolder(parts, slash == 0 ? "/" : uri.substr(0, slash), false));
  Result<std::unique_ptr<ufs::UfsReader>> file = store->Open(uri.substr(slash + 1));
  if (!file.ok()) return file.status().WithContext(std::string(kSource) + "=" + uri);
  LOG_INFO("master: restoring a backup uri={} bytes={}", uri, (*file)->status().length);
  ASSIGN_OR_RETURN(std::shared_ptr<ufs::Ufs> folder, OpenJournalFolder(parts));
  RETURN_IF_ERROR(Mark(*folder, uri + "\n"));
  Result<int64_t> entries = TakeInAll(parts, **file);
  if (!entries.ok()) return entries.status().WithContext("backup " + uri);
  RETURN_IF_ERROR(folder->DeleteFile(kBegun));
  if (parts.conf.GetBool("alluxio.master.journal.sync.root.after.init.from.backup")) {
    parts.sync.MarkDirty("/", parts.clock.NowMs());
  }
  parts.last_backup.restored_entries = *entries;
  parts.last_backup.restore_took_ms = ToMillis(parts.clock.Monotonic()) - began_ms;
  LOG_INFO("master: backup restored uri={} entries={}", uri, *entries);
  return OkStatus();
}

}  // namespace alluxio::master
