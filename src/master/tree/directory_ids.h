// DirectoryIds: hands out the ids of directories, counting upwards inside a container.
//
// The journaled pair is the next id to use and is recorded right before the directory that uses
// it, under the tree lock (exclusively), so an id is never used twice:
//
//   ids.left() too few -> a container from the block master, then StartContainerEdit
//   InodeId id = ids.Next();  edits.Record(ids.TakeEdit());  edits.Record(NewDirectoryEdit(...))
#pragma once

#include <string>
#include <vector>

#include "master/state/edit.h"
#include "master/state/journaled_part.h"
#include "master/state/listing_marks.h"
#include "master/state/store_edits.h"
#include "model/ids.h"
#include "model/mode.h"

namespace alluxio::master {

class DirectoryIds final : public EntryListPart {
 public:
  // So many ids are left in the container; none at all every 16 million directories.
  int64_t left() const { return kMaxSequence - sequence_; }
  // Edit that makes MakeId(container, 0) the next id.
  static Edit StartContainerEdit(int64_t container);
  // A checkpoint of this part carries these from now on, on entries that say nothing new of ids:
  // other masters read it, and a part of our own they would refuse. Must outlive this object.
  void Carry(StoreEdits* edits, ListingMarks* listings) {
    store_edits_ = edits;
    listings_ = listings;
  }
  // The id the next TakeEdit() uses up. CHECKs that one is left.
  InodeId Next() const;
  Edit TakeEdit() const;
  // Says what is already so.
  Edit RepeatEdit() const;

  std::string_view checkpoint_name() const override { return "INODE_DIRECTORY_ID_GENERATOR"; }
  Result<Handling> Apply(const journal::JournalEntry& entry) override;
  void Reset() override;
  Status VisitEntries(const EntryVisitor& visit) const override;

 private:
  StoreEdits* store_edits_ = nullptr;   // may be null
  ListingMarks* listings_ = nullptr;    // may be null
  int64_t container_ = 0;
  int64_t sequence_ = 0;  // kMaxSequence is never used: Java would step into the next container
};

struct FirstBoot {
  std::string owner;
  std::string group;
  Mode mode;  // 0755 with 2.9's defaults
  int64_t now_ms = 0;
};

// The edits of a first start, byte for byte those of Alluxio 2.9: container 0 belongs to
// directories (the block master must not hand it out), and the root takes id 0.
std::vector<Edit> BootstrapEdits(const FirstBoot& boot);

}  // namespace alluxio::master
