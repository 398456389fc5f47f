// A connected pair of sockets for the rows that measure the machine alone.
#pragma once

#include "base/status.h"

namespace alluxio::bench {

// Of loopback TCP, without Nagle's delay.
Status ConnectPair(int* one, int* two);

}  // namespace alluxio::bench
