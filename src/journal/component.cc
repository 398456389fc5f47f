#include "base/check.h"
#include "journal/journal.h"

namespace alluxio::journal {

std::string_view ComponentName(Component component) {
  switch (component) {
    case Component::kFileSystem:
      return "FileSystemMaster";
    case Component::kBlock:
      return "BlockMaster";
    case Component::kMeta:
      return "MetaMaster";
  }
  CHECK(false) << "unknown component " << static_cast<int>(component);
  return "";
}

}  // namespace alluxio::journal
