// ListStatus: a listing as a stream of messages.
//
// A listing that fits one message is made inline and sent when it is durable. A longer one runs on
// the blocking executor, which sends the next message when the transport has taken the last, so a
// slow client costs one thread and one message of memory.
#pragma once

#include <string>

#include "master/service/service_parts.h"

namespace alluxio::master {

void AddListStatus(const ServiceParts& parts, rpc::MethodTable* table, const std::string& path);

}  // namespace alluxio::master
