// PrintMountTable: mount points as "fs mount" and "fsadmin report ufs" show them.
#pragma once

#include <map>
#include <string>

#include "cli/printer.h"
#include "model/fs_options.h"

namespace alluxio::cli {

// A line for each, in columns.
void PrintMountTable(const std::map<std::string, MountPointInfo>& table, Printer& printer);

}  // namespace alluxio::cli
