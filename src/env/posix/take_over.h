// TakeOver of a file of the machine; see Disk::TakeOver.
#pragma once

#include <string>

#include "env/disk.h"
#include "env/posix/descriptor.h"

namespace alluxio {

// Who has a file open or mapped is asked by a write lease of the kernel (fcntl F_SETLEASE), which
// it grants only on a file that nobody else has open; a mapping counts as an open file.
class FileTakeOver {
 public:
  static Result<Overwrite> Run(const std::string& path, int64_t length);
  // Without the mapping: the file, open for reading and writing.
  static Result<Descriptor> Claim(const std::string& path, int64_t length);
};

}  // namespace alluxio
