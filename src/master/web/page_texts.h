// Pieces that several pages of a master have in common.
#pragma once

#include <string>

#include "base/json_text.h"
#include "model/file_info.h"
#include "model/worker_info.h"

namespace alluxio::master {

inline constexpr char kPageDate[] = "MM-dd-yyyy HH:mm:ss:SSS";  // as `ls` prints times

// A UIFileInfo, as one JSON value.
void WriteFile(const FileInfo& file, JsonText* json);
// An entry of normalNodeInfos.
void WriteWorker(const WorkerInfo& worker, int64_t now_ms, JsonText* json);
// "host:19998" -> {"host":"host","rpcPort":19998}
void WriteAddress(const std::string& address, JsonText* json);
// The host of "host:19998" with the web port, which all masters have in common.
std::string WebAddressOf(const std::string& address, int web_port);
// Whole percents, 0 when there is nothing.
int64_t Percent(int64_t part, int64_t whole);

}  // namespace alluxio::master
