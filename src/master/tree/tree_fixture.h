// A tree on a journal in memory, for the tests of this room: all of it in memory, or bounded and so
// small that nearly everything is on the disk.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "master/state/composite_state_machine.h"
#include "master/state/edit_context.h"
#include "master/tree/cold_inodes.h"
#include "master/tree/directory_ids.h"
#include "master/tree/inode_entries.h"
#include "master/tree/inode_tree.h"
#include "master/tree/subtree_walk.h"
#include "proto/journal/journal.pb.h"
#include "tests/fixtures/memory_journal.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio::master {

enum class TreeKind : uint8_t { kArena, kBounded };

// The kind that trees of tests get from now on.
inline TreeKind& KindOfTestTrees() {
  static TreeKind kind = TreeKind::kArena;
  return kind;
}

inline std::unique_ptr<ColdInodes> NewTestColdInodes() {
  static TempFolder folder;
  static int count = 0;
  ColdInodesOptions options;
  options.folder = folder.path() + "/" + std::to_string(++count);
  options.write_buffer_bytes = 64 << 10;
  auto opened = ColdInodes::Open(std::move(options));
  CHECK(opened.ok()) << opened.status();
  return *std::move(opened);
}

inline InodeCache TestCache() {
  if (KindOfTestTrees() == TreeKind::kArena) return InodeCache();
  return {.cold = NewTestColdInodes(), .high = 6, .low = 3, .batch = 2};
}

// Runs its tests over both kinds of tree.
class TreeTest : public ::testing::TestWithParam<TreeKind> {
 protected:
  TreeTest() { KindOfTestTrees() = GetParam(); }
  ~TreeTest() override { KindOfTestTrees() = TreeKind::kArena; }
};

inline auto BothKinds() { return ::testing::Values(TreeKind::kArena, TreeKind::kBounded); }
inline std::string KindName(const ::testing::TestParamInfo<TreeKind>& info) {
  return info.param == TreeKind::kArena ? "Arena" : "Bounded";
}

// Every field of every inode as text, in path order: two equal trees have equal dumps.
inline std::string Dump(const InodeTree& tree) {
  std::string text;
  SubtreeWalk walk(kRootId, "/", SubtreeWalk::Order::kParentsFirst);
  while (!walk.done()) {
    walk.Next(tree, 100, [&text](InodeView inode, std::string_view path) {
      FileInfo info;
      inode.FillFileInfo(&info);
      auto add = [&text](const auto& value) { text.append(std::to_string(value)).append(" "); };
      text.append(path).append(" ").append(info.owner).append(":").append(info.group);
      text.append(" ").append(info.ufs_fingerprint).append(" ");
      for (int64_t n : {info.id, info.length, info.block_size, info.creation_time_ms,
                        info.modification_time_ms, info.access_time_ms, info.ttl_ms,
                        inode.parent_id(), inode.persist_job_id(),
                        inode.should_persist_time_ms()}) {
        add(n);
      }
      for (int n : {int{info.completed}, int{info.folder}, int{info.pinned}, int{info.cacheable},
                    int{info.mount_point}, static_cast<int>(info.persistence),
                    static_cast<int>(info.ttl_action), int{info.mode.bits}, info.replication_min,
                    info.replication_max, inode.replication_durable(),
                    int{inode.children_loaded()}, int{info.default_acl.has_value()}}) {
        add(n);
      }
      for (BlockId block : info.block_ids) add(block);
      for (const std::string& medium : info.media) text.append(medium).append(",");
      for (const auto& [key, value] : info.xattr) text.append(key + "=" + value + ",");
      for (const auto& [name, bits] : info.acl.named_users) text.append(name + BitsText(bits));
      for (const auto& [name, bits] : info.acl.named_groups) text.append(name + BitsText(bits));
      if (info.acl.mask) text.append("mask" + BitsText(*info.acl.mask));
      if (info.default_acl) text.append("default" + ModeText(info.default_acl->mode));
      text.append(inode.temp_ufs_path()).append("\n");
      return true;
    });
  }
  const InodeIndexes& indexes = tree.indexes();
  for (InodeId id : indexes.pinned_files()) text += "pinned " + std::to_string(id) + "\n";
  for (InodeId id : indexes.replication_limited()) text += "limited " + std::to_string(id) + "\n";
  for (InodeId id : indexes.to_be_persisted()) text += "persist " + std::to_string(id) + "\n";
  for (InodeId id : indexes.ttl_ids()) text += "ttl " + std::to_string(id) + "\n";
  return text;
}

struct TreeOnJournal {
  TreeOnJournal() {
    ledger.journal = &journal;
    ledger.file_system = &machine;
    ledger.undurable = &undurable;
    ledger.retries = &retries;
    undurable.SetJournal(&journal);
  }

  void Record(Edit edit) {
    OpContext op(OpContextOptions{});
    EditContext(ledger, op).Record(std::move(edit));
    tree.Trim();
  }
  void Bootstrap(int64_t now_ms = 1000) {
    FirstBoot boot;
    boot.owner = "root";
    boot.group = "wheel";
    boot.mode = Mode{0755};
    boot.now_ms = now_ms;
    for (Edit& edit : BootstrapEdits(boot)) Record(std::move(edit));
  }
  InodeId AddDirectory(InodeId parent, const std::string& name, int64_t now_ms = 1000) {
    NewDirectory directory;
    directory.inode.id = ids.Next();
    directory.inode.parent_id = parent;
    directory.inode.name = name;
    directory.inode.creation_time_ms = now_ms;
    directory.inode.mode = Mode{0755};
    Record(ids.TakeEdit());
    Record(NewDirectoryEdit(directory));
    return directory.inode.id;
  }
  InodeId AddFile(InodeId parent, const std::string& name, int64_t now_ms = 1000) {
    NewFile file;
    file.inode.id = FileIdOfContainer(next_container++);
    file.inode.parent_id = parent;
    file.inode.name = name;
    file.inode.creation_time_ms = now_ms;
    file.inode.mode = Mode{0644};
    file.block_size = 64 << 20;
    Record(NewFileEdit(file));
    return file.inode.id;
  }

  journal::MemoryJournal journal;
  UndurableEdits undurable;
  RetryCache retries;
  InodeTree tree{&undurable, TestCache()};
  DirectoryIds ids;
  CompositeStateMachine machine{journal::Component::kFileSystem, {&tree, &ids}, &retries};
  Ledger ledger;
  int64_t next_container = 1;
};

}  // namespace alluxio::master
