// ToProto for UfsBlock, used by both files that send it.
#pragma once

#include "stub/block_streams.h"

namespace alluxio::proto::dataserver {
class OpenUfsBlockOptions;
}

namespace alluxio::stub {

// Presence is meaning: a block that is nowhere in the under store gives an empty message.
void ToProto(const UfsBlock& ufs, proto::dataserver::OpenUfsBlockOptions* out);

}  // namespace alluxio::stub
