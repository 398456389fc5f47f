// FlatStore: what an object store itself can do, for ObjectUfs to make folders of.
//
// Paths are relative to the root of the mount: "a/b" an object, "a/b/" a folder's marker or, in a
// listing, a common prefix. Thread-safe except listings and writers. Every call may block up to the
// deadline of the store. Errors as in ufs/ufs.h; Head() of what is not there is NOT_FOUND.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace alluxio::ufs {

struct FlatObject {
  std::string path;
  int64_t length = 0;
  int64_t modified_ms = 0;  // 0 = the store did not say
  std::string etag;         // as the store writes it; "" = it did not say
};

struct FlatListRequest {
  std::string folder;      // "" or ends with "/"
  bool recursive = false;  // else what is deeper is listed as one prefix "folder/x/"
  std::string start_after;
  size_t page_size = 1000;
};

struct FlatPage {
  std::vector<FlatObject> objects;
  bool done = false;  // nothing follows
};

// A listing under way: paths in increasing order of bytes, each once.
class FlatListing {
 public:
  virtual ~FlatListing() = default;
  // At most `limit`; fewer, and none, do not mean the end.
  virtual Result<FlatPage> Next(size_t limit) = 0;
};

// Reads are bound to one version where the store has ETags: ABORTED when it is another by now.
// Thread-safe.
class FlatReader {
 public:
  virtual ~FlatReader() = default;
  // Fills all of `into`, which lies within the object.
  virtual Status ReadAt(int64_t offset, std::span<char> into) = 0;
};

// Nothing is visible before Commit(); destruction without it leaves nothing.
class FlatWriter {
 public:
  virtual ~FlatWriter() = default;
  virtual Status Write(std::string_view data) = 0;
  // What the store said of the new object, perhaps without time and ETag.
  virtual Result<FlatObject> Commit() = 0;
};

class FlatStore {
 public:
  virtual ~FlatStore() = default;
  // False for what has no listings (a web server): then no folder but the root is found.
  virtual bool can_list() const { return true; }
  virtual Result<FlatObject> Head(const std::string& path) = 0;
  virtual Result<std::unique_ptr<FlatListing>> List(const FlatListRequest& request) = 0;
  // Uploads in parts below `folder` that were begun and neither completed nor given up, in pages as
  // a listing; an object has the time of its beginning and the upload's id as ETag. UNIMPLEMENTED
  // where the store does not tell.
  virtual Result<std::unique_ptr<FlatListing>> ListUploads(const std::string& folder) {
    return Unimplemented(folder + ": unfinished uploads cannot be found");
  }
  // One that ListUploads() told of; gone by now is no error.
  virtual Status AbortUpload(const FlatObject& upload) {
    return Unimplemented(upload.path + ": uploads cannot be given up");
  }
  // `object` as Head() or a listing told it; without an ETag the first read decides the version.
  virtual Result<std::unique_ptr<FlatReader>> Open(const FlatObject& object) = 0;
  // `length` of what is going to be written, -1 = unknown.
  virtual Result<std::unique_ptr<FlatWriter>> Create(const std::string& path, int64_t length) = 0;
  // Of markers given here a deeper one goes first, and all after the objects. Those that are not
  // there are no error.
  virtual Status Delete(const std::vector<std::string>& paths) = 0;
  // Inside the store, replacing `to`. What the store said of it, perhaps without time and ETag.
  virtual Result<FlatObject> Copy(const FlatObject& from, const std::string& to) = 0;
};

}  // namespace alluxio::ufs
