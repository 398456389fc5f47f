// LocalUfs: a folder of this machine, or of a NAS mounted on it, as an under store.
//
// Files are written under a hidden name in their folder and renamed when committed; names that
// begin with kHiddenPrefix are never listed and cannot be keys. A crash may leave such a file.
// Symbolic links are followed, also when they lead out of the root: whoever may make links in the
// under store decides what it holds. Rename checks its target before it acts, so two renames to one
// target at the same time may replace each other's file.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "env/disk.h"
#include "env/rng.h"
#include "ufs/ufs.h"

namespace alluxio::ufs {

struct LocalUfsOptions {
  bool read_only = false;  // then every change is PERMISSION_DENIED
  Disk* disk = nullptr;    // the machine's unless given; outlives the Ufs
  Rng* rng = nullptr;      // the same
};

class LocalUfs {
 public:
  static constexpr std::string_view kHiddenPrefix = ".alluxio-tmp-";

  // `folder` is an absolute clean path. It need not exist: calls answer NOT_FOUND until it does,
  // and MakeDirectory("") makes it.
  static std::shared_ptr<Ufs> Open(const std::string& folder, const LocalUfsOptions& options);
};

}  // namespace alluxio::ufs
