// UfsTrials: what runUfsTests tries, one function an operation.
#pragma once

#include <span>
#include <string>

#include "base/status.h"
#include "ufs/ufs.h"

namespace alluxio::cli {

struct UfsTrial {
  const char* name;
  // Works in the folder `folder` of `ufs`, which is there and empty. An error says what was wrong.
  Status (*run)(ufs::Ufs& ufs, const std::string& folder);
};

// In the order they are run.
std::span<const UfsTrial> UfsTrials();

}  // namespace alluxio::cli
