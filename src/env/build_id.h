// BuildId: which program this is, down to the last byte of it.
#pragma once

#include <string>

namespace alluxio {

// The build id that the linker wrote into the running program (ELF, NT_GNU_BUILD_ID), as it is;
// empty when it has none. Thread-safe.
const std::string& BuildId();

}  // namespace alluxio
