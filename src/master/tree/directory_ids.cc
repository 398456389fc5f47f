#include "master/tree/directory_ids.h"

#include "base/check.h"
#include "master/tree/inode_entries.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {

namespace {

Edit NextIdEdit(int64_t container, int64_t sequence) {
  Edit edit(journal::Component::kFileSystem);
  auto* entry = edit.entry().mutable_inode_directory_id_generator();
  entry->set_container_id(container);
  entry->set_sequence_number(sequence);
  return edit;
}

}  // namespace

Edit DirectoryIds::StartContainerEdit(int64_t container) { return NextIdEdit(container, 0); }

InodeId DirectoryIds::Next() const {
  CHECK(left() > 0) << "container " << container_ << " is used up";
  return MakeId(container_, sequence_);
}

Edit DirectoryIds::TakeEdit() const {
  CHECK(left() > 0) << "container " << container_ << " is used up";
  return NextIdEdit(container_, sequence_ + 1);
}

Edit DirectoryIds::RepeatEdit() const { return NextIdEdit(container_, sequence_); }

Result<Handling> DirectoryIds::Apply(const journal::JournalEntry& entry) {
  if (!entry.has_inode_directory_id_generator()) return Handling::kNotMine;
  const auto& next = entry.inode_directory_id_generator();
  if (next.container_id() < 0 || next.container_id() > kMaxContainer ||
      next.sequence_number() < 0 || next.sequence_number() > kMaxSequence) {
    return DataLoss("directory ids: impossible next id " + next.ShortDebugString());
  }
  container_ = next.container_id();
  sequence_ = next.sequence_number();
  if (store_edits_ != nullptr) store_edits_->RememberEntry(entry);
  if (listings_ != nullptr) listings_->RememberEntry(entry);
  return Handling::kHandled;
}

void DirectoryIds::Reset() {
  container_ = 0;
  sequence_ = 0;
  if (store_edits_ != nullptr) store_edits_->Clear();
  if (listings_ != nullptr) listings_->Clear();
}

Status DirectoryIds::VisitEntries(const EntryVisitor& visit) const {
  RETURN_IF_ERROR(visit(NextIdEdit(container_, sequence_).entry()));
  for (const StoreEdit& edit : store_edits_ ? store_edits_->All() : std::vector<StoreEdit>()) {
    Edit carrier = NextIdEdit(container_, sequence_);
    MarkBegin(edit, &carrier);
    RETURN_IF_ERROR(visit(carrier.entry()));
  }
  for (const ListingMark& mark : listings_ ? listings_->All() : std::vector<ListingMark>()) {
    Edit carrier = NextIdEdit(container_, sequence_);
    MarkListing(mark, &carrier);
    RETURN_IF_ERROR(visit(carrier.entry()));
  }
  return OkStatus();
}

std::vector<Edit> BootstrapEdits(const FirstBoot& boot) {
  NewDirectory root;
  root.inode.ttl_action = TtlAction::kFree;
  root.inode.id = kRootId;
  root.inode.path = "/";
  root.inode.persistence = PersistenceState::kPersisted;
  root.inode.creation_time_ms = boot.now_ms;
  root.inode.modification_time_ms = boot.now_ms;
  root.inode.access_time_ms = boot.now_ms;
  root.inode.owner = boot.owner;
  root.inode.group = boot.group;
  root.inode.mode = boot.mode;
  std::vector<Edit> edits;
  edits.push_back(NextIdEdit(0, 0));
  edits.push_back(NextIdEdit(0, 1));
  edits.push_back(NewDirectoryEdit(root));
  return edits;
}

}  // namespace alluxio::master
