// The namespace and its under store under crashes at every step, over many seeds: what was
// acknowledged is there with its content, what was deleted stays away, and nothing is left over.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <thread>

#include "master/ops/fs_operations.h"
#include "model/path.h"
#include "tests/fixtures/master_harness.h"
#include "tests/fixtures/memory_object_ufs.h"

namespace alluxio::master {
namespace {

using Content = std::map<std::string, std::string>;  // path -> bytes

bool Changes(ObjectRequest request) {
  return request == ObjectRequest::kPut || request == ObjectRequest::kCopy ||
         request == ObjectRequest::kDelete;
}

// One master over one store that can die at any request it makes.
class Sim {
 public:
  Sim(uint64_t seed, bool atomic_rename)
      : rng_(Rng::Seeded(seed)),
        store_(std::make_shared<MemoryObjectUfs>(
            "object://bucket", MemoryObjectUfs::Options{.atomic_rename = atomic_rename})) {
    store_->SetHook([this](ObjectRequest request, const std::string&) { return Fate(request); });
    Start();
  }

  // --- the outside world -----------------------------------------------------------------------
  // The master dies at the n-th change of the store from now; `faults` are single 503s instead.
  void DieAt(int n, bool fault) {
    MutexLock lock(mutex_);
    countdown_ = n;
    fault_ = fault;
  }
  // From now on changes of the store wait; AwaitHeld() returns when one does.
  void Hold() {
    MutexLock lock(mutex_);
    held_ = true;
  }
  void AwaitHeld() {
    MutexLock lock(mutex_);
    while (waiting_ == 0) changed_.Wait(mutex_);
  }
  void Release() {
    MutexLock lock(mutex_);
    held_ = false;
    changed_.NotifyAll();
  }
  bool dead() {
    MutexLock lock(mutex_);
    return dead_;
  }
  // Entries of the journal's `count` that a master after this one finds.
  size_t Survived(journal::Component component, size_t count) {
    MutexLock lock(mutex_);
    return dead_ ? survived_[component] : count;
  }
  // A new master on what the journal held when the last one died.
  void Restart() {
    auto journal = std::make_unique<journal::MemoryJournal>();
    for (journal::Component component : {journal::Component::kFileSystem,
                                         journal::Component::kBlock}) {
      std::vector<journal::JournalEntry> entries = journal_->entries(component);
      size_t count = Survived(component, entries.size());
      for (size_t i = 0; i < count; ++i) journal->Append(component, entries[i]);
    }
    master_.reset();
    journal_ = std::move(journal);
    {
      MutexLock lock(mutex_);
      dead_ = false;
      countdown_ = 0;
    }
    tickets_.clear();
    Start();
  }
  // Everything that runs in the background, until there is nothing more to do.
  void Settle() {
    for (int i = 0; i < 20 && master_->repairs.size() > 0; ++i) {
      master_->clock.Advance(std::chrono::minutes(10));
      master_->ops.RepairStoreEdits(master_->clock);
    }
    EXPECT_EQ(master_->repairs.size(), 0u);
    EXPECT_EQ(master_->store_edits.size(), 0u);
  }
  void Drain() {
    tickets_.clear();
    for (InodeId id : master_->ops.FilesToPersist(1000, master_->clock)) {
      Result<PersistTicket> ticket = Begin(id);
      ASSERT_TRUE(ticket.ok()) << ticket.status();
      Status done = master_->ops.CompletePersist(*master_->Context(), id, ticket->temp_ufs_path);
      ASSERT_TRUE(done.ok()) << done;
    }
    master_->ops.SweepPersistFolders(master_->clock.NowMs());
  }

  // --- edits -----------------------------------------------------------------------------------
  Status CreateThrough(const std::string& path, const std::string& content) {
    RETURN_IF_ERROR(Create(path, WriteType::kCacheThrough).status());
    RETURN_IF_ERROR(Put(path.substr(1), content));
    CompleteFileOptions options;
    options.ufs_length = static_cast<int64_t>(content.size());
    return master_->ops.CompleteFile(*master_->Context(), path, options);
  }
  Status CreateLater(const std::string& path, const std::string& content) {
    ASSIGN_OR_RETURN(FileInfo info, Create(path, WriteType::kAsyncThrough));
    content_of_[info.id] = content;
    CompleteFileOptions options;
    options.async_persist = true;
    return master_->ops.CompleteFile(*master_->Context(), path, options);
  }
  // `*replaced`: the new file took the place of the old one, whatever became of its bytes.
  Status Overwrite(const std::string& path, const std::string& content, WriteType type,
                   bool* replaced) {
    CreateFileOptions options;
    options.write_type = type;
    options.overwrite = true;
    Result<FileInfo> info = master_->ops.CreateFile(*master_->Context(), path, options);
    *replaced = info.ok();
    RETURN_IF_ERROR(info.status());
    CompleteFileOptions complete;
    if (type == WriteType::kCacheThrough) {
      RETURN_IF_ERROR(Put(path.substr(1), content));
      complete.ufs_length = static_cast<int64_t>(content.size());
    } else {
      content_of_[info->id] = content;
      complete.async_persist = true;
    }
    return master_->ops.CompleteFile(*master_->Context(), path, complete);
  }
  Status Mkdir(const std::string& path, bool through) {
    CreateDirectoryOptions options;
    options.write_type = through ? WriteType::kCacheThrough : WriteType::kMustCache;
    options.recursive = true;
    return master_->ops.CreateDirectory(*master_->Context(), path, options);
  }
  Status Rename(const std::string& from, const std::string& to,
                std::optional<OperationId> id = std::nullopt) {
    return master_->ops.Rename(*master_->Context(true, "root", id), from, to, {});
  }
  Status Delete(const std::string& path, std::optional<OperationId> id = std::nullopt) {
    DeleteOptions options;
    options.recursive = true;
    return master_->ops.Delete(*master_->Context(true, "root", id), path, options);
  }
  // One step of some file on its way to the store.
  void PersistStep() {
    if (tickets_.empty() || rng_->Below(2) == 0) {
      std::vector<InodeId> due = master_->ops.FilesToPersist(100, master_->clock);
      if (due.empty()) return;
      InodeId id = due[rng_->Below(due.size())];
      master_->clock.Advance(std::chrono::milliseconds(1));
      if (Result<PersistTicket> ticket = Begin(id); ticket.ok()) tickets_.push_back(*ticket);
      return;
    }
    size_t index = rng_->Below(tickets_.size());
    PersistTicket ticket = tickets_[index];
    tickets_.erase(tickets_.begin() + static_cast<long>(index));
    if (rng_->Below(5) == 0) {
      (void)master_->ops.FailPersist(*master_->Context(), ticket.file_id, "disk full", false);
      return;
    }
    Status done = master_->ops.CompletePersist(*master_->Context(), ticket.file_id,
                                               ticket.temp_ufs_path);
    (void)master_->ops.DropTemporaries(1 + rng_->Below(3));
    if (!done.ok()) {
      (void)master_->ops.FailPersist(*master_->Context(), ticket.file_id, done.message(), false);
    }
  }

  // --- what there is ---------------------------------------------------------------------------
  // Files of the namespace with the bytes a reader would get.
  Content Namespace(LoadMetadataType load) {
    Content files;
    ListStatusOptions options;
    options.recursive = true;
    options.load_metadata = load;
    Status listed = master_->ops.ListStatus(*master_->Context(), "/", options,
                                            [&](std::vector<FileInfo> batch) {
      for (const FileInfo& info : batch) {
        if (info.folder || !info.completed) continue;
        bool persisted = info.persistence == PersistenceState::kPersisted;
        files[info.path] =
            persisted ? store_->GetObject(info.path.substr(1)) : content_of_[info.id];
      }
      return OkStatus();
    });
    EXPECT_TRUE(listed.ok()) << listed;
    return files;
  }
  // Files whose writer is gone: he would delete them, or time would.
  void DropIncomplete() {
    std::vector<std::string> open;
    ListStatusOptions options;
    options.recursive = true;
    options.load_metadata = LoadMetadataType::kNever;
    Status listed = master_->ops.ListStatus(*master_->Context(), "/", options,
                                            [&](std::vector<FileInfo> batch) {
      for (const FileInfo& info : batch) {
        if (!info.folder && !info.completed) open.push_back(info.path);
      }
      return OkStatus();
    });
    EXPECT_TRUE(listed.ok()) << listed;
    for (const std::string& path : open) {
      Status deleted = Delete(path);
      EXPECT_TRUE(deleted.ok()) << deleted;
    }
  }
  Content Objects() {
    Content objects;
    for (const std::string& key : store_->ObjectKeys()) {
      if (!key.ends_with('/')) objects["/" + key] = store_->GetObject(key);
    }
    return objects;
  }
  bool Exists(const std::string& path) {
    ReaderLock lock(master_->tree.lock());
    return master_->tree.Walk(path).found();
  }
  Rng& rng() { return *rng_; }

 private:
  void Start() {
    master_ = std::make_unique<MasterHarness>(*journal_, "object://bucket", store_);
    master_->clock.Advance(std::chrono::hours(++starts_));
  }
  ObjectFate Fate(ObjectRequest request) {
    MutexLock lock(mutex_);
    if (Changes(request) && held_) {
      ++waiting_;
      changed_.NotifyAll();
      while (held_) changed_.Wait(mutex_);
    }
    ObjectFate fate;
    if (dead_) {
      fate.before = Unavailable("the master is dead");
      return fate;
    }
    if (!Changes(request) || countdown_ == 0 || --countdown_ > 0) return fate;
    (rng_->Below(2) == 0 ? fate.before : fate.after) = Unavailable("503");
    if (fault_) return fate;
    dead_ = true;
    for (journal::Component component : {journal::Component::kFileSystem,
                                         journal::Component::kBlock}) {
      survived_[component] = journal_->entries(component).size();
    }
    return fate;
  }
  Result<FileInfo> Create(const std::string& path, WriteType type) {
    CreateFileOptions options;
    options.write_type = type;
    options.recursive = true;
    return master_->ops.CreateFile(*master_->Context(), path, options);
  }
  Status Put(const std::string& key, const std::string& content) {
    ASSIGN_OR_RETURN(auto writer, store_->Create(key, {}));
    RETURN_IF_ERROR(writer->Write(content));
    return writer->Commit().status();
  }
  Result<PersistTicket> Begin(InodeId id) {
    ASSIGN_OR_RETURN(PersistTicket ticket, master_->ops.StartPersist(*master_->Context(), id));
    std::string key = ticket.temp_ufs_path.substr(std::string("object://bucket/").size());
    RETURN_IF_ERROR(Put(key, content_of_[id]));
    return ticket;
  }

  const std::unique_ptr<Rng> rng_;
  const std::shared_ptr<MemoryObjectUfs> store_;
  std::unique_ptr<journal::MemoryJournal> journal_ = std::make_unique<journal::MemoryJournal>();
  std::unique_ptr<MasterHarness> master_;
  std::map<InodeId, std::string> content_of_;  // what workers hold
  std::vector<PersistTicket> tickets_;
  int starts_ = 0;
  Mutex mutex_{LockRank::kStore};  // the journal and the dice have locks below it
  CondVar changed_;
  bool held_ GUARDED_BY(mutex_) = false;
  int waiting_ GUARDED_BY(mutex_) = 0;
  int countdown_ GUARDED_BY(mutex_) = 0;
  bool fault_ GUARDED_BY(mutex_) = false;
  bool dead_ GUARDED_BY(mutex_) = false;
  std::map<journal::Component, size_t> survived_ GUARDED_BY(mutex_);
};

// What a client believes, and what it cannot know because an answer never came.
class Believer {
 public:
  explicit Believer(Sim& sim) : sim_(sim) {}

  void Step() {
    switch (sim_.rng().Below(9)) {
      case 0:
      case 1:
        return Create(sim_.rng().Below(2) == 0);
      case 2:
      case 3:
        return Rename();
      case 4:
        return Delete();
      case 5:
        return Overwrite();
      default:
        return sim_.PersistStep();
    }
  }

  // After an edit whose answer is unknown, when everything has settled.
  void Learn(Content found) {
    for (const auto& [path, content] : sure_) {
      EXPECT_EQ(found[path], content) << "lost " << path;
    }
    if (!moved_.empty()) {
      bool old_place = found.contains(moved_.begin()->first.first);
      for (const auto& [paths, content] : moved_) {
        const std::string& there = old_place ? paths.first : paths.second;
        const std::string& away = old_place ? paths.second : paths.first;
        EXPECT_EQ(found[there], content) << "half renamed " << there;
        EXPECT_FALSE(found.contains(away)) << "in both places " << away;
        sure_[there] = content;
      }
    }
    for (const auto& [path, content] : maybe_) {
      if (!found.contains(path)) continue;
      EXPECT_EQ(found[path], content) << path;
      sure_[path] = content;
    }
    moved_.clear();
    maybe_.clear();
    for (const auto& [path, content] : found) {
      EXPECT_TRUE(sure_.contains(path)) << "came back: " << path << " " << content;
    }
  }
  const Content& sure() const { return sure_; }

 private:
  std::string Fresh() {
    std::string folder = "/d" + std::to_string(sim_.rng().Below(3));
    if (sim_.rng().Below(3) == 0) folder += "/e" + std::to_string(sim_.rng().Below(2));
    return folder + "/f" + std::to_string(++count_);
  }
  void Create(bool through) {
    std::string path = Fresh();
    std::string content = "content of " + path;
    Status created =
        through ? sim_.CreateThrough(path, content) : sim_.CreateLater(path, content);
    (created.ok() && !sim_.dead() ? sure_ : maybe_)[path] = content;
  }
  // Until the new file is there the old one must be; after that its bytes are nobody's.
  void Overwrite() {
    if (sure_.empty()) return;
    auto it = sure_.begin();
    std::advance(it, static_cast<long>(sim_.rng().Below(sure_.size())));
    std::string path = it->first;
    std::string content = "content " + std::to_string(++count_) + " of " + path;
    WriteType type =
        sim_.rng().Below(2) == 0 ? WriteType::kCacheThrough : WriteType::kAsyncThrough;
    bool replaced = false;
    Status done = sim_.Overwrite(path, content, type, &replaced);
    if (!replaced) return;
    sure_.erase(path);
    (done.ok() && !sim_.dead() ? sure_ : maybe_)[path] = content;
  }
  // A file or one of its folders.
  std::string Any() {
    auto it = sure_.begin();
    std::advance(it, static_cast<long>(sim_.rng().Below(sure_.size())));
    std::string path = it->first;
    while (sim_.rng().Below(3) == 0 && ParentPath(path) != "/") path = ParentPath(path);
    return path;
  }
  void Rename() {
    if (sure_.empty()) return;
    std::string from = Any();
    std::string to = sim_.rng().Below(2) == 0 ? "/n" + std::to_string(++count_)
                                              : from + "x" + std::to_string(++count_);
    Content below = Take(from);
    bool done = sim_.Rename(from, to).ok() && !sim_.dead();
    for (const auto& [path, content] : below) {
      std::string target = to + path.substr(from.size());
      if (done) {
        sure_[target] = content;
      } else {
        moved_[{path, target}] = content;
      }
    }
  }
  void Delete() {
    if (sure_.empty()) return;
    std::string path = Any();
    Content below = Take(path);
    if (!sim_.Delete(path).ok() || sim_.dead()) maybe_ = below;
  }
  Content Take(const std::string& top) {
    Content taken;
    for (auto it = sure_.begin(); it != sure_.end();) {
      bool inside = IsSameOrBelow(it->first, top);
      if (inside) taken.insert(*it);
      it = inside ? sure_.erase(it) : std::next(it);
    }
    return taken;
  }

  Sim& sim_;
  Content sure_;
  Content maybe_;                                              // there or not
  std::map<std::pair<std::string, std::string>, std::string> moved_;  // all here or all there
  int count_ = 0;
};

void RunSeed(uint64_t seed, bool atomic_rename) {
  SCOPED_TRACE(testing::Message() << "seed " << seed << " atomic rename " << atomic_rename);
  Sim sim(seed, atomic_rename);
  Believer believer(sim);
  for (int round = 0; round < 6; ++round) {
    for (uint64_t i = sim.rng().Below(12); i > 0; --i) believer.Step();
    sim.DieAt(static_cast<int>(1 + sim.rng().Below(12)), sim.rng().Below(3) == 0);
    for (int i = 0; i < 40 && !sim.dead(); ++i) {
      believer.Step();
      if (!sim.dead()) {
        sim.Settle();
        believer.Learn(sim.Namespace(LoadMetadataType::kNever));
      }
      if (testing::Test::HasFailure()) return;
    }
    sim.Restart();
    sim.Settle();
    believer.Learn(sim.Namespace(LoadMetadataType::kNever));
    if (testing::Test::HasFailure()) return;
  }
  sim.Restart();
  sim.Settle();
  sim.DropIncomplete();
  sim.Drain();
  EXPECT_EQ(sim.Namespace(LoadMetadataType::kAlways), believer.sure());
  EXPECT_EQ(sim.Objects(), believer.sure());
}

TEST(StoreRepairTest, NothingIsLostAndNothingComesBackOverManySeeds) {
  const char* given = std::getenv("SEED");
  uint64_t first = given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
  uint64_t count = given == nullptr ? 250 : 1;
  std::cout << "seeds " << first << " to " << first + count - 1 << "\n";
  for (uint64_t seed = first; seed < first + count; ++seed) {
    for (bool atomic_rename : {false, true}) RunSeed(seed, atomic_rename);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(StoreRepairTest, ADeleteThatIsSentAgainAfterACrashFindsItselfDone) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Sim sim(seed, false);
    ASSERT_TRUE(sim.Mkdir("/d", true).ok());
    ASSERT_TRUE(sim.CreateThrough("/d/f", "x").ok());
    OperationId id{7, static_cast<int64_t>(seed)};
    sim.DieAt(1, false);
    (void)sim.Delete("/d/f", id);  // nobody hears the answer
    ASSERT_TRUE(sim.dead());
    sim.Restart();
    Status early = sim.Delete("/d/f", id);
    EXPECT_TRUE(early.ok() || early.Is(StatusCode::kUnavailable)) << early;
    sim.Settle();
    Status again = sim.Delete("/d/f", id);
    EXPECT_TRUE(again.ok()) << again;
    EXPECT_FALSE(sim.Exists("/d/f"));
    EXPECT_TRUE(sim.Objects().empty());
    // Somebody else's is another matter.
    EXPECT_TRUE(sim.Delete("/d/f").Is(StatusCode::kNotFound));
  }
}

// A connection that broke: the first call still runs when the client asks again.
TEST(StoreRepairTest, ARenameThatIsSentAgainWhileItRunsIsDoneOnce) {
  Sim sim(1, false);
  ASSERT_TRUE(sim.Mkdir("/d", true).ok());
  ASSERT_TRUE(sim.CreateThrough("/d/f", "x").ok());
  OperationId id{8, 8};
  sim.Hold();
  Status first, again;
  std::thread one([&] { first = sim.Rename("/d/f", "/d/g", id); });
  sim.AwaitHeld();
  std::thread two([&] { again = sim.Rename("/d/f", "/d/g", id); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // it waits for the path
  sim.Release();
  one.join();
  two.join();
  EXPECT_TRUE(first.ok()) << first;
  EXPECT_TRUE(again.ok()) << again;
  EXPECT_TRUE(sim.Exists("/d/g"));
  EXPECT_FALSE(sim.Exists("/d/f"));
}

}  // namespace
}  // namespace alluxio::master
