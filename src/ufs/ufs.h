// Ufs: an under store as the product sees it. Every adapter signs the contract written here, and
// tests/contract/ufs_contract.h checks it.
//
// A Ufs is opened for a root URI. Keys are relative to that root: "" is the root, "a/b" a child;
// no leading slash, no empty component, no "." or "..": an adapter never leaves its root.
// Thread-safe. Every call may block on I/O, so it belongs on an Executor, and no lock is held.
//
// Errors: NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, INVALID_ARGUMENT, FAILED_PRECONDITION
// (not empty, is a directory), ABORTED (the file changed since it was opened), RESOURCE_EXHAUSTED
// (full), UNAVAILABLE (worth a retry: unreachable, throttled), DEADLINE_EXCEEDED (call_timeout),
// UNIMPLEMENTED (the store cannot), UNKNOWN with the store's own words. An adapter does not retry,
// but for requests that a busy store refused to begin: whoever calls knows what may be repeated.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/result.h"
#include "model/mode.h"

namespace alluxio::ufs {

struct UfsStatus {
  std::string key;  // relative to the root of the Ufs
  bool is_directory = false;
  int64_t length = 0;
  int64_t modified_ms = 0;
  std::string owner;
  std::string group;
  Mode mode;
  std::string content_hash;  // "(len:<n>, modtime:<ms>)" or an ETag; changes when content does
};

// Entries come in the order of ListOrder() below, over all pages. A page may be short, or empty,
// and still have a next one.
struct UfsListing {
  std::vector<UfsStatus> entries;
  std::string next_page;  // "" when this was the last page
};

struct UfsListOptions {
  bool recursive = false;
  // From the previous listing of the same key. It stays good: for another Ufs of the same root,
  // after a restart, and when entries have come or gone since.
  std::string page;
  size_t limit = 1000;  // entries a page
};

// What a caller of OpenKnown() knows of a file.
struct UfsKnownFile {
  int64_t length = 0;
  std::string content_hash;  // "" = unknown: the first read decides which version is read
};

struct UfsCreateOptions {
  std::string owner;  // "" = leave it
  std::string group;
  Mode mode{0644};
  bool create_parents = true;
  // False: Commit() is ALREADY_EXISTS when a file of that key is there by then, and of several
  // writers one wins; object stores are UNIMPLEMENTED.
  bool replace = true;
  int64_t length = -1;  // of what is going to be written, -1 = unknown
  // What Commit() promises holds when the store's machines lose power all at once, too: HDFS keeps
  // a closed file in the memory of its data nodes otherwise. Of a longer file, the last block.
  bool sync = false;
};

// What MoveNew() did.
struct UfsMoved {
  UfsStatus status;         // of what is at the new key
  bool leaves_copy = false;  // at the old key, for the caller to delete, with many others
};

struct UfsSpace {
  int64_t capacity_bytes = -1;  // -1 = unknown
  int64_t used_bytes = -1;
};

// A file open for ranged reads. ReadAt is thread-safe.
class UfsReader {
 public:
  virtual ~UfsReader() = default;
  // Reads up to into.size() bytes at `offset`; fewer only at end of file. ABORTED when the file is
  // no longer the one that was opened and the old one is gone: bytes of two versions are never
  // mixed where the store can tell them apart.
  virtual Result<size_t> ReadAt(int64_t offset, std::span<char> into) = 0;
  // What was opened.
  virtual const UfsStatus& status() const = 0;
};

// A file being written. Nothing is visible under its key before Commit() returns OK; destruction
// without Commit() cancels and leaves nothing behind.
class UfsWriter {
 public:
  virtual ~UfsWriter() = default;
  virtual Status Write(std::string_view data) = 0;
  // Makes the file visible atomically, replacing a file of that key unless it was not to, and
  // durable.
  virtual Result<UfsStatus> Commit() = 0;
};

// A file that grows while it is read: the journal's log. Readers find what was synced soon after,
// or at once.
class UfsLog {
 public:
  virtual ~UfsLog() = default;
  virtual Status Append(std::string_view data) = 0;
  // Makes the file longer than what was appended by `bytes` zeros, which later appends overwrite:
  // on a disk a Sync that stores no new length is several times faster. Readers see the zeros until
  // Close() or MakeRoom(0), and a crash leaves them. A hint: what was appended, and what can be, is
  // the same whatever it returns; UNIMPLEMENTED where it would bring nothing.
  virtual Status MakeRoom(int64_t /*bytes*/) { return Unimplemented("a log without room"); }
  // When it returns OK everything appended survives power loss of the store.
  virtual Status Sync() = 0;
  // After a Sync(): how long it should stay open at most, for the store may have fewer copies of
  // it until it is closed. Zero where that makes no difference.
  virtual Duration OpenLimit() const { return Duration::zero(); }
  // Before the first Append(): nobody reads it before it is closed, which a store may make use of.
  virtual void ReadWhenClosed() {}
  virtual Status Close() = 0;
};

class Ufs {
 public:
  virtual ~Ufs() = default;
  // "local", "hdfs", "s3" ...: the UFS token of a fingerprint.
  virtual std::string_view type() const = 0;
  // The root URI, without a trailing slash.
  virtual const std::string& root() const = 0;
  // Directories and rename emulated over flat keys?
  virtual bool is_object_store() const = 0;

  virtual Result<UfsStatus> Stat(const std::string& key) = 0;
  // Children (all descendants when recursive) of a directory, without itself. NOT_FOUND when
  // missing, FAILED_PRECONDITION when it is a file.
  virtual Result<UfsListing> List(const std::string& key, const UfsListOptions& options) = 0;
  virtual Result<std::unique_ptr<UfsReader>> Open(const std::string& key) = 0;
  // Open() without asking the store what the caller knows already: a cold read of a small object
  // is one request then. A file that is not there may be found out by the first read only, and one
  // that is not `known` (any more) is ABORTED at the latest then.
  virtual Result<std::unique_ptr<UfsReader>> OpenKnown(const std::string& key,
                                                       const UfsKnownFile& known);
  // FAILED_PRECONDITION when a directory has that key, which object stores are not asked.
  virtual Result<std::unique_ptr<UfsWriter>> Create(const std::string& key,
                                                    const UfsCreateOptions& options) = 0;
  // Creates or continues a log. Of one that is continued, readers may find no more than what it had
  // until it is closed.
  virtual Result<std::unique_ptr<UfsLog>> OpenLog(const std::string& key) = 0;
  // For who takes over a log whose writer may be dead, or not know yet that it has lost its place,
  // and for a writer whose Sync or Close failed: afterwards all that the writer was told is durable
  // can be read. On HDFS the writer can add nothing any more. Makes no file: NOT_FOUND.
  virtual Status SettleLog(const std::string& /*key*/) { return OkStatus(); }
  // OK when the directory is there already; ALREADY_EXISTS when a file is.
  virtual Status MakeDirectory(const std::string& key, const UfsCreateOptions& options) = 0;
  virtual Status DeleteFile(const std::string& key) = 0;
  // Those that are not there are no error. One request for many where the store can.
  virtual Status DeleteFiles(const std::vector<std::string>& keys);
  virtual Status DeleteDirectory(const std::string& key, bool recursive) = 0;
  // Deletes what writers left in this folder that ended without a word, and that nobody has touched
  // since `before_ms`: such files are in no listing. On an object store: gives up uploads that were
  // begun before, here and below. OK where nothing is ever left, UNIMPLEMENTED where it cannot be
  // found.
  virtual Status DropLeftovers(const std::string& /*folder*/, int64_t /*before_ms*/) {
    return OkStatus();
  }
  // Files or directories; a file replaces a file, nothing replaces a directory. On an object store
  // it is a copy of each object followed by its delete: others see both meanwhile, and a failure
  // leaves some objects moved and some not, none lost.
  virtual Status Rename(const std::string& from, const std::string& to) = 0;
  // Rename() of a file that the caller wrote and nobody else knows, of `length` bytes, without
  // asking what is at either key: on an object store one request, and a folder of the key `to`
  // stands beside the file, as after Create(). Repeatable.
  virtual Result<UfsMoved> MoveNew(const std::string& from, int64_t length, const std::string& to);
  // Owner, group and mode are not kept by object stores: setting them does nothing there.
  virtual Status SetOwner(const std::string& key, const std::string& owner,
                          const std::string& group) = 0;  // "" leaves one alone
  virtual Status SetMode(const std::string& key, Mode mode) = 0;
  virtual Result<UfsSpace> Space() = 0;
  // Keeps others of the same kind off this root (the journal folder): lives as long as the object.
  // FAILED_PRECONDITION when taken, UNIMPLEMENTED when the store has no locks.
  virtual Result<std::shared_ptr<void>> Lock(const std::string& key) = 0;
};

// The fingerprint text Alluxio keeps with an inode: "TYPE|FILE UFS|local OWNER|... ".
std::string Fingerprint(std::string_view ufs_type, const UfsStatus& status);

// What the order of a listing compares, as bytes: the key, and on object stores the key with "/"
// at its end for a directory, which is the order that they list in.
std::string ListOrder(const Ufs& ufs, const UfsStatus& status);

// "key" below "parent"; both clean keys.
std::string JoinKey(std::string_view parent, std::string_view name);
// INVALID_ARGUMENT unless `key` obeys the rules at the top of this file.
Status CheckKey(std::string_view key);

struct UfsOpenOptions {
  std::map<std::string, std::string> properties;  // mount options over site properties
  bool read_only = false;
  // No call into a remote store takes longer, except that a write may take this long each time
  // that it hands bytes to the store.
  Duration call_timeout = std::chrono::seconds(60);
  // Whoever opens the store repeats calls that it did not answer, or wants to know at once.
  bool impatient = false;
};

// Opens the adapter for a URI ("/data", "file:///data", "s3://bucket/folder"). INVALID_ARGUMENT for
// a scheme nobody serves and for settings that are missing or wrong; the store itself is not asked.
// Implemented by ufs/all; handed to whoever needs it.
class UfsFactory {
 public:
  virtual ~UfsFactory() = default;
  virtual Result<std::shared_ptr<Ufs>> Open(const std::string& uri,
                                            const UfsOpenOptions& options) = 0;
};

}  // namespace alluxio::ufs
