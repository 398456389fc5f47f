#include "master/chores/chores_fixture.h"

namespace alluxio::master {
namespace {

class BlockIntegrityTest : public ChoresFixture {
 protected:
  // A block that the master knows of and no file has.
  BlockId Orphan(WorkerId worker) {
    FileInfo file = Create("/file");
    BlockId orphan = MakeId(ContainerOf(file.id) + 100, 0);
    Commit(worker, orphan);
    return orphan;
  }
  bool Known(BlockId block) { return master_->blocks.LengthOf(block).has_value(); }
  void Tick() { CheckBlockIntegrity(parts_, settings_, memory_); }
};

TEST_F(BlockIntegrityTest, StraysAreFreedAndBlocksOfOpenFilesStay) {
  FileInfo open = Create("/open");
  BlockId kept = master_->ops.GetNewBlockId(*master_->Context(), "/open").value();
  BlockId stray = MakeId(ContainerOf(open.id) + 1'000, 0);
  WorkerId worker = Join("w", {kept, stray});
  FreeStrayBlocks(parts_, settings_, memory_);
  EXPECT_EQ(Beat(worker).blocks, std::vector<BlockId>{stray});
}

TEST_F(BlockIntegrityTest, KnownBlocksOfNoFileGoAtTheSecondCheck) {
  BlockId orphan = Orphan(Join("w", {}));
  Tick();
  EXPECT_TRUE(Known(orphan));
  Tick();
  EXPECT_FALSE(Known(orphan));
}

TEST_F(BlockIntegrityTest, ABlockThatGotItsFileBetweenTwoChecksStays) {
  WorkerId worker = Join("w", {});
  FileInfo file = Create("/late");
  BlockId block = master_->ops.GetNewBlockId(*master_->Context(), "/late").value();
  Commit(worker, block);
  memory_.orphans.insert(block);  // as if the last check had not seen the file
  Tick();
  EXPECT_TRUE(Known(block));
  EXPECT_TRUE(memory_.orphans.empty());
}

TEST_F(BlockIntegrityTest, WithoutRepairNothingIsRemoved) {
  settings_.block_integrity_repair = false;
  BlockId orphan = Orphan(Join("w", {}));
  for (int i = 0; i < 3; ++i) Tick();
  EXPECT_TRUE(Known(orphan));
}

}  // namespace
}  // namespace alluxio::master
