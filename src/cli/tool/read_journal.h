// RunReadJournal: writes a journal folder as text:
//
//   readJournal [-help] [-master FileSystemMaster] [-start 0] [-end <number>]
//               [-inputDir <journal folder>] [-outputDir ./journal_dump-<ms>]
#pragma once

#include <string>
#include <vector>

#include "cli/printer.h"
#include "conf/configuration.h"
#include "ufs/ufs.h"

namespace alluxio::cli {

// The exit code: 0, or -1 for bad usage and for a journal that cannot be read.
int RunReadJournal(const std::vector<std::string>& words, const conf::Configuration& conf,
                   ufs::UfsFactory& factory, Printer& printer);

}  // namespace alluxio::cli
