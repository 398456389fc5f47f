#include "cli/admin/worker_addresses.h"

#include <algorithm>

#include "cli/units.h"

namespace alluxio::cli {

Result<std::vector<WorkerAddress>> WorkerAddressesOf(const std::string& text, int default_port) {
  std::vector<WorkerAddress> addresses;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = std::min(text.find(',', begin), text.size());
    std::string part = text.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty()) continue;
    size_t colon = part.rfind(':');
    WorkerAddress address{part.substr(0, colon), default_port};
    if (colon != std::string::npos) {
      ASSIGN_OR_RETURN(address.web_port, ParseNumber(part.substr(colon + 1)));
    }
    addresses.push_back(std::move(address));
  }
  if (addresses.empty()) return InvalidArgument("Worker addresses must be specified");
  return addresses;
}

}  // namespace alluxio::cli
