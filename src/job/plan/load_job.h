// The request of "fs load --submit": alluxio.job.LoadJobRequest of Alluxio 2.9.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace alluxio::job {

struct LoadJobBytes {
  std::string path;
  std::string options;  // a LoadJobPOptions, serialized
};

// FAILED_PRECONDITION for a request of another class.
Result<LoadJobBytes> ReadLoadJob(std::string_view java);
std::string WriteLoadJob(const LoadJobBytes& job);

}  // namespace alluxio::job
