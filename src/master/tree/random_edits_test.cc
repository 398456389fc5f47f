// Random edits on a tree and on a naive model must agree, and so must every way of getting the tree
// back: replay of the journal, and checkpoints.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "env/rng.h"
#include "journal/string_checkpoint.h"
#include "master/state/flat_image.h"
#include "master/tree/tree_fixture.h"

namespace alluxio::master {
namespace {

struct Node {
  InodeId parent = kNoInode;
  std::string name;
  bool directory = false;
  std::map<std::string, InodeId> children;
  std::string owner;
  int mode = 0;
  int64_t length = 0;
  int64_t ttl = kNoTtl;
  size_t blocks = 0;
  bool pinned = false;
  PersistenceState state = PersistenceState::kNotPersisted;
  std::map<std::string, std::string> xattr;
};

class RandomEdits {
 public:
  explicit RandomEdits(uint64_t seed) : rng_(Rng::Seeded(seed)) {
    on_.Bootstrap();
    Node root;
    root.directory = true;
    root.owner = "root";
    root.mode = 0755;
    root.state = PersistenceState::kPersisted;
    model_[kRootId] = root;
    ids_.push_back(kRootId);
  }

  void Step() {
    switch (rng_->Below(8)) {
      case 0: return Create(true);
      case 1:
      case 2: return Create(false);
      case 3: return Delete();
      case 4: return Rename();
      case 5: return Update();
      case 6: return UpdateFile();
      default: return NewBlock();
    }
  }

  void ExpectAgreement() {
    ASSERT_EQ(on_.tree.inode_count(), model_.size());
    for (const auto& [id, node] : model_) {
      InodeView inode = on_.tree.Find(id);
      ASSERT_TRUE(inode) << id;
      EXPECT_EQ(inode.parent_id(), node.parent);
      EXPECT_EQ(inode.name(), node.name);
      EXPECT_EQ(inode.owner(), node.owner);
      EXPECT_EQ(inode.mode().bits, node.mode);
      EXPECT_EQ(inode.ttl_ms(), node.ttl);
      EXPECT_EQ(inode.pinned(), node.pinned);
      EXPECT_EQ(inode.persistence(), node.state);
      EXPECT_EQ(inode.xattr(), node.xattr);
      EXPECT_EQ(on_.tree.indexes().to_be_persisted().count(id) != 0,
                node.state == PersistenceState::kToBePersisted);
      if (!node.directory) {
        EXPECT_EQ(inode.length(), node.length);
        EXPECT_EQ(inode.block_count(), node.blocks);
        EXPECT_EQ(on_.tree.indexes().pinned_files().count(id) != 0, node.pinned);
        continue;
      }
      std::vector<InodeId> children;
      for (InodeView child : on_.tree.ChildrenAfter(inode, "", 1 << 20)) {
        children.push_back(child.id());
      }
      std::vector<InodeId> expected;
      for (const auto& [name, child] : node.children) expected.push_back(child);
      EXPECT_EQ(children, expected);
      if (!expected.empty()) {
        EXPECT_EQ(on_.tree.Child(inode, node.children.begin()->first).id(), expected[0]);
      }
    }
  }

  void ExpectReplayCheckpointAndBackupAgree() {
    std::string dump = Dump(on_.tree);
    TreeOnJournal replayed;
    ASSERT_TRUE(on_.journal.Recover({&replayed.machine}).ok());
    EXPECT_EQ(Dump(replayed.tree), dump);
    EXPECT_EQ(replayed.ids.Next(), on_.ids.Next());
    journal::StringSink sink;
    ASSERT_TRUE(on_.machine.WriteCheckpoint(sink).ok());
    TreeOnJournal restored;
    journal::StringSource source(sink.bytes);
    Status read = restored.machine.ReadCheckpoint(source);
    ASSERT_TRUE(read.ok()) << read;
    EXPECT_EQ(Dump(restored.tree), dump);
    EXPECT_EQ(restored.ids.Next(), on_.ids.Next());
    TreeOnJournal from_backup;
    Status taken_in = on_.machine.VisitEntries([&](const journal::JournalEntry& entry) {
      EXPECT_EQ(journal::ComponentOf(entry), journal::Component::kFileSystem);
      return from_backup.machine.Apply(entry);
    });
    ASSERT_TRUE(taken_in.ok()) << taken_in;
    EXPECT_EQ(Dump(from_backup.tree), dump);
    ExpectImageAgrees(sink.bytes);
  }

  // A tree loaded from an image is the tree down to its slots: it writes the same checkpoint, and
  // goes on as the first one does.
  void ExpectImageAgrees(const std::string& checkpoint) {
    if (on_.tree.bounded()) return;
    TempFolder folder;
    ImageFolder images(Disk::Real(), folder.path() + "/images");
    on_.tree.SetImages(&images);
    journal::StringSink sink(5);
    ASSERT_TRUE(on_.machine.WriteCheckpoint(sink).ok());
    EXPECT_EQ(sink.bytes.size(), checkpoint.size());  // xattrs come in any order
    EXPECT_EQ(sink.notes, "");
    TreeOnJournal loaded;
    loaded.tree.SetImages(&images);
    journal::StringSource source(sink.bytes, 5);
    Status read = loaded.machine.ReadCheckpoint(source);
    ASSERT_TRUE(read.ok()) << read;
    ASSERT_EQ(Disk::Real().List(folder.path() + "/images")->size(), 1u);
    EXPECT_EQ(Dump(loaded.tree), Dump(on_.tree));
    for (const auto& [id, node] : model_) {
      ASSERT_TRUE(loaded.tree.Find(id)) << id;
      for (const auto& [name, child] : node.children) {
        ASSERT_EQ(loaded.tree.Child(loaded.tree.Find(id), name).id(), child) << name;
      }
    }
    journal::StringSink again;
    ASSERT_TRUE(loaded.machine.WriteCheckpoint(again).ok());
    EXPECT_EQ(again.bytes.size(), checkpoint.size());
    EditAlike(loaded);
    on_.tree.SetImages(nullptr);
  }

  // The same edits of everything here and there, after which both are alike still.
  void EditAlike(TreeOnJournal& other) {
    std::vector<Edit> edits;
    for (int step = 0; step < 300; ++step) {
      const InodeId id = Pick();
      const Node& node = model_[id];
      InodeUpdate update;
      update.id = id;
      update.ufs_fingerprint = std::string(rng_->Below(300), 'y');
      update.ttl_ms = static_cast<int64_t>(rng_->Below(100));
      update.modification_time_ms = now_ + step;
      update.owner = "o" + std::to_string(rng_->Below(40));
      edits.push_back(UpdateInodeEdit(update));
      if (!node.directory || node.children.count("z" + std::to_string(step)) > 0) continue;
      NewFile file;
      file.inode.id = FileIdOfContainer(1'000'000 + step);
      file.inode.parent_id = id;
      file.inode.name = "z" + std::to_string(step) + std::string(rng_->Below(400), 'z');
      file.block_size = 1 << 20;
      edits.push_back(NewFileEdit(file));
    }
    for (const Edit& edit : edits) {
      ASSERT_TRUE(on_.tree.Apply(edit.entry()).ok());
      ASSERT_TRUE(other.tree.Apply(edit.entry()).ok());
    }
    EXPECT_EQ(Dump(other.tree), Dump(on_.tree));
  }

 private:
  InodeId Pick() { return ids_[rng_->Below(ids_.size())]; }

  void Create(bool directory) {
    InodeId parent = Pick();
    std::string name = "n" + std::to_string(rng_->Below(200));
    if (!model_[parent].directory || model_[parent].children.count(name) != 0) return;
    InodeId id = directory ? on_.AddDirectory(parent, name, ++now_)
                           : on_.AddFile(parent, name, ++now_);
    Node node;
    node.parent = parent;
    node.name = name;
    node.directory = directory;
    node.mode = directory ? 0755 : 0644;
    model_[parent].children[name] = id;
    model_[id] = node;
    ids_.push_back(id);
  }

  void Delete() {
    InodeId id = Pick();
    if (id == kRootId || !model_[id].children.empty()) return;
    on_.Record(DeleteEdit({id, ++now_, ""}));
    model_[model_[id].parent].children.erase(model_[id].name);
    model_.erase(id);
    ids_.erase(std::find(ids_.begin(), ids_.end(), id));
  }

  void Rename() {
    InodeId id = Pick();
    InodeId parent = Pick();
    std::string name = "r" + std::to_string(rng_->Below(200));
    if (!model_[parent].directory || model_[parent].children.count(name) != 0) return;
    for (InodeId above = parent; above != kNoInode; above = model_[above].parent) {
      if (above == id) return;
    }
    on_.Record(RenameEdit({id, parent, name, ++now_, "", ""}));
    Node& node = model_[id];
    model_[node.parent].children.erase(node.name);
    model_[parent].children[name] = id;
    node.parent = parent;
    node.name = name;
  }

  void Update() {
    InodeUpdate update;
    update.id = Pick();
    Node& node = model_[update.id];
    if (rng_->Below(2) == 0) {
      update.owner = "u" + std::to_string(rng_->Below(5));
      node.owner = *update.owner;
    }
    if (rng_->Below(2) == 0) {
      update.mode = Mode{static_cast<uint16_t>(rng_->Below(512))};
      node.mode = update.mode->bits;
    }
    if (rng_->Below(3) == 0) {
      update.ttl_ms = rng_->Below(2) == 0 ? kNoTtl : static_cast<int64_t>(rng_->Below(1000));
      node.ttl = *update.ttl_ms;
    }
    if (rng_->Below(3) == 0) {
      update.pinned = rng_->Below(2) == 0;
      node.pinned = *update.pinned;
    }
    if (rng_->Below(3) == 0) {
      update.persistence = static_cast<PersistenceState>(rng_->Below(4));
      node.state = *update.persistence;
    }
    if (rng_->Below(3) == 0) {
      update.xattr = {{"k" + std::to_string(rng_->Below(3)), std::to_string(now_)}};
      node.xattr = update.xattr;
    }
    if (rng_->Below(3) == 0) update.ufs_fingerprint = std::string(rng_->Below(300), 'x');
    update.modification_time_ms = ++now_;
    on_.Record(UpdateInodeEdit(update));
  }

  void UpdateFile() {
    FileUpdate update;
    update.id = Pick();
    Node& node = model_[update.id];
    if (node.directory) return;
    // Of some lengths and numbers of blocks more than the record of an inode has room for.
    update.length = static_cast<int64_t>(rng_->Below(2) == 0 ? rng_->Below(1 << 30)
                                                             : rng_->Below(uint64_t{1} << 42));
    update.completed = true;
    update.block_count = static_cast<int64_t>(1 + rng_->Below(rng_->Below(8) == 0 ? 400 : 4));
    if (rng_->Below(3) == 0) update.replication_max = static_cast<int32_t>(rng_->Below(5));
    if (rng_->Below(4) == 0) update.persist_job_id = now_;
    if (rng_->Below(4) == 0) update.temp_ufs_path = "/tmp/" + std::to_string(now_);
    on_.Record(UpdateFileEdit(update));
    node.length = *update.length;
    node.blocks = static_cast<size_t>(*update.block_count);
  }

  void NewBlock() {
    InodeId id = Pick();
    if (model_[id].directory) return;
    on_.Record(NewBlockEdit(id));
    ++model_[id].blocks;
  }

  std::unique_ptr<Rng> rng_;
  TreeOnJournal on_;
  std::map<InodeId, Node> model_;
  std::vector<InodeId> ids_;
  int64_t now_ = 1000;
};

class RandomEditsTest : public TreeTest {};

INSTANTIATE_TEST_SUITE_P(Kinds, RandomEditsTest, BothKinds(), KindName);

TEST_P(RandomEditsTest, TreeModelReplayCheckpointAndBackupAgree) {
  const int rounds = GetParam() == TreeKind::kArena ? 10 : 3;
  for (int round = 0; round < rounds; ++round) {
    uint64_t seed = Rng::Real().Next();
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomEdits edits(seed);
    for (int step = 0; step < 2000; ++step) edits.Step();
    edits.ExpectAgreement();
    edits.ExpectReplayCheckpointAndBackupAgree();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace alluxio::master
