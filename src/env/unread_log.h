// OpenUnreadLog: a log on the machine's disk that nobody reads before it is closed.
//
// What is appended where room was made is kept in memory until Sync(), and then goes past the page
// cache, which is quicker. A file opened by Disk for appending is the same in every other way.
#pragma once

#include <memory>
#include <string>

#include "env/disk.h"

namespace alluxio {

// NOT_FOUND when it is not there; what is appended goes behind what it holds.
Result<std::unique_ptr<WritableFile>> OpenUnreadLog(const std::string& path);

}  // namespace alluxio
