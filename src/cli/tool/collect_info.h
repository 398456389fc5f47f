// RunCollectInfo: the tool "alluxio collectInfo --local": what one host tells of its part of a
// cluster, without credentials, as one tar.gz. bin/alluxio asks every host.
#pragma once

#include <string>
#include <vector>

#include "cli/option_parser.h"
#include "cli/printer.h"
#include "conf/configuration.h"

namespace alluxio::cli {

std::vector<Option> CollectInfoOptions();

// `words`: options, a command and the folder for the tarball; "-" writes it to standard output and
// everything else to the error stream.
int RunCollectInfo(const std::vector<std::string>& words, conf::Configuration& conf,
                   Printer& printer);

}  // namespace alluxio::cli
