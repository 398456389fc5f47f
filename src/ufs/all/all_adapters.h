// AllAdapters: the under stores this build can open, by URI scheme.
//
//   "/data", "file:///data"   a local or NAS folder
//
// An Ufs is opened anew on each call; nothing is cached here. Thread-safe.
#pragma once

#include <memory>

#include "ufs/ufs.h"

namespace alluxio::ufs {

class AllAdapters {
 public:
  // INVALID_ARGUMENT, naming the scheme and those that are served, for any other URI.
  static std::unique_ptr<UfsFactory> Create();
};

}  // namespace alluxio::ufs
