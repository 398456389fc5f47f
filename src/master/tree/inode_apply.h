// InodeApply: what each journal entry of the namespace does to the tree. Room-internal.
//
// The only code that changes inodes, live and in replay; it looks at the entry and the tree and at
// nothing else. A reference to an inode that does not exist is an error that names its id.
#pragma once

#include <optional>
#include <string>

#include "master/tree/inode_store.h"
#include "master/tree/inode_tree.h"

namespace alluxio::proto::journal {
class CompleteFileEntry;
class DeleteFileEntry;
class InodeDirectoryEntry;
class InodeFileEntry;
class NewBlockEntry;
class RenameEntry;
class SetAclEntry;
class SetAttributeEntry;
class UpdateInodeDirectoryEntry;
class UpdateInodeEntry;
class UpdateInodeFileEntry;
}  // namespace alluxio::proto::journal

namespace alluxio::proto::shared {
class AccessControlList;
}

namespace alluxio::master {

class InodeApply {
 public:
  explicit InodeApply(InodeTree& tree) : tree_(tree), store_(*tree.store_) {}

  Result<Handling> Apply(const journal::JournalEntry& entry);

  // Shared with the checkpoint reader.
  void SetAccessAcl(uint32_t slot, const ::alluxio::proto::shared::AccessControlList& acl);
  void SetDefaultAcl(uint32_t slot, const ::alluxio::proto::shared::AccessControlList& acl);
  Status SetPersistence(uint32_t slot, const std::string& text);
  // Puts the inode into the indexes its fields call for, and takes it out of the others.
  void Reindex(uint32_t slot);
  void ReindexAll();  // of a tree whose indexes are empty
  // Removes an inode, hung in or not, with all that is below it. Returns how many that were.
  size_t RemoveSubtree(uint32_t slot);
  // INVALID_ARGUMENT for a name no inode but the root can have.
  static Status CheckName(const std::string& name, InodeId id);
  // The number of blocks when they are the file's own 0, 1, 2 ...; else UNIMPLEMENTED.
  template <typename Blocks>
  static Result<uint32_t> CountBlocks(InodeId file, const Blocks& blocks) {
    int64_t n = 0;
    for (int64_t block : blocks) {
      if (block != MakeId(ContainerOf(file), n)) return ForeignBlock(file, block, n);
      ++n;
    }
    if (n >= kMaxSequence) return ForeignBlock(file, n, n);
    return static_cast<uint32_t>(n);
  }

 private:
  Status ApplyOld(const journal::JournalEntry& entry, bool* mine);
  Status Apply(const ::alluxio::proto::journal::InodeDirectoryEntry& entry);
  Status Apply(const ::alluxio::proto::journal::InodeFileEntry& entry);
  Status Apply(const ::alluxio::proto::journal::NewBlockEntry& entry);
  Status Apply(const ::alluxio::proto::journal::DeleteFileEntry& entry);
  Status Apply(const ::alluxio::proto::journal::RenameEntry& entry);
  Status Apply(const ::alluxio::proto::journal::SetAclEntry& entry);
  Status Apply(const ::alluxio::proto::journal::UpdateInodeEntry& entry);
  Status Apply(const ::alluxio::proto::journal::UpdateInodeDirectoryEntry& entry);
  Status Apply(const ::alluxio::proto::journal::UpdateInodeFileEntry& entry);
  Status Apply(const ::alluxio::proto::journal::CompleteFileEntry& entry);
  Status Apply(const ::alluxio::proto::journal::SetAttributeEntry& entry);

  // The slot of a new or, when the same entry comes twice, the existing inode.
  Result<uint32_t> Create(InodeId id, InodeId parent_id, const std::string& name, bool directory);
  template <typename Entry>
  Status FillCommon(uint32_t slot, const Entry& entry);
  Result<uint32_t> FindInode(InodeId id, const char* what) const;
  Result<uint32_t> FindFile(InodeId id, const char* what) const;
  Status MoveTo(uint32_t slot, uint32_t parent, const std::string& name, int64_t time_ms);
  Status RenameDestination(const ::alluxio::proto::journal::RenameEntry& entry,
                           uint32_t* new_parent, std::string* new_name) const;
  void Remove(uint32_t slot);
  void UpdateTimes(uint32_t slot, const ::alluxio::proto::journal::UpdateInodeEntry& entry);
  void UpdateOwnership(uint32_t slot, const std::string& owner, const std::string& group);
  void UpdateXattr(uint32_t slot, const ::alluxio::proto::journal::UpdateInodeEntry& entry);
  void UpdateMedia(uint32_t slot, const ::alluxio::proto::journal::UpdateInodeEntry& entry);
  void PinFile(uint32_t slot, bool pinned);
  // Tells those who watch the parent of an inode.
  void TellGone(uint32_t slot);
  void TellArrived(uint32_t slot);
  // Times of a directory whose children changed.
  void RaiseTimes(uint32_t slot, int64_t time_ms);
  void Touch(uint32_t slot);
  void TouchChildren(uint32_t slot);
  static Status ForeignBlock(InodeId file, BlockId block, int64_t n);

  InodeTree& tree_;
  InodeStore& store_;
};

}  // namespace alluxio::master
