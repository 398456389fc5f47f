// HdfsListing: the entries below a folder of HDFS in the order of their keys.
//
// One level is streamed from the name node. A recursive listing reads each folder whole when its
// turn comes and keeps what is still to come (ListOrder() of ufs/ufs.h is the plain key here, which
// a walk folder by folder does not follow: "a-b" is between "a" and "a/b"). Thread-compatible.
#pragma once

#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "ufs/opendal/bridge.h"
#include "ufs/ufs.h"

namespace alluxio::ufs {

class HdfsListing {
 public:
  // `bridge` outlives this. `root` is the path that keys are relative to, without a slash at its
  // end. Entries after `after` are listed.
  HdfsListing(BridgeStore& bridge, std::string root, bool recursive, std::string after)
      : bridge_(bridge), root_(std::move(root)), recursive_(recursive), after_(std::move(after)) {}

  // Before the first Next(). FAILED_PRECONDITION when `key` is a file.
  Status Start(const std::string& key);
  // Appends up to `limit` entries; fewer mean the end.
  Status Next(size_t limit, std::vector<UfsStatus>* entries);
  bool done() const { return lister_ == nullptr && pending_.empty(); }

 private:
  struct Later {
    bool operator()(const UfsStatus& a, const UfsStatus& b) const { return a.key > b.key; }
  };

  // Moves a page of the open folder to pending_.
  Status Fetch(size_t limit);
  Status Enter(const std::string& key);

  BridgeStore& bridge_;
  const std::string root_;
  const bool recursive_;
  const std::string after_;
  std::string folder_;
  std::unique_ptr<BridgeLister> lister_;  // null when the open folder has been read
  std::priority_queue<UfsStatus, std::vector<UfsStatus>, Later> pending_;
};

// Names that begin so are files under way: never listed, and no keys.
inline constexpr std::string_view kHdfsHiddenPrefix = ".alluxio-tmp-";

UfsStatus HdfsStatusOf(std::string key, const BridgeEntry& entry);

}  // namespace alluxio::ufs
