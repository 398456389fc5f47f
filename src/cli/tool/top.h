// RunTop: the tool "alluxio top" (and "alluxio fs top"): what a cluster does right now, in a
// terminal or for a script.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/option_parser.h"
#include "cli/printer.h"
#include "conf/configuration.h"
#include "stub/meta_master_client.h"
#include "stub/metrics_master_client.h"

namespace alluxio::cli {

std::vector<Option> TopOptions();

// What was read of a cluster at one moment.
struct TopReading {
  stub::MasterInfo master;
  std::map<std::string, stub::MetricReading> metrics;
  double at_seconds = 0;  // monotonic
};

// The lines of one picture, from two readings.
std::vector<std::string> TopLines(const TopReading& before, const TopReading& now);

// `live`: standard output is a terminal, so each picture is drawn over the one before.
int RunTop(const std::vector<std::string>& words, conf::Configuration& conf, bool live,
           Printer& printer);

}  // namespace alluxio::cli
