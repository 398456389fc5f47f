// Apply and checkpoints of the mount table.
#include <utility>

#include "master/mount/mount_parts.h"
#include "master/mount/ufs_uri.h"
#include "model/path.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {

using journal::JournalEntry;

class MountParts::Mounts final : public EntryListPart {
 public:
  explicit Mounts(MountTable* table) : table_(table) {}
  std::string_view checkpoint_name() const override { return "MOUNT_TABLE"; }

  Result<Handling> Apply(const JournalEntry& entry) override {
    if (entry.has_add_mount_point()) return Add(entry.add_mount_point());
    if (entry.has_delete_mount_point()) {
      return Delete(entry.delete_mount_point().alluxio_path());
    }
    return Handling::kNotMine;
  }

  void Reset() override {
    WriterLock lock(table_->mutex_);
    table_->mounts_.clear();
    table_->mounts_.emplace("/", table_->root_);
    table_->RetireAll();
    table_->NoteChange();
  }

  // A frozen image: no lock, see JournaledPart.
  Status VisitEntries(const EntryVisitor& visit) const override NO_THREAD_SAFETY_ANALYSIS {
    for (const auto& [path, mount] : table_->mounts_) {
      if (mount == table_->root_) continue;
      Edit edit = MountTable::AddEdit(*mount);
      RETURN_IF_ERROR(visit(edit.entry()));
    }
    return OkStatus();
  }

 private:
  Result<Handling> Add(const proto::journal::AddMountPointEntry& add) {
    auto mount = std::make_shared<MountPoint>();
    ASSIGN_OR_RETURN(mount->path, CleanPath(add.alluxio_path()));
    if (mount->path == "/") return Handling::kHandled;  // The root mount is the configuration's.
    mount->ufs_uri = add.ufs_path();
    mount->id = add.mount_id();
    mount->read_only = add.readonly();
    mount->shared = add.shared();
    for (const auto& pair : add.properties()) mount->properties[pair.key()] = pair.value();
    WriterLock lock(table_->mutex_);
    MountPointPtr& place = table_->mounts_[mount->path];
    // New options for a mount that is there: what was opened with the old ones goes.
    if (place != nullptr) table_->Retire(place->id);
    place = mount;
    table_->NoteChange();
    return Handling::kHandled;
  }

  Result<Handling> Delete(const std::string& path) {
    WriterLock lock(table_->mutex_);
    auto found = table_->mounts_.find(path);
    if (found == table_->mounts_.end() || found->second == table_->root_) {
      return InvalidArgument("delete_mount_point \"" + path + "\": no such mount point");
    }
    table_->Retire(found->second->id);
    table_->mounts_.erase(found);
    table_->NoteChange();
    return Handling::kHandled;
  }

  MountTable* const table_;
};

class MountParts::Modes final : public EntryListPart {
 public:
  explicit Modes(MountTable* table) : table_(table) {}
  std::string_view checkpoint_name() const override { return "MASTER_UFS_MANAGER"; }

  Result<Handling> Apply(const JournalEntry& entry) override {
    if (!entry.has_update_ufs_mode()) return Handling::kNotMine;
    const auto& update = entry.update_ufs_mode();
    auto uri = UfsUri::Parse(update.ufspath());
    WriterLock lock(table_->mutex_);
    table_->modes_[uri.ok() ? uri->StoreText() : update.ufspath()] =
        static_cast<UfsMode>(update.ufsmode());
    return Handling::kHandled;
  }

  void Reset() override {
    WriterLock lock(table_->mutex_);
    table_->modes_.clear();
  }

  Status VisitEntries(const EntryVisitor& visit) const override NO_THREAD_SAFETY_ANALYSIS {
    for (const auto& [store, mode] : table_->modes_) {
      JournalEntry entry;
      entry.mutable_update_ufs_mode()->set_ufspath(store);
      entry.mutable_update_ufs_mode()->set_ufsmode(static_cast<proto::journal::UfsMode>(mode));
      RETURN_IF_ERROR(visit(entry));
    }
    return OkStatus();
  }

 private:
  MountTable* const table_;
};

class MountParts::SyncPoints final : public EntryListPart {
 public:
  explicit SyncPoints(MountTable* table) : table_(table) {}
  std::string_view checkpoint_name() const override { return "ACTIVE_SYNC_MANAGER"; }

  Result<Handling> Apply(const JournalEntry& entry) override {
    WriterLock lock(table_->mutex_);
    if (entry.has_add_sync_point()) {
      const auto& add = entry.add_sync_point();
      table_->sync_points_[add.syncpoint_path()] = add.mount_id();
    } else if (entry.has_remove_sync_point()) {
      table_->sync_points_.erase(entry.remove_sync_point().syncpoint_path());
    } else if (entry.has_active_sync_tx_id()) {
      const auto& seen = entry.active_sync_tx_id();
      table_->sync_transactions_[seen.mount_id()] = seen.tx_id();
    } else {
      return Handling::kNotMine;
    }
    return Handling::kHandled;
  }

  void Reset() override {
    WriterLock lock(table_->mutex_);
    table_->sync_points_.clear();
    table_->sync_transactions_.clear();
  }

  Status VisitEntries(const EntryVisitor& visit) const override NO_THREAD_SAFETY_ANALYSIS {
    for (const auto& [path, mount] : table_->sync_points_) {
      JournalEntry entry;
      entry.mutable_add_sync_point()->set_syncpoint_path(path);
      entry.mutable_add_sync_point()->set_mount_id(mount);
      RETURN_IF_ERROR(visit(entry));
    }
    for (const auto& [mount, transaction] : table_->sync_transactions_) {
      JournalEntry entry;
      entry.mutable_active_sync_tx_id()->set_mount_id(mount);
      entry.mutable_active_sync_tx_id()->set_tx_id(transaction);
      RETURN_IF_ERROR(visit(entry));
    }
    return OkStatus();
  }

 private:
  MountTable* const table_;
};

MountParts::MountParts(MountTable* table)
    : mounts_(std::make_unique<Mounts>(table)),
      modes_(std::make_unique<Modes>(table)),
      sync_points_(std::make_unique<SyncPoints>(table)) {}

MountParts::~MountParts() = default;

std::vector<JournaledPart*> MountParts::parts() const {
  return {mounts_.get(), modes_.get(), sync_points_.get()};
}

}  // namespace alluxio::master
