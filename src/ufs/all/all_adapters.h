// AllAdapters: the under stores this build can open, by URI scheme.
//
//   "/data", "file:///data"   a local or NAS folder
//   "s3://", "hdfs://" ...    every scheme of ufs/opendal
//
// An Ufs is opened anew on each call; nothing is cached here. Thread-safe.
#pragma once

#include <memory>

#include "conf/configuration.h"
#include "ufs/ufs.h"

namespace alluxio::ufs {

class AllAdapters {
 public:
  // Open() is INVALID_ARGUMENT for any other URI, naming the scheme and those that are served.
  // The options of a mount go over the properties of `conf`, which is not kept.
  static std::unique_ptr<UfsFactory> Create(const conf::Configuration& conf);
  // Without site properties.
  static std::unique_ptr<UfsFactory> Create();
};

}  // namespace alluxio::ufs
