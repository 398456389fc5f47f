// HdfsUfs: a folder of HDFS as a Ufs, by its own protocol or by WebHDFS.
//
// A file is written under a hidden name in its folder and renamed when it is committed; a crash may
// leave such a file. A commit is as durable as HDFS makes a closed file: in the memory of its data
// nodes, or on their disks with UfsCreateOptions::sync or `dfs.datanode.synconclose`. Logs are in
// hdfs_log.h; the web interface has none, as it syncs no open files. Free space is not known.
#pragma once

#include <memory>
#include <string>

#include "env/rng.h"
#include "ufs/opendal/bridge.h"
#include "ufs/ufs.h"

namespace alluxio::ufs {

struct HdfsUfsOptions {
  std::string root;         // the URI, without a trailing slash
  std::string folder;       // its path, "" or "/a/b"
  bool read_only = false;   // then every change is PERMISSION_DENIED
  // The bridge's readers look at the file again at each read, so it need not be asked at open.
  bool bound_reads = false;
  Rng* rng = nullptr;       // the machine's unless given; outlives the Ufs
};

class HdfsUfs {
 public:
  static std::shared_ptr<Ufs> Open(std::unique_ptr<BridgeStore> bridge, HdfsUfsOptions options);
};

}  // namespace alluxio::ufs
