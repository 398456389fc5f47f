// RunTests: writes and reads files with every combination of operation, read type and write type
// against the running cluster, as "alluxio runTests" does.
#pragma once

#include <string>
#include <vector>

#include "cli/printer.h"
#include "client/fs/file_system.h"

namespace alluxio::cli {

// [--directory <dir>] [--operation <op>] [--readType <type>] [--writeType <type>]
// [--workers <host:port,...>]. The exit code: the number of tests that failed.
int RunTests(const std::vector<std::string>& words, client::FileSystem& fs, Printer& printer);

}  // namespace alluxio::cli
