// FsParts: the pieces of the master that operations work on. Not owned; all of them outlive it.
#pragma once

#include "master/ops/fs_settings.h"

namespace alluxio {
class Rng;
}  // namespace alluxio

namespace alluxio::master {

class BlockMaster;
class DirectoryIds;
class InodeTree;
class ListingCache;
class MountTable;
class PathLocks;
class PathSync;
class PermissionChecker;
class PersistSchedule;
class StoreEdits;
class StoreRepairs;
struct Ledger;

struct FsParts {
  Ledger* ledger = nullptr;
  InodeTree* tree = nullptr;
  DirectoryIds* directory_ids = nullptr;
  PathLocks* locks = nullptr;
  MountTable* mounts = nullptr;
  BlockMaster* blocks = nullptr;
  PermissionChecker* access = nullptr;
  PathSync* sync = nullptr;
  PersistSchedule* persists = nullptr;
  StoreEdits* store_edits = nullptr;
  StoreRepairs* repairs = nullptr;
  ListingCache* listing_cache = nullptr;  // null: every listing is written anew
  Rng* rng = nullptr;                     // mount ids
  FsSettings settings;
};

}  // namespace alluxio::master
