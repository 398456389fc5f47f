// FileJson: a file or directory as one JSON object on one line, for --json.
#pragma once

#include <string>

#include "model/file_info.h"

namespace alluxio::cli {

std::string FileJson(const FileInfo& file);

}  // namespace alluxio::cli
