// Which backups of a folder are deleted when only the newest are kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/status.h"

namespace alluxio::ufs {
class Ufs;
}

namespace alluxio::master {

// When the backup of this file name was taken: "alluxio-backup-2024-07-02-1719878400000.gz".
// Nothing for any other name.
std::optional<int64_t> BackupTime(const std::string& name);

// Deletes all backups in the folder, with their marks, but the newest `keep`. Other files stay.
Status DeleteOldBackups(ufs::Ufs& folder, int keep);

}  // namespace alluxio::master
