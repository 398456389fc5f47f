// RecordPool: the memory of BlockRecords, in units of 64 records that lie in HugeSlabs.
//
// Arrays that grow in steps come and go; made of units of one size they leave no holes behind, and
// what one of them gives back is what the next one takes. Nothing goes back to the system before
// Clear. Thread-compatible.
#pragma once

#include <cstddef>

#include "base/huge_slabs.h"

namespace alluxio::master {

class RecordPool {
 public:
  static constexpr size_t kRecordBytes = 13;
  static constexpr size_t kUnitRecords = 64;
  static constexpr size_t kUnitBytes = kUnitRecords * kRecordBytes;  // 13 cache lines

  // A zeroed unit.
  char* Take();
  void Give(char* unit);
  // Every unit is to have been given back.
  void Clear();

 private:
  HugeSlabs memory_{kUnitBytes};
  char* free_ = nullptr;  // the address of the next one lies in each
};

}  // namespace alluxio::master
