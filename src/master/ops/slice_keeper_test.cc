// Listings of which slices are kept, against those that are written anew: the same bytes after
// every kind of change. SEED=n repeats a random one.
#include "master/ops/slice_keeper.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "master/ops/listing_cache.h"
#include "metrics/registry.h"
#include "model/path.h"
#include "tests/fixtures/master_harness.h"

namespace alluxio::master {
namespace {

class KeptListingsTest : public ::testing::Test {
 protected:
  KeptListingsTest() {
    for (const char* name : {"/ufs", "/other"}) {
      std::filesystem::create_directories(folder_.path() + name);
    }
    master_ = std::make_unique<MasterHarness>(journal_, folder_.path() + "/ufs");
    UseSlicesOf(200);
    for (const char* host : {"one", "two"}) workers_.push_back(Join(host, {}));
    MakeFolder("/d");
    for (int i = 0; i < 7; ++i) {
      EXPECT_TRUE(MakeFile("/d/f" + std::to_string(i), i % 3).ok());
    }
    MakeFolder("/d/sub");
    MakeFolder("/e");
    EXPECT_TRUE(MakeFile("/e/f", 1).ok());
  }

  void UseSlicesOf(size_t entries) {
    FsParts parts = master_->PartsOf();
    if (entries < 200) parts.settings.list_inline = 1;
    parts.settings.list_slice = entries;
    plain_ = std::make_unique<FsOperations>(parts);
    parts.listing_cache = &cache_;
    keeping_ = std::make_unique<FsOperations>(parts);
  }

  FsOperations& ops() { return master_->ops; }
  std::unique_ptr<OpContext> Ctx() { return master_->Context(); }
  WorkerId Join(const std::string& host, std::vector<BlockId> blocks) {
    WorkerNetAddress address;
    address.host = host;
    address.rpc_port = 29999;
    WorkerRegistration facts;
    facts.worker = master_->blocks.GetWorkerId(address).value();
    facts.tiers = {"MEM", "SSD"};
    EXPECT_TRUE(master_->blocks.BeginRegister(facts).ok());
    TierBlocks place{"MEM", "MEM", std::move(blocks)};
    EXPECT_TRUE(master_->blocks.AddRegisterBlocks(facts.worker, std::span(&place, 1)).ok());
    EXPECT_TRUE(master_->blocks.FinishRegister(facts.worker).ok());
    return facts.worker;
  }
  void MakeFolder(const std::string& path) {
    EXPECT_TRUE(ops().CreateDirectory(*Ctx(), path, {}).ok()) << path;
  }
  // The blocks lie on both workers.
  Status MakeFile(const std::string& path, int blocks) {
    CreateFileOptions create;
    create.block_size = 100;
    RETURN_IF_ERROR(ops().CreateFile(*Ctx(), path, create).status());
    for (int n = 0; n < blocks; ++n) {
      ASSIGN_OR_RETURN(BlockId block, ops().GetNewBlockId(*Ctx(), path));
      blocks_.push_back(block);
      for (WorkerId worker : workers_) RETURN_IF_ERROR(Commit(worker, block, "MEM"));
    }
    CompleteFileOptions complete;
    complete.ufs_length = 100 * blocks;
    return ops().CompleteFile(*Ctx(), path, complete);
  }
  Status Commit(WorkerId worker, BlockId block, const std::string& tier) {
    BlockCommit commit;
    commit.worker = worker;
    commit.block = block;
    commit.length = 100;
    commit.tier = tier;
    return master_->blocks.CommitBlock(*Ctx(), commit);
  }
  BlockId AnyBlockOf(const std::string& path) {
    return ops().GetStatus(*Ctx(), path, {})->block_ids.at(0);
  }

  std::string Written(FsOperations& by, const std::string& path, bool mounts = true) {
    ListStatusOptions options;
    options.exclude_mount_info = !mounts;
    wire::ProtoWriter out;
    Status listed = by.WriteListing(*Ctx(), path, options, &out,
                                    [](size_t) -> Status { return OkStatus(); });
    return listed.ok() ? std::string(out.view()) : listed.ToString();
  }
  std::string Kept(const std::string& path) { return Written(*keeping_, path); }
  // The third time it comes from the cache.
  void Warm(const std::string& path) {
    for (int i = 0; i < 3; ++i) Kept(path);
    ASSERT_TRUE(IsKept(path));
  }
  bool IsKept(const std::string& path) {
    const InodeId id = ops().GetStatus(*Ctx(), path, {})->id;
    return cache_.Find({id, true, ""}) != nullptr;
  }
  // After a change of /d or of what is in it.
  void ExpectNewOf(const std::string& path, const std::string& before) {
    const std::string plain = Written(*plain_, path);
    EXPECT_NE(plain, before) << "nothing has changed";
    EXPECT_TRUE(Kept(path) == plain);
  }

  TempFolder folder_;
  journal::MemoryJournal journal_;
  std::unique_ptr<MasterHarness> master_;
  ListingCache cache_{1 << 20};
  std::unique_ptr<FsOperations> plain_;
  std::unique_ptr<FsOperations> keeping_;
  std::vector<WorkerId> workers_;
  std::vector<BlockId> blocks_;
};

TEST_F(KeptListingsTest, ASecondListingIsKeptAndTheThirdIsTheSame) {
  const std::string plain = Written(*plain_, "/d");
  EXPECT_TRUE(Kept("/d") == plain);
  EXPECT_FALSE(IsKept("/d"));
  EXPECT_TRUE(Kept("/d") == plain);
  EXPECT_TRUE(IsKept("/d"));
  EXPECT_TRUE(Kept("/d") == plain);
  EXPECT_TRUE(Written(*keeping_, "/d", false) == Written(*plain_, "/d", false));
}

TEST_F(KeptListingsTest, EveryChangeOfAnInodeIsShown) {
  struct Change {
    const char* what;
    std::function<Status()> make;
  };
  SetAttributeOptions mode, owner, pin, ttl, xattr, replication;
  mode.mode = Mode{0600};
  owner.owner = "somebody";
  pin.pinned = true;
  ttl.common.ttl_ms = 1'000'000;
  xattr.xattr = std::map<std::string, std::string>{{"k", "v"}};
  replication.replication_max = 5;
  AclEntry entry;
  entry.type = AclEntryType::kNamedUser;
  entry.subject = "who";
  entry.bits = Bits::kRead;
  auto set = [this](const char* path, const SetAttributeOptions& options) {
    return ops().SetAttribute(*Ctx(), path, options);
  };
  const Change changes[] = {
      {"a new file", [&] { return MakeFile("/d/new", 1); }},
      {"a new folder", [&] { return ops().CreateDirectory(*Ctx(), "/d/new2", {}); }},
      {"a file is gone", [&] { return ops().Delete(*Ctx(), "/d/f1", {}); }},
      {"renamed", [&] { return ops().Rename(*Ctx(), "/d/f2", "/d/g2", {}); }},
      {"moved away", [&] { return ops().Rename(*Ctx(), "/d/f3", "/e/f3", {}); }},
      {"moved here", [&] { return ops().Rename(*Ctx(), "/e/f3", "/d/a3", {}); }},
      {"mode", [&] { return set("/d/f4", mode); }},
      {"owner", [&] { return set("/d/f4", owner); }},
      {"pin", [&] { return set("/d/f4", pin); }},
      {"ttl", [&] { return set("/d/f4", ttl); }},
      {"xattr", [&] { return set("/d/f4", xattr); }},
      {"replication", [&] { return set("/d/f4", replication); }},
      {"mode of a folder", [&] { return set("/d/sub", mode); }},
      {"acl",
       [&] { return ops().SetAcl(*Ctx(), "/d/f5", SetAclAction::kModify, {entry}, {}); }},
      {"persistence", [&] { return ops().ScheduleAsyncPersistence(*Ctx(), "/d/f5"); }},
      {"a child of a folder in it", [&] { return MakeFile("/d/sub/below", 0); }},
  };
  for (const Change& change : changes) {
    SCOPED_TRACE(change.what);
    Warm("/d");
    const std::string before = Kept("/d");
    master_->clock.Advance(std::chrono::seconds(1));
    Status made = change.make();
    ASSERT_TRUE(made.ok()) << made;
    ExpectNewOf("/d", before);
  }
}

TEST_F(KeptListingsTest, AFolderThatWasMovedShowsItsNewPath) {
  Warm("/d");
  const std::string before = Kept("/d");
  ASSERT_TRUE(ops().Rename(*Ctx(), "/d", "/moved", {}).ok());
  ExpectNewOf("/moved", before);
  MakeFolder("/top");
  ASSERT_TRUE(ops().Rename(*Ctx(), "/moved", "/top/moved", {}).ok());
  ExpectNewOf("/top/moved", before);
}

TEST_F(KeptListingsTest, EveryChangeOfABlockIsShown) {
  const BlockId block = AnyBlockOf("/d/f1");
  Warm("/d");
  std::string before = Kept("/d");
  ASSERT_TRUE(Commit(workers_[0], block, "SSD").ok());
  ExpectNewOf("/d", before);

  Warm("/d");
  before = Kept("/d");
  WorkerHeartbeat beat;
  beat.worker = workers_[0];
  beat.removed = {block};
  master_->blocks.Heartbeat(beat);
  ExpectNewOf("/d", before);

  Warm("/d");
  before = Kept("/d");
  beat.removed.clear();
  beat.added = {TierBlocks{"MEM", "MEM", {block}}};
  master_->blocks.Heartbeat(beat);
  ExpectNewOf("/d", before);

  Warm("/d");
  Warm("/e");
  before = Kept("/d");
  const BlockId gone[] = {block};
  ASSERT_TRUE(master_->blocks.RemoveBlocks(*Ctx(), gone).ok());
  ExpectNewOf("/d", before);
  EXPECT_TRUE(IsKept("/e")) << "what is not touched stays";
}

TEST_F(KeptListingsTest, EveryChangeOfAWorkerIsShown) {
  Warm("/d");
  std::string before = Kept("/d");
  master_->clock.Advance(std::chrono::minutes(6));
  WorkerHeartbeat beat;
  beat.worker = workers_[1];
  master_->blocks.Heartbeat(beat);
  master_->blocks.CheckWorkers();  // the other is lost
  ExpectNewOf("/d", before);

  Warm("/d");
  before = Kept("/d");
  Join("one", {AnyBlockOf("/d/f1")});
  ExpectNewOf("/d", before);

  Warm("/d");
  before = Kept("/d");
  WorkerNetAddress moved;
  moved.host = "two";
  moved.rpc_port = 29999;
  moved.domain_socket_path = "/run/other";
  ASSERT_TRUE(master_->blocks.GetWorkerId(moved).ok());
  ExpectNewOf("/d", before);

  Warm("/d");
  before = Kept("/d");
  ASSERT_TRUE(master_->blocks.DecommissionWorker("two", 0, true).ok());
  ExpectNewOf("/d", before);
}

TEST_F(KeptListingsTest, MountsAreShown) {
  Warm("/d");
  std::string before = Kept("/d");
  ASSERT_TRUE(ops().Mount(*Ctx(), "/d/m", folder_.path() + "/other", {}).ok());
  ExpectNewOf("/d", before);
  Warm("/d");
  before = Kept("/d");
  ASSERT_TRUE(ops().Unmount(*Ctx(), "/d/m").ok());
  ExpectNewOf("/d", before);
}

TEST_F(KeptListingsTest, AFolderThatIsTooLargeIsNotKept) {
  ListingCache small(6000);  // some 300 bytes an entry: eight of them are more than a quarter
  FsParts parts = master_->PartsOf();
  parts.listing_cache = &small;
  FsOperations by(parts);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(Written(by, "/d") == Written(*plain_, "/d"));
    EXPECT_TRUE(Written(by, "/e") == Written(*plain_, "/e"));
    EXPECT_EQ(small.entries(), i == 0 ? 0u : 1u) << "of /e alone";
  }
}

// A reply with a kept slice waits for nothing, so nothing is kept that it would have to wait for.
TEST_F(KeptListingsTest, WhatIsNotDurableIsNotKept) {
  journal_.Hold();
  SetAttributeOptions mode;
  mode.mode = Mode{0600};
  ASSERT_TRUE(ops().SetAttribute(*Ctx(), "/d/f0", mode).ok());
  for (int i = 0; i < 4; ++i) {
    auto context = Ctx();
    wire::ProtoWriter out;
    ASSERT_TRUE(keeping_->WriteListing(*context, "/d", {}, &out, [](size_t) -> Status {
      return OkStatus();
    }).ok());
    EXPECT_GT(context->position(), journal_.durable());
    EXPECT_FALSE(IsKept("/d"));
  }
}

TEST_F(KeptListingsTest, OfAnotherStateNothingIsLeft) {
  Warm("/d");
  const std::string before = Kept("/d");
  ASSERT_TRUE(ops().Delete(*Ctx(), "/d/f0", {}).ok());
  Warm("/d");
  // The same entries once more, but for those of the blocks' places.
  {
    WriterLock lock(master_->tree.lock());
    master_->file_system.Reset();
  }
  ASSERT_TRUE(journal_.Recover({&master_->file_system}).ok());
  EXPECT_TRUE(Kept("/d") == Written(*plain_, "/d"));
}

// What was acknowledged before a listing began is in it, whoever keeps slices meanwhile.
TEST_F(KeptListingsTest, WhoeverListsSeesWhatWasDoneBefore) {
  constexpr int kFiles = 150;
  const BlockId block = AnyBlockOf("/d/f1");
  auto name_of = [](int i) { return "/d/new" + std::to_string(1000 + i); };
  std::atomic<int> done = 0;
  std::atomic<int> looks = 0;
  std::vector<std::thread> readers;
  for (int r = 0; r < 2; ++r) {
    readers.emplace_back([&] {
      for (int seen = 0; seen < kFiles;) {
        seen = done.load();
        const std::string listed = Kept("/d");
        ASSERT_TRUE(seen == 0 || listed.find(name_of(seen)) != std::string::npos) << seen;
        looks.fetch_add(1);
      }
    });
  }
  for (int i = 1; i <= kFiles; ++i) {
    ASSERT_TRUE(MakeFile(name_of(i), 0).ok());
    done.store(i);
    ASSERT_TRUE(Commit(workers_[0], block, i % 2 == 0 ? "MEM" : "SSD").ok());
    // Some listings in between, so that slices are kept and thrown away again.
    while (i % 10 == 0 && i < kFiles && looks.load() < i && !HasFailure()) {
      std::this_thread::yield();
    }
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_TRUE(Kept("/d") == Written(*plain_, "/d"));
}

class RandomChanges : public KeptListingsTest,
                      public ::testing::WithParamInterface<size_t /*entries of a slice*/> {
 protected:
  bool Chance() { return rng_->Below(2) == 0; }
  std::string Folder() { return folders_[rng_->Below(folders_.size())]; }
  std::string File() {
    return JoinPath(Folder(), "f" + std::to_string(rng_->Below(12)));
  }
  BlockId Block() { return blocks_[rng_->Below(blocks_.size())]; }
  WorkerId Worker() { return workers_[rng_->Below(workers_.size())]; }

  // Many are refused, of what is not there and so on: that is no matter here.
  Status Step() {
    switch (rng_->Below(12)) {
      case 0:
      case 1: return MakeFile(File(), static_cast<int>(rng_->Below(3)));
      case 2: return ops().Delete(*Ctx(), File(), {});
      case 3: return ops().Rename(*Ctx(), File(), File(), {});
      case 4: return ops().Rename(*Ctx(), Folder(), Folder(), {});
      case 5: return SetSomething();
      case 6: return Commit(Worker(), Block(), Chance() ? "MEM" : "SSD");
      case 7: return Beat();
      case 8: return LoseOrJoin();
      case 9: return MountOrUnmount();
      case 10: return ops().CreateDirectory(*Ctx(), Folder(), {});
      default: return ops().ScheduleAsyncPersistence(*Ctx(), File());
    }
  }
  Status SetSomething() {
    SetAttributeOptions options;
    if (Chance()) options.mode = Mode{static_cast<uint16_t>(0700 + rng_->Below(8))};
    else options.pinned = Chance();
    return ops().SetAttribute(*Ctx(), Chance() ? File() : Folder(), options);
  }
  Status Beat() {
    WorkerHeartbeat beat;
    beat.worker = Worker();
    if (Chance()) beat.removed = {Block()};
    else beat.added = {TierBlocks{"SSD", "SSD", {Block()}}};
    master_->blocks.Heartbeat(beat);
    return OkStatus();
  }
  Status LoseOrJoin() {
    if (Chance()) {
      workers_[rng_->Below(2)] = Join(Chance() ? "one" : "two", {Block(), Block()});
      return OkStatus();
    }
    master_->clock.Advance(std::chrono::minutes(6));
    WorkerHeartbeat beat;
    beat.worker = Worker();
    master_->blocks.Heartbeat(beat);
    master_->blocks.CheckWorkers();
    return OkStatus();
  }
  Status MountOrUnmount() {
    const std::string path = JoinPath(Folder(), "m");
    if (Chance()) return ops().Unmount(*Ctx(), path);
    return ops().Mount(*Ctx(), path, folder_.path() + "/other", {});
  }

  std::unique_ptr<Rng> rng_;
  const std::vector<std::string> folders_{"/d", "/d/sub", "/e", "/d/sub/low", "/e/x"};
};

TEST_P(RandomChanges, AreShown) {
  const char* given = std::getenv("SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : Rng::Real().Next();
  std::cout << "SEED=" << seed << "\n";
  rng_ = Rng::Seeded(seed);
  UseSlicesOf(GetParam());
  metrics::Counter& hits = metrics::Registry::Process().counter("Master.ListingCacheHits");
  const int64_t hits_before = hits.Value();
  int changes = 0;
  for (int step = 0; step < 1500 && !HasFailure(); ++step) {
    changes += Step().ok() ? 1 : 0;
    for (uint64_t looks = rng_->Below(4); looks > 0; --looks) {
      const std::string path = Chance() ? "/d" : Folder();
      const bool mounts = rng_->Below(4) != 0;
      ASSERT_TRUE(Written(*keeping_, path, mounts) == Written(*plain_, path, mounts))
          << path << " after step " << step;
    }
  }
  EXPECT_GT(changes, 300);
  EXPECT_GT(hits.Value() - hits_before, 100);
}

INSTANTIATE_TEST_SUITE_P(Slices, RandomChanges, ::testing::Values(2, 3, 200));

}  // namespace
}  // namespace alluxio::master
