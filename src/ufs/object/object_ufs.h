// ObjectUfs: folders, renames and recursive deletes over the flat keys of an object store, laid out
// as Alluxio 2.9 does: a folder is an empty object "folder/" (its marker) or whatever has that
// prefix.
//
// What an object store is not asked: Create() does not look whether a folder of that name exists
// or a file above it, and makes no parents (make_parents), so that a new file is one request; a
// rename does not need the parent of its target. A folder without a marker is gone with its last
// file. Modes and owners are not kept: setting them does nothing. There are no logs and no locks.
#pragma once

#include <memory>
#include <string>

#include "env/clock.h"
#include "ufs/object/flat_store.h"
#include "ufs/ufs.h"

namespace alluxio::ufs {

struct ObjectUfsOptions {
  std::string type;           // "s3", "gcs" ...: Alluxio's token
  std::string root;           // the URI, without a trailing slash
  bool read_only = false;     // then every change is PERMISSION_DENIED
  bool make_parents = false;  // a new file makes the markers of the folders above it
  Mode mode{0700};            // of everything
  Clock* clock = nullptr;     // the machine's unless given; outlives the Ufs
};

class ObjectUfs {
 public:
  static std::shared_ptr<Ufs> Open(std::unique_ptr<FlatStore> store, ObjectUfsOptions options);
};

}  // namespace alluxio::ufs
