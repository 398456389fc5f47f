// RunLogLevel: the tool "alluxio logLevel": tells or changes how much running servers log.
#pragma once

#include <string>
#include <vector>

#include "cli/option_parser.h"
#include "cli/printer.h"
#include "conf/configuration.h"

namespace alluxio::cli {

// One server whose level is asked for.
struct LogTarget {
  std::string host;
  int web_port = 0;
  std::string role;  // "master", "worker", "job_master", "job_worker"
  bool default_target = false;  // nobody asked for it: it may be absent
  std::string Name() const;     // "host:19999[master]"
};

std::vector<Option> LogLevelOptions();

// A target of the form host:port or host:port:role; INVALID_ARGUMENT with what is accepted.
Result<LogTarget> ParseLogTarget(const std::string& text, const conf::Configuration& conf);

// The line 2.9 shows of a server's answer: LogInfo{INFO, logger, message}.
Result<std::string> LogInfoText(const std::string& json);

int RunLogLevel(const std::vector<std::string>& words, conf::Configuration& conf,
                Printer& printer);

}  // namespace alluxio::cli
