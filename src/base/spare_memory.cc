#include "base/spare_memory.h"

#include <malloc.h>

// The servers have tcmalloc linked in; other programs do not.
extern "C" void MallocExtension_ReleaseFreeMemory() __attribute__((weak));

namespace alluxio {

void GiveBackSpareMemory() {
  if (MallocExtension_ReleaseFreeMemory != nullptr) {
    MallocExtension_ReleaseFreeMemory();
  } else {
    ::malloc_trim(0);
  }
}

}  // namespace alluxio
