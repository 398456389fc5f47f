#include "master/chores/persist_queue.h"

#include <atomic>
#include <fstream>
#include <future>

#include "master/chores/chores_fixture.h"
#include "tests/fixtures/memory_object_ufs.h"

namespace alluxio::master {
namespace {

// The worker's part is played by the test: it writes the temporary file, or fails to.
class PersistQueueTest : public ChoresFixture {
 protected:
  PersistQueueTest() { Restart(); }

  void Restart() {
    queue_ = std::make_unique<PersistQueue>(options_, master_->ops, master_->clock);
    parts_.persist = queue_.get();
  }
  FileInfo WriteAsync(const std::string& path, WorkerId worker) {
    FileInfo file = Write(path, WriteType::kAsyncThrough, worker);
    EXPECT_EQ(file.persistence, PersistenceState::kToBePersisted);
    return file;
  }
  void Tick() { FillPersistQueue(parts_, settings_, memory_); }
  void WriteTemporary(const PersistTicket& ticket) {
    std::filesystem::create_directories(
        std::filesystem::path(ticket.temp_ufs_path).parent_path());
    std::ofstream(ticket.temp_ufs_path) << "0123456789";
  }

  PersistQueueOptions options_;
  std::unique_ptr<PersistQueue> queue_;
};

TEST_F(PersistQueueTest, AFileGoesToTheWorkerThatHasItAndIsPersistedWhenThatSaysSo) {
  WorkerId has = Join("has", {});
  WorkerId other = Join("other", {});
  FileInfo file = WriteAsync("/d/f", has);
  Tick();
  EXPECT_TRUE(queue_->TakeFor(other).empty());
  std::vector<PersistTicket> tickets = queue_->TakeFor(has);
  ASSERT_EQ(tickets.size(), 1u);
  EXPECT_EQ(tickets[0].file_id, file.id);
  EXPECT_TRUE(queue_->TakeFor(has).empty());  // it has it already
  WriteTemporary(tickets[0]);
  queue_->Persisted(has, file.id);
  queue_->Stop();  // It is moved into place on another thread.
  EXPECT_EQ(Get("/d/f").persistence, PersistenceState::kPersisted);
  EXPECT_TRUE(std::filesystem::exists(Ufs("d/f")));
  EXPECT_FALSE(std::filesystem::exists(tickets[0].temp_ufs_path));
  EXPECT_EQ(queue_->in_flight() + queue_->waiting(), 0u);
}

class ObjectPersistTest : public PersistQueueTest {
 protected:
  ObjectPersistTest() {
    master_->factory.stores["obj://store/x"] = store_;
    Status mounted = master_->ops.Mount(*master_->Context(), "/o", "obj://store/x", {});
    EXPECT_TRUE(mounted.ok()) << mounted;
  }
  // Files that a worker has written to their temporaries and told of.
  void PersistSome(int files) {
    WorkerId worker = Join("w", {});
    for (int i = 0; i < files; ++i) WriteAsync("/o/f" + std::to_string(i), worker);
    Tick();
    std::vector<PersistTicket> tickets = queue_->TakeFor(worker);
    EXPECT_EQ(tickets.size(), static_cast<size_t>(files));
    for (const PersistTicket& ticket : tickets) {
      store_->PutObject(ticket.temp_ufs_path.substr(store_->root().size() + 1), "0123456789");
    }
    for (const PersistTicket& ticket : tickets) queue_->Persisted(worker, ticket.file_id);
  }
  std::vector<std::string> Temporaries() {
    std::vector<std::string> found;
    for (const std::string& key : store_->ObjectKeys()) {
      if (key.starts_with(".alluxio_ufs_persistence/") && !key.ends_with('/')) found.push_back(key);
    }
    return found;
  }

  std::shared_ptr<MemoryObjectUfs> store_ = std::make_shared<MemoryObjectUfs>("obj://store/x");
};

TEST_F(ObjectPersistTest, TemporariesGoManyAtATimeOnceTheirFilesArePersisted) {
  // Nothing is moved before all is told of, or each file might find itself alone.
  std::promise<void> told;
  store_->SetHook([all = told.get_future().share()](ObjectRequest request, const std::string&) {
    if (request == ObjectRequest::kCopy) all.wait();
    return ObjectFate();
  });
  PersistSome(500);
  told.set_value();
  queue_->Stop();
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(Get("/o/f" + std::to_string(i)).persistence, PersistenceState::kPersisted) << i;
    ASSERT_EQ(store_->GetObject("f" + std::to_string(i)), "0123456789") << i;
  }
  EXPECT_TRUE(Temporaries().empty());
  EXPECT_EQ(store_->Count(ObjectRequest::kCopy), 500);
  // Rounds of 200, and what is left when nothing is being moved.
  EXPECT_LE(store_->Count(ObjectRequest::kDelete), 3);
}

TEST_F(ObjectPersistTest, TemporariesThatCannotBeDeletedAreSweptLater) {
  store_->SetHook([](ObjectRequest request, const std::string&) {
    ObjectFate fate;
    if (request == ObjectRequest::kDelete) fate.before = Unavailable("SlowDown");
    return fate;
  });
  PersistSome(3);
  queue_->Stop();
  EXPECT_EQ(Get("/o/f0").persistence, PersistenceState::kPersisted);
  EXPECT_EQ(Temporaries().size(), 3u);
  store_->SetHook({});
  Tick();
  EXPECT_TRUE(Temporaries().empty());
  EXPECT_EQ(store_->GetObject("f0"), "0123456789");
}

// The store got a COPY, nobody got an answer, and it is carried out whenever the test says so: with
// the temporary gone it does nothing.
class LateCopyTest : public ObjectPersistTest {
 protected:
  LateCopyTest() {
    store_->SetHook([this](ObjectRequest request, const std::string& key) {
      ObjectFate fate;
      bool temporary = key.starts_with(".alluxio_ufs_persistence/");
      if (request == ObjectRequest::kCopy) fate.before = DeadlineExceeded("no answer");
      if (request == ObjectRequest::kDelete && temporary && !answers_) {
        fate.before = Unavailable("no answer");
      }
      if (request == ObjectRequest::kDelete) deleted_.push_back(temporary ? "temporary" : key);
      return fate;
    });
  }
  ~LateCopyTest() override { queue_->Stop(); }
  int64_t JobOf(const std::string& path) {
    ReaderLock lock(master_->tree.lock());
    WalkResult walk = master_->tree.Walk(path);
    return walk.found() ? walk.last().persist_job_id() : -1;
  }
  void CarryOut(const std::string& to) {
    for (const std::string& key : Temporaries()) store_->PutObject(to, store_->GetObject(key));
  }
  // One attempt, whose COPY is under way.
  void Attempt() {
    PersistSome(1);
    queue_->Stop();  // waits for the attempt
    EXPECT_EQ(Get("/o/f0").persistence, PersistenceState::kToBePersisted);
  }

  std::atomic<bool> answers_ = true;  // to the DELETE of a temporary
  std::vector<std::string> deleted_;  // one thread at a time
};

TEST_F(LateCopyTest, AnAttemptLetsGoOfThePathWhenItsTemporaryIsGone) {
  std::vector<int64_t> jobs;  // of the file at each DELETE; -1 once the attempt was noted as failed
  store_->SetHook([&](ObjectRequest request, const std::string&) {
    ObjectFate fate;
    if (request == ObjectRequest::kCopy) fate.before = DeadlineExceeded("no answer");
    if (request == ObjectRequest::kDelete) jobs.push_back(JobOf("/o/f0"));
    return fate;
  });
  Attempt();
  ASSERT_FALSE(jobs.empty());
  EXPECT_NE(jobs[0], -1) << "the path was free before the temporary was gone";
  EXPECT_TRUE(Temporaries().empty());
}

TEST_F(LateCopyTest, ADeletedFileDoesNotComeBack) {
  answers_ = false;
  Attempt();
  EXPECT_EQ(Temporaries().size(), 1u);
  Status refused = master_->ops.Delete(*master_->Context(), "/o/f0", {});
  EXPECT_FALSE(refused.ok()) << "its copy may be made at any time";
  EXPECT_TRUE(refused.message().find("temporary") != std::string::npos) << refused;
  EXPECT_EQ(Get("/o/f0").persistence, PersistenceState::kToBePersisted);
  answers_ = true;
  deleted_.clear();
  CarryOut("f0");
  Status deleted = master_->ops.Delete(*master_->Context(), "/o/f0", {});
  EXPECT_TRUE(deleted.ok()) << deleted;
  EXPECT_EQ(deleted_, (std::vector<std::string>{"temporary", "f0"})) << "in this order";
  CarryOut("f0");
  EXPECT_EQ(store_->GetObject("f0"), "<none>");
}

TEST_F(LateCopyTest, ARenamedFileLeavesNothingBehind) {
  answers_ = false;
  Attempt();
  EXPECT_FALSE(master_->ops.Rename(*master_->Context(), "/o/f0", "/o/g", {}).ok());
  answers_ = true;
  CarryOut("f0");
  Status renamed = master_->ops.Rename(*master_->Context(), "/o/f0", "/o/g", {});
  EXPECT_TRUE(renamed.ok()) << renamed;
  CarryOut("f0");
  EXPECT_EQ(store_->GetObject("f0"), "<none>");
  EXPECT_EQ(Get("/o/g").persistence, PersistenceState::kToBePersisted);
}

TEST_F(LateCopyTest, ANewerFileIsNotOverwritten) {
  answers_ = false;
  Attempt();
  CreateFileOptions over;
  over.overwrite = true;
  over.write_type = WriteType::kAsyncThrough;
  FileInfo newer = Create("/o/f0", over);
  CompleteFileOptions complete;
  complete.ufs_length = 0;
  ASSERT_TRUE(master_->ops.CompleteFile(*master_->Context(), "/o/f0", complete).ok());
  WorkerId other = Join("other", {});
  Restart();
  Tick();
  EXPECT_TRUE(queue_->TakeFor(other).empty()) << "the old attempt is not over";
  EXPECT_EQ(Temporaries().size(), 1u);
  answers_ = true;
  master_->clock.Advance(std::chrono::minutes(1));
  Tick();
  std::vector<PersistTicket> tickets = queue_->TakeFor(other);
  ASSERT_EQ(tickets.size(), 1u);
  EXPECT_EQ(tickets[0].file_id, newer.id);
  EXPECT_TRUE(Temporaries().empty());
}

TEST_F(ObjectPersistTest, UploadsThatAKilledWorkerLeftAreGivenUpAfterADay) {
  const int64_t now = master_->clock.NowMs();
  store_->LeaveUpload(".alluxio_ufs_persistence/killed", now - 1);
  store_->LeaveUpload("of/others", now - 1);
  master_->ops.SweepPersistFolders(now + 24 * 3600 * 1000 - 1);
  EXPECT_EQ(store_->LeftUploads().size(), 2u) << "a worker may be at it";
  master_->ops.SweepPersistFolders(now + 24 * 3600 * 1000);
  EXPECT_EQ(store_->LeftUploads(), (std::vector<std::string>{"of/others"}));
}

TEST_F(PersistQueueTest, FailuresAreRepeatedAfterPausesThatDouble) {
  WorkerId worker = Join("w", {});
  FileInfo file = WriteAsync("/f", worker);
  Tick();
  for (Duration pause : {std::chrono::seconds(1), std::chrono::seconds(2)}) {
    ASSERT_EQ(queue_->TakeFor(worker).size(), 1u);
    queue_->Failed(*master_->Context(), worker, file.id, "disk full");
    master_->clock.Advance(pause - std::chrono::milliseconds(1));
    Tick();
    EXPECT_TRUE(queue_->TakeFor(worker).empty());
    master_->clock.Advance(std::chrono::milliseconds(1));
    Tick();
  }
  EXPECT_EQ(queue_->TakeFor(worker).size(), 1u);
  EXPECT_EQ(Get("/f").persistence, PersistenceState::kToBePersisted);
}

TEST_F(PersistQueueTest, GivenUpAFileIsNotPersistedAndLeftAlone) {
  WorkerId worker = Join("w", {});
  FileInfo file = WriteAsync("/f", worker);
  Tick();
  ASSERT_EQ(queue_->TakeFor(worker).size(), 1u);
  master_->clock.Advance(std::chrono::hours(25));
  queue_->Failed(*master_->Context(), worker, file.id, "still full");
  EXPECT_EQ(Get("/f").persistence, PersistenceState::kNotPersisted);
  Tick();
  EXPECT_EQ(queue_->in_flight() + queue_->waiting(), 0u);
}

TEST_F(PersistQueueTest, AnAnswerAfterTheTimeOutIsNotTaken) {
  WorkerId worker = Join("w", {});
  FileInfo file = WriteAsync("/f", worker);
  Tick();
  std::vector<PersistTicket> first = queue_->TakeFor(worker);
  ASSERT_EQ(first.size(), 1u);
  master_->clock.Advance(options_.answer_within);
  Tick();
  master_->clock.Advance(options_.first_back_off);
  Tick();
  WriteTemporary(first[0]);
  queue_->Persisted(worker, file.id);  // not in flight at the moment
  EXPECT_EQ(Get("/f").persistence, PersistenceState::kToBePersisted);
  std::vector<PersistTicket> second = queue_->TakeFor(worker);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_NE(second[0].temp_ufs_path, first[0].temp_ufs_path);
  Tick();  // What the late one left is swept away, what is being written is not.
  WriteTemporary(second[0]);
  Tick();
  EXPECT_FALSE(std::filesystem::exists(first[0].temp_ufs_path));
  EXPECT_TRUE(std::filesystem::exists(second[0].temp_ufs_path));
}

TEST_F(PersistQueueTest, AWorkerThatStartsOverGetsItsFilesAgainAtOnce) {
  WorkerId worker = Join("w", {});
  WriteAsync("/f", worker);
  Tick();
  ASSERT_EQ(queue_->TakeFor(worker).size(), 1u);
  queue_->Registered(worker);
  EXPECT_EQ(queue_->in_flight(), 0u);
  Tick();
  EXPECT_EQ(queue_->TakeFor(worker).size(), 1u);
}

// The master that had asked for them is gone, and the worker, or the store, finished them later.
TEST_F(PersistQueueTest, CopiesThatNoFileWantsAreSweptWhenAWorkerStartsOverAndNowAndThen) {
  WorkerId worker = Join("w", {});
  Tick();
  PersistTicket stray;
  stray.temp_ufs_path = Ufs(".alluxio_ufs_persistence/12345-1");
  WriteTemporary(stray);
  Tick();
  EXPECT_TRUE(std::filesystem::exists(stray.temp_ufs_path)) << "not with every tick";
  queue_->Registered(worker);
  Tick();
  EXPECT_FALSE(std::filesystem::exists(stray.temp_ufs_path));
  WriteTemporary(stray);
  master_->clock.Advance(options_.sweep_every);
  Tick();
  EXPECT_FALSE(std::filesystem::exists(stray.temp_ufs_path));
}

TEST_F(PersistQueueTest, AFileWithoutACopyWaitsAndADeletedOneIsForgotten) {
  WorkerId worker = Join("w", {});
  FileInfo file = WriteAsync("/f", worker);
  WorkerHeartbeat heartbeat;
  heartbeat.worker = worker;
  heartbeat.removed = file.block_ids;
  master_->blocks.Heartbeat(heartbeat);
  Tick();
  EXPECT_TRUE(queue_->TakeFor(worker).empty());
  EXPECT_EQ(queue_->waiting(), 1u);
  ASSERT_TRUE(master_->ops.Delete(*master_->Context(), "/f", {}).ok());
  master_->clock.Advance(std::chrono::seconds(1));
  Tick();
  EXPECT_EQ(queue_->waiting(), 0u);
}

TEST_F(PersistQueueTest, LimitsHold) {
  options_.max_in_flight = 3;
  options_.files_per_heartbeat = 2;
  Restart();
  WorkerId worker = Join("w", {});
  for (int i = 0; i < 5; ++i) WriteAsync("/f" + std::to_string(i), worker);
  Tick();
  EXPECT_EQ(queue_->waiting(), 3u);
  EXPECT_EQ(queue_->TakeFor(worker).size(), 2u);
  EXPECT_EQ(queue_->TakeFor(worker).size(), 1u);
  EXPECT_TRUE(queue_->TakeFor(worker).empty());
}

TEST_F(PersistQueueTest, ANewQueueFindsTheSameFilesAgain) {
  WorkerId worker = Join("w", {});
  WriteAsync("/f", worker);
  Tick();
  ASSERT_EQ(queue_->TakeFor(worker).size(), 1u);
  Restart();
  Tick();
  EXPECT_EQ(queue_->TakeFor(worker).size(), 1u);
}

}  // namespace
}  // namespace alluxio::master
