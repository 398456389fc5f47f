// OpendalUfs: every remote store, by its URI. The table of schemes is in opendal_ufs.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ufs/ufs.h"

namespace alluxio::ufs {

class OpendalUfs {
 public:
  // Is `scheme` ("s3") served here?
  static bool Serves(const std::string& scheme);
  // In the order of the table, for messages.
  static std::vector<std::string> Schemes();
  // INVALID_ARGUMENT with scheme, bucket and property for settings that are missing or wrong.
  static Result<std::shared_ptr<Ufs>> Open(const std::string& uri, const UfsOpenOptions& options);
};

}  // namespace alluxio::ufs
