// StoreUri: the address of a remote store taken apart. Immutable.
#pragma once

#include <string>

#include "base/result.h"

namespace alluxio::ufs {

struct StoreUri {
  std::string scheme;     // "s3", lower case
  std::string user;       // before an "@": the container of "abfs://container@host/..."
  std::string authority;  // bucket, or host and port; may be empty ("hdfs:///a")
  std::string path;       // clean, without slashes at its ends; "" is the root

  // INVALID_ARGUMENT unless it is "scheme://authority/path" without "." and "..".
  static Result<StoreUri> Parse(const std::string& uri);
  // What the Ufs calls its root: without a trailing slash.
  std::string Text() const;
  std::string host() const { return authority.substr(0, authority.find(':')); }
};

}  // namespace alluxio::ufs
