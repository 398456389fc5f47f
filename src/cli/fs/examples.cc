#include "cli/fs/examples.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace alluxio::cli {
namespace {

struct Example {
  std::string_view command;
  const char* words;
};

// Sorted by command; several lines of one command are shown in this order.
constexpr Example kExamples[] = {
    {"cat", "cat /logs/today.txt"},
    {"cat", "cat '/logs/*.txt'"},
    {"checkConsistency", "checkConsistency -r /data"},
    {"checksum", "checksum /data/part-0"},
    {"chgrp", "chgrp -R analysts /data"},
    {"chmod", "chmod -R 750 /data"},
    {"chmod", "chmod u+x,go-w /data/run.sh"},
    {"chown", "chown -R ann:analysts /data"},
    {"copyFromLocal", "copyFromLocal ./table.parquet /data/"},
    {"copyFromLocal", "copyFromLocal --thread 8 ./tables /data"},
    {"copyToLocal", "copyToLocal /data/table.parquet ."},
    {"count", "count -h /data"},
    {"cp", "cp -R /data /backup"},
    {"cp", "cp file:///tmp/a.txt alluxio://master:19998/a.txt"},
    {"distributedCp", "distributedCp /data /backup"},
    {"distributedLoad", "distributedLoad --replication 2 /data/hot"},
    {"distributedLoad", "distributedLoad --async --hosts worker1,worker2 /data/hot"},
    {"distributedMv", "distributedMv /data/old /archive/old"},
    {"du", "du -h -s /data"},
    {"free", "free /data/old"},
    {"getCapacityBytes", "getCapacityBytes"},
    {"getSyncPathList", "getSyncPathList"},
    {"getUsedBytes", "getUsedBytes"},
    {"getfacl", "getfacl /data"},
    {"head", "head -c 4KB /data/table.csv"},
    {"help", "help ls"},
    {"leader", "leader"},
    {"load", "load /data/hot"},
    {"load", "load --local /data/hot"},
    {"loadMetadata", "loadMetadata -R -F /data"},
    {"location", "location /data/part-0"},
    {"ls", "ls -R -h /data"},
    {"ls", "ls --sort size -r /data"},
    {"masterInfo", "masterInfo"},
    {"mkdir", "mkdir /data/2026 /data/2027"},
    {"mount", "mount"},
    {"mount", "mount --readonly /nas /mnt/nas/tables"},
    {"mount", "mount --option s3a.accessKeyId=<id> --option s3a.secretKey=<key> /s3 s3://bucket"},
    {"mv", "mv /data/part-0 /data/part-1"},
    {"needsSync", "needsSync /s3/tables"},
    {"persist", "persist /data/result"},
    {"pin", "pin /data/hot"},
    {"pin", "pin /data/hot MEM SSD"},
    {"rm", "rm /data/part-0"},
    {"rm", "rm -R /data/old"},
    {"rm", "rm -R --alluxioOnly /data/old"},
    {"setReplication", "setReplication -R --min 2 --max 3 /data/hot"},
    {"setTtl", "setTtl --action free /data/tmp 1d"},
    {"setfacl", "setfacl -m user:ann:r-x /data"},
    {"setfacl", "setfacl -b /data"},
    {"startSync", "startSync /data"},
    {"stat", "stat /data/part-0"},
    {"stat", "stat -f %z /data/part-0"},
    {"stopSync", "stopSync /data"},
    {"syncDirNextTime", "syncDirNextTime true /data"},
    {"tail", "tail -c 4KB /logs/today.txt"},
    {"test", "test -d /data && echo it is a directory"},
    {"touch", "touch /data/_SUCCESS"},
    {"unmount", "unmount /s3"},
    {"unpin", "unpin /data/hot"},
    {"unsetTtl", "unsetTtl /data/tmp"},
    {"updateMount", "updateMount --readonly /nas"},
};

}  // namespace

void AddExamples(std::vector<Command>* commands) {
  for (Command& command : *commands) {
    auto [first, last] = std::equal_range(
        std::begin(kExamples), std::end(kExamples), Example{command.name, ""},
        [](const Example& a, const Example& b) { return a.command < b.command; });
    for (auto example = first; example != last; ++example) {
      command.examples.push_back(std::string("alluxio fs ") + example->words);
    }
  }
}

}  // namespace alluxio::cli
