// ColdInodes: the inodes that are not in memory, in a RocksDB folder. Room-internal.
//
//   edges    parent id, name -> row     a row is what InodeStore makes of an inode; opaque here
//   inodes   id -> parent id, name      where to look for its row
//
// Ids are eight bytes, big end first, so that the children of a directory lie together in the order
// of their names. The folder is a cache of the journal's state: it is emptied by Open, written
// without a log of its own and never read by a later process.
//
// An error of the disk cannot be answered by a wrong "no such inode": `on_failure` is called, which
// is to end the process, and when it returns the process ends all the same.
//
// Thread-safe, but for Write and Clear: one thread at a time. An iterator sees what was there when
// it was made.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/ids.h"

namespace alluxio::master {

class RocksError;

struct ColdInodesOptions {
  std::string folder;
  size_t edge_cache_bytes = size_t{128} << 20;
  size_t inode_cache_bytes = size_t{64} << 20;
  size_t write_buffer_bytes = size_t{64} << 20;  // of each of the two, at most three times
  // With less left on its disk nothing more is written: a disk that runs full in the middle of a
  // write leaves RocksDB no way to say so.
  uint64_t least_free_bytes = uint64_t{1} << 30;
  std::function<void(const Status&)> on_failure;
};

class ColdInodes {
 public:
  struct Place {
    InodeId parent = kNoInode;
    std::string name;
  };
  struct Item {
    Place place;
    std::string row;
    InodeId id = kNoInode;
    bool is_new = false;  // its place was not written yet
  };
  // Rows in key order. Ends the process when the disk fails, as everything here.
  class Rows {
   public:
    ~Rows();
    bool Valid() const;
    InodeId parent() const;
    std::string_view name() const;  // this and row(): until Next
    std::string_view row() const;
    void Next();

   private:
    friend class ColdInodes;
    Rows(const ColdInodes& owner, std::string begin, std::string end);
    const ColdInodes& owner_;
    void Check() const;

    struct Cursor;
    std::unique_ptr<Cursor> cursor_;
  };
  enum class WhenBusy : uint8_t { kWait, kGiveUp };

  // FAILED_PRECONDITION or what the disk says, with the folder's name.
  static Result<std::unique_ptr<ColdInodes>> Open(ColdInodesOptions options);
  ~ColdInodes();
  ColdInodes(const ColdInodes&) = delete;
  ColdInodes& operator=(const ColdInodes&) = delete;

  // Forgets everything. Iterators go on with what they see.
  void Clear();

  // False: no such row.
  bool Get(InodeId parent, std::string_view name, std::string* row) const;
  bool Find(InodeId id, Place* place) const;
  // The children of a directory whose names are `from` or greater.
  std::unique_ptr<Rows> Children(InodeId parent, std::string_view from) const;
  std::unique_ptr<Rows> All() const;

  // All of them at once. False, and nothing is written, when it would have to wait for the disk and
  // may not.
  bool Write(const std::vector<Item>& items, WhenBusy when_busy);
  void Erase(InodeId parent, std::string_view name, InodeId id);

  // What RocksDB holds in memory; what it has on the disk.
  size_t MemoryBytes() const;
  size_t DiskBytes() const;

 private:
  static constexpr size_t kCheckBytes = size_t{4} << 20;

  struct Database;

  explicit ColdInodes(ColdInodesOptions options);
  RocksError OpenFolder();
  RocksError CreateTables();
  uint64_t Sum(const char* property) const;
  void CheckSpace(size_t more_bytes);
  [[noreturn]] void Fail(const RocksError& error) const;
  [[noreturn]] void Fail(const Status& failure) const;

  const ColdInodesOptions options_;
  std::unique_ptr<Database> rocks_;  // null until Open has loaded the library
  bool dirty_ = false;  // something was written since Clear
  size_t unchecked_bytes_ = kCheckBytes;  // written since the disk's free space was looked at
};

}  // namespace alluxio::master
