// UfsUri: an under-store address taken apart, so that addresses compare as places do.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace alluxio::master {

struct UfsUri {
  std::string root;  // "hdfs://host:9000", "s3://bucket", "" for local files
  std::string path;  // clean and absolute

  // INVALID_ARGUMENT for an empty or relative text. "file:///a", "file:/a" and "/a" are one place.
  static Result<UfsUri> Parse(std::string_view text);
  // Equal to or below `other`?
  bool IsSameOrBelow(const UfsUri& other) const;
  // The key of `this` relative to `base`; needs IsSameOrBelow(base).
  std::string KeyBelow(const UfsUri& base) const;
  std::string Text() const;       // root + path
  std::string StoreText() const;  // root + "/": what an under-store mode is kept for
};

// Can stores of this scheme only be read, whoever mounts them?
bool TakesNoWrites(std::string_view uri);

}  // namespace alluxio::master
