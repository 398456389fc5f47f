// FormatMaster and FormatWorker: empty what a master or worker keeps, before its first start.
#pragma once

#include "base/status.h"
#include "cli/printer.h"
#include "conf/configuration.h"
#include "env/disk.h"
#include "ufs/ufs.h"

namespace alluxio::cli {

// Empties the journal folder and marks it as formatted. FAILED_PRECONDITION while a master owns
// it, and for a journal that is not of type UFS.
Status FormatMaster(const conf::Configuration& conf, ufs::UfsFactory& factory, Printer& printer);

// Empties the data folder of every directory of every tier and makes it with its permissions.
Status FormatWorker(const conf::Configuration& conf, Disk& disk, Printer& printer);

}  // namespace alluxio::cli
