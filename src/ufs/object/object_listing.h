// ObjectListing: the objects below a folder as the files and folders that a Ufs lists.
//
// A folder that is only implied ("a/b" without a marker "a/") is listed once, in its place of the
// order (ListOrder() of ufs/ufs.h). Of a file and a folder of one name the file is listed. Objects
// whose names are no keys ("a//b", "../x") are left out: nothing could be done with them.
// Thread-compatible.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "ufs/object/flat_store.h"
#include "ufs/ufs.h"

namespace alluxio::ufs {

struct ObjectListingOptions {
  std::string folder;  // path: "" or ends with "/"
  bool recursive = false;
  std::string after;   // ListOrder() of the last entry of the page before, "" = none
  Mode mode;           // of what is listed: the store keeps none
};

class ObjectListing {
 public:
  ObjectListing(std::unique_ptr<FlatListing> objects, ObjectListingOptions options)
      : objects_(std::move(objects)), options_(std::move(options)), last_(options_.after) {}

  // Appends up to `limit` entries; fewer mean the end. UNKNOWN when the store does not keep to the
  // order.
  Status Next(size_t limit, std::vector<UfsStatus>* entries);
  bool done() const { return done_ && pending_.empty(); }
  // Has the store shown anything at all below the folder, its own marker counted?
  bool seen_any() const { return seen_any_; }
  // ListOrder() of the last entry handed out.
  const std::string& last_handed_out() const { return handed_out_; }

 private:
  void Expand(const FlatObject& object);
  void AddFolder(std::string_view path, int64_t modified_ms);
  bool IsAlsoAFile(std::string_view folder_path);

  const std::unique_ptr<FlatListing> objects_;
  const ObjectListingOptions options_;
  std::string seen_;                      // the last path that the store listed
  std::string last_;                      // ListOrder() of the last entry made
  std::string handed_out_;
  std::vector<std::string> files_above_;  // files whose name begins the paths that follow
  std::deque<UfsStatus> pending_;
  bool done_ = false;
  bool seen_any_ = false;
};

// The content hash that Alluxio keeps: the ETag without its quotes. Of a store that has none:
// "(len:<n>, modtime:<ms>)", as for files.
std::string HashOf(const FlatObject& object);
// The ETag as the store writes it, "" when the hash is of the other kind.
std::string EtagOfHash(std::string_view hash);

}  // namespace alluxio::ufs
