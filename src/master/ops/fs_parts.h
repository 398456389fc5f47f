// FsParts: the pieces of the master that operations work on. Not owned; all of them outlive it.
#pragma once

#include "master/ops/fs_settings.h"

namespace alluxio {
class Clock;
class Rng;
}  // namespace alluxio

namespace alluxio::master {

class BlockMaster;
class InodeTree;
class MountTable;
class PathLocks;
class PathSync;
class PermissionChecker;
class RetryCache;

struct FsParts {
  InodeTree* tree = nullptr;
  PathLocks* locks = nullptr;
  MountTable* mounts = nullptr;
  BlockMaster* blocks = nullptr;
  PermissionChecker* access = nullptr;
  PathSync* sync = nullptr;
  RetryCache* retries = nullptr;
  Clock* clock = nullptr;
  Rng* rng = nullptr;
  FsSettings settings;
};

}  // namespace alluxio::master
