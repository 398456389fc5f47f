#include "master/block/record_pool.h"

#include <cstring>

namespace alluxio::master {

char* RecordPool::Take() {
  if (free_ == nullptr) return memory_.Take();
  char* unit = free_;
  std::memcpy(&free_, unit, sizeof(free_));
  std::memset(unit, 0, kUnitBytes);
  return unit;
}

void RecordPool::Give(char* unit) {
  std::memcpy(unit, &free_, sizeof(free_));
  free_ = unit;
}

void RecordPool::Clear() {
  memory_.Clear();
  free_ = nullptr;
}

}  // namespace alluxio::master
