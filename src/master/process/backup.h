// Backups of a master: the whole state as journal entries in one gzip file, in the form of Alluxio
// 2.9 (docs/format/journal.md), written to the root under store or to this host, and read back into
// an empty journal.
#pragma once

#include <string>

#include "base/result.h"
#include "master/service/backup_desk.h"

namespace alluxio::master {

struct MasterParts;

// Edits go on meanwhile. An error leaves no file.
Result<BackupDone> TakeBackup(MasterParts& parts, const BackupWish& wish);

// One into alluxio.master.backup.directory; then all but the newest `keep` there, by the time in
// their names, are deleted.
Status TakeDailyBackup(MasterParts& parts, int keep);

// FAILED_PRECONDITION when an earlier restore into this journal did not end: what it left must
// not be served. To be asked before anything else is done with the journal.
Status CheckNoRestoreBegun(MasterParts& parts);

// alluxio.master.journal.init.from.backup, when it is set: applies and journals every entry. The
// journal holds nothing but what a takeover has written, and this master may append to it. On an
// error part of the backup is in the journal, which CheckNoRestoreBegun() then refuses.
Status RestoreBackup(MasterParts& parts);

}  // namespace alluxio::master
