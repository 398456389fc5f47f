// BridgeStore and what it opens: the C ABI of ufs-bridge as C++ objects that free themselves.
//
// Every call may block up to the timeout that its store was opened with; nothing is retried but
// what a busy store refused ("http.patience_ms"). Errors have the codes of ufs/ufs.h and the
// store's own words, without addresses and secrets; callers add which file it was. BridgeStore and
// BridgeReader are thread-safe, writers and listers have one user at a time; all may outlive the
// store.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.h"
#include "base/result.h"

struct ufsb_store;
struct ufsb_reader;
struct ufsb_writer;
struct ufsb_lister;

namespace alluxio::ufs {

struct BridgeEntry {
  std::string path;
  bool is_directory = false;
  int mode = -1;  // -1 = the store keeps none
  int64_t length = 0;
  int64_t modified_ms = -1;  // -1 = the store did not say
  std::string etag;
  std::string owner;
  std::string group;
};

struct BridgePage {
  std::vector<BridgeEntry> entries;
  bool done = false;
};

class BridgeLister {
 public:
  BridgeLister(ufsb_lister* lister, Duration timeout) : lister_(lister), timeout_(timeout) {}
  ~BridgeLister();
  BridgeLister(const BridgeLister&) = delete;
  BridgeLister& operator=(const BridgeLister&) = delete;
  // At most `limit` entries in order; fewer do not mean the end.
  Result<BridgePage> Next(size_t limit);

 private:
  ufsb_lister* const lister_;
  const Duration timeout_;
};

class BridgeReader {
 public:
  BridgeReader(ufsb_reader* reader, Duration timeout) : reader_(reader), timeout_(timeout) {}
  ~BridgeReader();
  BridgeReader(const BridgeReader&) = delete;
  BridgeReader& operator=(const BridgeReader&) = delete;
  int64_t length() const;
  // Fills all of `into`, which lies within the file.
  Status ReadAt(int64_t offset, std::span<char> into);

 private:
  ufsb_reader* const reader_;
  const Duration timeout_;
};

struct BridgeWriteOptions {
  int mode = 0644;
  int concurrent = 1;
  size_t part_size = 8 << 20;
  int64_t length = -1;  // of the whole file, -1 = unknown
  bool append = false;  // "hdfs" only: to a file that is there
};

class BridgeWriter {
 public:
  BridgeWriter(ufsb_writer* writer, Duration timeout) : writer_(writer), timeout_(timeout) {}
  // Aborts what was not closed; on "hdfs" the file stays.
  ~BridgeWriter();
  BridgeWriter(const BridgeWriter&) = delete;
  BridgeWriter& operator=(const BridgeWriter&) = delete;
  Status Write(std::string_view data);
  // "hdfs" only: everything written is on the disks of all data nodes of the last block.
  Status Sync();
  // "hdfs" only, after the first Sync() or Close(): was the file begun with fewer copies than the
  // cluster wants? The others are made once it is closed; an error says why they are not.
  Status Shortage(bool* fewer) const;
  Result<BridgeEntry> Close();

 private:
  ufsb_writer* const writer_;
  const Duration timeout_;
  bool closed_ = false;
};

class BridgeStore {
 public:
  // `service` and `options` as in ufs_bridge.h. Starts the bridge's threads at its first use.
  static Result<std::unique_ptr<BridgeStore>> Open(
      const std::string& service, const std::map<std::string, std::string>& options,
      Duration timeout);
  BridgeStore(ufsb_store* store, Duration timeout) : store_(store), timeout_(timeout) {}
  ~BridgeStore();
  BridgeStore(const BridgeStore&) = delete;
  BridgeStore& operator=(const BridgeStore&) = delete;

  bool can_write() const;
  bool can_list() const;

  Result<BridgeEntry> Stat(const std::string& path);
  Result<std::unique_ptr<BridgeLister>> List(const std::string& folder, bool recursive,
                                             const std::string& start_after, size_t page_size);
  // Uploads in parts that were never completed: entries have path, time of beginning and, as ETag,
  // id. UNIMPLEMENTED where they cannot be found.
  Result<std::unique_ptr<BridgeLister>> ListUploads(const std::string& folder);
  Status AbortUpload(const std::string& path, const std::string& id);
  Result<std::unique_ptr<BridgeReader>> Read(const std::string& path, const std::string& etag,
                                             int64_t length);
  Result<std::unique_ptr<BridgeWriter>> Write(const std::string& path,
                                              const BridgeWriteOptions& options);
  // "hdfs" only: takes a file from its writer. True when it has its final length; else ask again.
  Result<bool> Recover(const std::string& path);
  Status Delete(const std::vector<std::string>& paths, bool recursive);
  Result<BridgeEntry> Copy(const std::string& from, const std::string& to, int64_t length);
  Status Rename(const std::string& from, const std::string& to, bool overwrite);
  Status CreateDirectory(const std::string& path, int mode, bool create_parents);
  Status SetOwner(const std::string& path, const std::string& owner, const std::string& group);
  Status SetMode(const std::string& path, int mode);

 private:
  ufsb_store* const store_;
  const Duration timeout_;
};

}  // namespace alluxio::ufs
