#include "journal/ufs/format_journal.h"

#include "base/log.h"
#include "journal/ufs/journal_names.h"

namespace alluxio::journal {
namespace {

constexpr char kJobMaster[] = "JobMaster";  // src/job/master/command_store.h
// Beside the component folders, where Java does not look.
constexpr char kLockKey[] = ".alluxio-master.lock";

Status EmptyFolder(ufs::Ufs& ufs, const std::string& folder) {
  ufs::UfsListOptions options;
  do {
    ASSIGN_OR_RETURN(ufs::UfsListing page, ufs.List(folder, options));
    for (const ufs::UfsStatus& status : page.entries) {
      RETURN_IF_ERROR(status.is_directory ? ufs.DeleteDirectory(status.key, /*recursive=*/true)
                                          : ufs.DeleteFile(status.key));
    }
    options.page = page.next_page;
  } while (!options.page.empty());
  return OkStatus();
}

}  // namespace

ufs::UfsOpenOptions JournalStoreOptions(const conf::Configuration& conf) {
  ufs::UfsOpenOptions options;
  for (auto& [name, value] : conf.Below("alluxio.master.journal.ufs.option.")) {
    options.properties[name] = value;
  }
  return options;
}

Status FormatJournal(ufs::Ufs& ufs, const Clock& clock) {
  ufs::UfsCreateOptions folder_options{.mode = Mode{0755}};
  RETURN_IF_ERROR(ufs.MakeDirectory("", folder_options));
  ASSIGN_OR_RETURN(std::shared_ptr<void> lock, LockJournal(ufs));
  for (std::string_view component : kFormattedComponents) {
    std::string folder = FolderOf(component);
    RETURN_IF_ERROR(ufs.MakeDirectory(folder, folder_options));
    RETURN_IF_ERROR(EmptyFolder(ufs, folder));
    std::string marker = folder + "/" + std::string(kFormatPrefix) +
                         std::to_string(clock.NowMs());
    ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer, ufs.Create(marker, {}));
    RETURN_IF_ERROR(writer->Commit().status());
  }
  Status jobs = ufs.DeleteDirectory(kJobMaster, /*recursive=*/true);
  return jobs.Is(StatusCode::kNotFound) ? OkStatus() : jobs;
}

Status CheckJournalFormatted(ufs::Ufs& ufs) {
  for (Component component : kComponents) {
    RETURN_IF_ERROR(CheckFormatted(ufs, ComponentName(component)));
  }
  return OkStatus();
}

Result<std::shared_ptr<void>> LockJournal(ufs::Ufs& ufs) {
  Result<std::shared_ptr<void>> lock = ufs.Lock(kLockKey);
  if (lock.status().Is(StatusCode::kFailedPrecondition)) {
    return FailedPrecondition("Journal " + ufs.root() +
                              " is in use by another master process; only one may own it");
  }
  if (lock.status().Is(StatusCode::kUnimplemented)) {
    LOG_INFO("journal: the store has no locks, nobody keeps a second master off folder={}",
             ufs.root());
    return std::shared_ptr<void>();
  }
  if (lock.status().Is(StatusCode::kNotFound)) {
    return FailedPrecondition("Journal " + ufs.root() + " has not been formatted! Run \"alluxio " +
                              "formatMasters\" for a new cluster");
  }
  return lock;
}

}  // namespace alluxio::journal
