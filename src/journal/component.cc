#include "base/check.h"
#include "journal/journal.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {

std::optional<Component> ComponentOf(const JournalEntry& entry) {
  if (entry.has_block_container_id_generator() || entry.has_block_info() ||
      entry.has_delete_block()) {
    return Component::kBlock;
  }
  if (entry.has_cluster_info() || entry.has_path_properties() ||
      entry.has_remove_path_properties()) {
    return Component::kMeta;
  }
  bool of_files = entry.has_active_sync_tx_id() || entry.has_add_sync_point() ||
                  entry.has_add_mount_point() || entry.has_async_persist_request() ||
                  entry.has_complete_file() || entry.has_delete_file() ||
                  entry.has_delete_mount_point() || entry.has_inode_directory() ||
                  entry.has_inode_directory_id_generator() || entry.has_inode_file() ||
                  entry.has_inode_last_modification_time() || entry.has_new_block() ||
                  entry.has_persist_directory() || entry.has_remove_sync_point() ||
                  entry.has_rename() || entry.has_set_acl() || entry.has_set_attribute() ||
                  entry.has_update_ufs_mode() || entry.has_update_inode() ||
                  entry.has_update_inode_directory() || entry.has_update_inode_file();
  if (of_files) return Component::kFileSystem;
  return std::nullopt;
}

std::string_view ComponentName(Component component) {
  switch (component) {
    case Component::kFileSystem:
      return "FileSystemMaster";
    case Component::kBlock:
      return "BlockMaster";
    case Component::kMeta:
      return "MetaMaster";
  }
  CHECK(false) << "unknown component " << static_cast<int>(component);
  return "";
}

}  // namespace alluxio::journal
