// InfosGot: how many files and folders clients were told about, "Master.FileInfosGot" of 2.9.
#pragma once

#include "metrics/registry.h"

namespace alluxio::master {

inline metrics::Counter& InfosGot() {
  static metrics::Counter& counter = metrics::Registry::Process().counter("Master.FileInfosGot");
  return counter;
}

}  // namespace alluxio::master
