// ListingMarks: how far long listings of under stores have come, so that one that was cut short,
// by a restart too, goes on from there instead of from its first page.
//
//   page taken over and recorded -> mark -> next page ... -> ended, or the directory is deleted
//
// The mark follows the edits of its page in the journal, so that with the mark they are there too.
// Like StoreEdits it is a field that other masters ignore, and checkpoints carry it in the entries
// of DirectoryIds. Bounded: the oldest marks are forgotten, which costs a listing from the start.
//
// Thread-compatible: the tree lock guards it, exclusively for RememberEntry.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "master/state/edit.h"
#include "model/ids.h"

namespace alluxio::master {

struct ListingMark {
  InodeId directory = kNoInode;  // at most one mark a directory
  bool compares = false;         // what was there before was compared, and dropped where it is gone
  bool skipped = false;          // something was left to the next listing
  uint64_t store = 0;            // stands for the under store and how it is opened
  std::string page;              // UfsListOptions::page
  std::string position;          // everything up to here, in the order of the listing, was taken
  int64_t began_ms = 0;          // the listing, in whichever run of the master
  int64_t noted_ms = 0;
};

class ListingMarks {
 public:
  explicit ListingMarks(size_t limit = 1000) : limit_(limit) {}

  // Takes over what the entry says of marks, and forgets those of directories that are deleted or
  // to be loaded anew.
  void RememberEntry(const journal::JournalEntry& entry);
  void Clear() { marks_.clear(); }
  const ListingMark* Find(InodeId directory) const;  // null when there is none
  std::vector<ListingMark> All() const;               // ordered by directory
  size_t size() const { return marks_.size(); }

 private:
  const size_t limit_;
  std::map<InodeId, ListingMark> marks_;
};

// Sums up what decides which under store is meant, across restarts (FNV-1a).
class StoreStamp {
 public:
  StoreStamp& Add(std::string_view text);
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 14695981039346656037ULL;
};

// Puts the mark on an edit that is recorded anyway, or on one that changes nothing.
void MarkListing(const ListingMark& mark, Edit* edit);
void MarkListingEnd(InodeId directory, Edit* edit);

}  // namespace alluxio::master
