#include "master/sync/directory_id_supply.h"

#include "master/block/block_master.h"
#include "master/tree/directory_ids.h"

namespace alluxio::master {

Status DirectoryIdSupply::Ensure(OpContext& context, size_t count) {
  if (ids_.left() >= static_cast<int64_t>(count)) return OkStatus();
  ASSIGN_OR_RETURN(int64_t container, blocks_.NewContainerId(context));
  EditContext edits(ledger_, context);
  edits.Record(DirectoryIds::StartContainerEdit(container));
  return OkStatus();
}

}  // namespace alluxio::master
