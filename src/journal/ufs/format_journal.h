// Formatting a journal folder: empties it and marks every component as formatted.
#pragma once

#include "base/status.h"
#include "conf/configuration.h"
#include "env/clock.h"
#include "ufs/ufs.h"

namespace alluxio::journal {

// The folders Alluxio 2.9 expects, whether we keep entries in them or not.
inline constexpr std::string_view kFormattedComponents[] = {
    "BlockMaster",   "FileSystemMaster", "JournalMaster", "MetaMaster",
    "MetricsMaster", "TableMaster",      "ThrottleMaster"};

// What the store of the journal folder is opened with: alluxio.master.journal.ufs.option.*.
ufs::UfsOpenOptions JournalStoreOptions(const conf::Configuration& conf);

// Deletes everything under each <Component>/v1, and what job masters keep (JobMaster), and writes a
// fresh marker. `ufs` is opened at the
// journal folder, which is made when missing. FAILED_PRECONDITION while a master owns the folder.
Status FormatJournal(ufs::Ufs& ufs, const Clock& clock);

// OK when all components a master needs carry a marker; FAILED_PRECONDITION otherwise.
Status CheckJournalFormatted(ufs::Ufs& ufs);

// Holds the folder for this process; FAILED_PRECONDITION when another process does. Null where the
// store has no locks.
Result<std::shared_ptr<void>> LockJournal(ufs::Ufs& ufs);

}  // namespace alluxio::journal
