// StatusText and BlockText: the full records that stat shows, in Alluxio's form.
#pragma once

#include <string>

#include "model/block_info.h"
#include "model/file_info.h"

namespace alluxio::cli {

// "URIStatus{info=FileInfo{fileId=..., ...}, cacheContext=null}"
std::string StatusText(const FileInfo& file);
// "BlockInfo{id=..., length=..., locations=[...]}"
std::string BlockText(const BlockInfo& block);

}  // namespace alluxio::cli
