// StoreMove: moves a file or folder of one under store to another key, so that it can be finished
// by another try after any failure or crash.
//
// A store with an atomic rename does it in one step. On an object store each object is copied and
// then deleted: at every moment every byte is at the old key, the new key, or both, and a repeat
// goes on where the last try ended.
//
// Blocks: hold no lock, but the paths must be locked. Belongs to one operation.
#pragma once

#include <string>

#include "ufs/ufs.h"

namespace alluxio::master {

class StoreMove {
 public:
  // At most `at_once` objects are under way together.
  StoreMove(ufs::Ufs& ufs, std::string from, std::string to, size_t at_once)
      : ufs_(ufs), from_(std::move(from)), to_(std::move(to)), at_once_(at_once) {}

  // OK when everything is at the new key, however much of it was there already when `resumed` says
  // that an earlier try may have begun. NOT_FOUND when there is nothing at either key.
  Status Run(bool resumed);
  // After Run failed: may something be at the new key, or missing at the old one?
  bool touched() const { return touched_; }

 private:
  Status RunAtomic(bool resumed);
  Status RunObjects(bool resumed);
  Status MoveFolder();
  Status MovePage(const ufs::UfsListing& page, std::vector<std::string>* folders);
  std::string Target(const std::string& key) const { return to_ + key.substr(from_.size()); }

  ufs::Ufs& ufs_;
  const std::string from_;
  const std::string to_;
  const size_t at_once_;
  bool touched_ = false;
};

}  // namespace alluxio::master
