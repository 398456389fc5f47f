// DirectoryIdSupply: sees to it that directories which are about to be recorded have ids.
//
// A container of ids comes from the block master, which may have to wait for the disk. That has to
// be over before an operation records its first edit (journal.h, BeginTogether). Once in 16
// million directories. Thread-compatible; the caller holds the tree lock exclusively.
#pragma once

#include <cstddef>

#include "base/status.h"
#include "master/state/edit_context.h"

namespace alluxio::master {

class BlockMaster;
class DirectoryIds;

class DirectoryIdSupply {
 public:
  DirectoryIdSupply(const DirectoryIds& ids, BlockMaster& blocks, Ledger& ledger)
      : ids_(ids), blocks_(blocks), ledger_(ledger) {}

  // Afterwards `count` ids are left in the container. WouldBlock() when that takes the disk and
  // the context may not wait.
  Status Ensure(OpContext& context, size_t count);

 private:
  const DirectoryIds& ids_;
  BlockMaster& blocks_;
  Ledger& ledger_;
};

}  // namespace alluxio::master
