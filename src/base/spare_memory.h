// What the allocator keeps for later goes back to the system.
#pragma once

namespace alluxio {

// For after something that took much memory for a while, such as a replay. Takes milliseconds.
void GiveBackSpareMemory();

}  // namespace alluxio
