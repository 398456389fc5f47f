// The progress of a load job, in the two forms of Alluxio 2.9.
#pragma once

#include <string>

#include "master/jobs/load_job_table.h"
#include "master/jobs/load_run.h"

namespace alluxio::master {

struct LoadReport {
  LoadJob job;
  LoadCounts counts;
  int64_t elapsed_ms = 0;
  std::string failure;  // of the job; "" = none
};

// "RUNNING", "VERIFYING", "STOPPED", "SUCCEEDED", "FAILED"
std::string StateText(const LoadReport& report);
std::string ReportText(const LoadReport& report, bool verbose);
std::string ReportJson(const LoadReport& report, bool verbose);

}  // namespace alluxio::master
