// RareFields as a checkpoint's Inode, for rows of a bounded store and for flat images: nobody but
// this process, or one of the same build, reads it. Room-internal.
#pragma once

#include "master/tree/inode_store.h"

namespace alluxio::proto::meta {
class Inode;
}

namespace alluxio::master {

// The message is empty.
void RareToProto(const RareFields& rare, ::alluxio::proto::meta::Inode* proto);
void RareFromProto(const ::alluxio::proto::meta::Inode& proto, RareFields* rare);

}  // namespace alluxio::master
