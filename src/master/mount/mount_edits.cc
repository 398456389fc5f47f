// The edits of the mount table.
#include "master/mount/mount_table.h"
#include "master/mount/ufs_uri.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {

Edit MountTable::AddEdit(const MountPoint& mount) {
  Edit edit(journal::Component::kFileSystem);
  auto* add = edit.entry().mutable_add_mount_point();
  add->set_alluxio_path(mount.path);
  add->set_ufs_path(mount.ufs_uri);
  add->set_readonly(mount.read_only);
  add->set_shared(mount.shared);
  add->set_mount_id(mount.id);
  for (const auto& [key, value] : mount.properties) {
    auto* pair = add->add_properties();
    pair->set_key(key);
    pair->set_value(value);
  }
  return edit;
}

Edit MountTable::DeleteEdit(std::string_view path) {
  Edit edit(journal::Component::kFileSystem);
  edit.entry().mutable_delete_mount_point()->set_alluxio_path(std::string(path));
  return edit;
}

Result<Edit> MountTable::ModeEdit(const std::string& ufs_uri, UfsMode mode) {
  ASSIGN_OR_RETURN(UfsUri uri, UfsUri::Parse(ufs_uri));
  Edit edit(journal::Component::kFileSystem);
  auto* update = edit.entry().mutable_update_ufs_mode();
  update->set_ufspath(uri.StoreText());
  update->set_ufsmode(static_cast<proto::journal::UfsMode>(mode));
  return edit;
}

std::optional<Edit> MountTable::RemoveSyncPointEdit(const std::string& path) const {
  ReaderLock lock(mutex_);
  auto found = sync_points_.find(path);
  if (found == sync_points_.end()) return std::nullopt;
  Edit edit(journal::Component::kFileSystem);
  edit.entry().mutable_remove_sync_point()->set_syncpoint_path(path);
  edit.entry().mutable_remove_sync_point()->set_mount_id(found->second);
  return edit;
}

}  // namespace alluxio::master
