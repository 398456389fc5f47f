#include "journal/ufs/journal_sim_test_world.h"

#include "base/log.h"
#include "journal/ufs/component_takeover.h"
#include "journal/ufs/checkpoint_stream.h"

namespace alluxio::journal {

namespace {

constexpr int64_t kSession = 1000;       // ms
constexpr int64_t kLease = 666;
constexpr size_t kStack = 256 << 10;
constexpr char kName[] = "BlockMaster";
constexpr Component kComponent = Component::kBlock;

Status Killed() { return Unavailable("this process was killed"); }

}  // namespace

struct JournalSim::Master {
  int index = 0;
  std::unique_ptr<char[]> stack = std::make_unique<char[]>(kStack);
  ucontext_t context{};
  bool started = false;
  bool finished = true;  // the process has ended and may be started again
  bool dead = false;     // killed: nothing it calls works any more
  bool paused = false;
  bool just_synced = false;
  std::unique_ptr<PausingDisk> disk;
  std::unique_ptr<SimFence> fence;
  std::unique_ptr<election::Lease> lease;
  std::shared_ptr<ufs::Ufs> plain;
  std::shared_ptr<ufs::Ufs> fenced;
  RememberingMachine machine{kComponent};
  std::unique_ptr<ComponentFollower> follower;
  int lives = 0;
};

// Pauses before every call; a killed process gets nothing done.
class JournalSim::PausingDisk final : public Disk {
 public:
  PausingDisk(JournalSim& sim, Master& master) : sim_(sim), master_(master), under_(sim.disk_) {}

  Result<std::unique_ptr<ReadableFile>> OpenForRead(const std::string& path) override {
    RETURN_IF_ERROR(Step());
    return under_.OpenForRead(path);
  }
  Result<std::unique_ptr<WritableFile>> OpenForWrite(const std::string& path, WriteMode mode,
                                                     uint32_t permissions) override {
    RETURN_IF_ERROR(Step());
    ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                     under_.OpenForWrite(path, mode, permissions));
    return std::unique_ptr<WritableFile>(new File(*this, std::move(file)));
  }
  Result<FileStat> Stat(const std::string& path) override {
    RETURN_IF_ERROR(Step());
    return under_.Stat(path);
  }
  Result<std::vector<std::string>> List(const std::string& path) override {
    RETURN_IF_ERROR(Step());
    return under_.List(path);
  }
  Status MakeDirectory(const std::string& path, uint32_t permissions) override {
    RETURN_IF_ERROR(Step());
    return under_.MakeDirectory(path, permissions);
  }
  Status MakeDirectories(const std::string& path, uint32_t permissions) override {
    RETURN_IF_ERROR(Step());
    return under_.MakeDirectories(path, permissions);
  }
  Status DeleteFile(const std::string& path) override {
    RETURN_IF_ERROR(Step());
    return under_.DeleteFile(path);
  }
  Status DeleteDirectory(const std::string& path) override {
    RETURN_IF_ERROR(Step());
    return under_.DeleteDirectory(path);
  }
  Status DeleteTree(const std::string& path) override {
    RETURN_IF_ERROR(Step());
    return under_.DeleteTree(path);
  }
  Status Rename(const std::string& from, const std::string& to) override {
    RETURN_IF_ERROR(Step());
    return under_.Rename(from, to);
  }
  Status RenameNew(const std::string& from, const std::string& to) override {
    RETURN_IF_ERROR(Step());
    if (sim_.settings_.mutation == Mutation::kTakeoverReplaces) return under_.Rename(from, to);
    return under_.RenameNew(from, to);
  }
  Status SyncDirectory(const std::string& path) override {
    RETURN_IF_ERROR(Step());
    return under_.SyncDirectory(path);
  }
  Status SetMode(const std::string& path, uint32_t mode) override {
    return under_.SetMode(path, mode);
  }
  Status SetOwner(const std::string& path, const std::string& owner,
                  const std::string& group) override {
    return under_.SetOwner(path, owner, group);
  }
  Status Truncate(const std::string& path, int64_t length) override {
    RETURN_IF_ERROR(Step());
    return under_.Truncate(path, length);
  }
  Result<DiskSpace> Space(const std::string& path) override { return under_.Space(path); }
  Result<std::shared_ptr<void>> LockFile(const std::string& path) override {
    return under_.LockFile(path);
  }

  Status Step() {
    if (!master_.dead) sim_.Yield();
    return master_.dead ? Killed() : OkStatus();
  }

 private:
  class File final : public WritableFile {
   public:
    File(PausingDisk& disk, std::unique_ptr<WritableFile> file)
        : disk_(disk), file_(std::move(file)) {}
    Status Append(std::string_view data) override {
      RETURN_IF_ERROR(disk_.Step());
      return file_->Append(data);
    }
    Status MakeRoom(int64_t bytes) override {
      RETURN_IF_ERROR(disk_.Step());
      return file_->MakeRoom(bytes);
    }
    Status Sync() override {
      RETURN_IF_ERROR(disk_.Step());
      disk_.master_.just_synced = true;
      return file_->Sync();
    }
    Status Close() override {
      RETURN_IF_ERROR(disk_.Step());
      return file_->Close();
    }

   private:
    PausingDisk& disk_;
    std::unique_ptr<WritableFile> file_;
  };

  JournalSim& sim_;
  Master& master_;
  CrashDisk& under_;
};

class JournalSim::SimFence final : public Fence {
 public:
  SimFence(JournalSim& sim, Master& master) : sim_(sim), master_(master) {}
  Status Pass() override {
    bool after_sync = std::exchange(master_.just_synced, false);
    if (after_sync && sim_.settings_.mutation == Mutation::kNoCheckAfterSync) return OkStatus();
    while (true) {
      if (master_.dead) return Killed();
      if (master_.lease->Held()) return OkStatus();
      if (master_.lease->ended()) return Unavailable("this master is not the primary");
      sim_.Yield();
    }
  }
  bool lost() const override { return master_.dead || master_.lease->ended(); }

 private:
  JournalSim& sim_;
  Master& master_;
};

JournalSim::JournalSim(const SimSettings& settings)
    : settings_(settings),
      rng_(Rng::Seeded(settings.seed)),
      disk_rng_(Rng::Seeded(settings.seed + 1'000'000'007)),
      disk_(*disk_rng_) {
  auto folder = ufs::LocalUfs::Open("/journal", {.disk = &disk_, .rng = disk_rng_.get()});
  Status made = folder->MakeDirectory("", {.mode = Mode{0755}});
  for (const char* name : {"/logs", "/checkpoints", "/.tmp"}) {
    if (made.ok()) {
      made = folder->MakeDirectory(std::string(kName) + "/v1" + name, {.mode = Mode{0755}});
    }
  }
  CHECK(made.ok()) << made.ToString();
  for (int i = 0; i < settings.masters; ++i) {
    auto master = std::make_unique<Master>();
    master->index = i;
    master->disk = std::make_unique<PausingDisk>(*this, *master);
    master->fence = std::make_unique<SimFence>(*this, *master);
    master->plain =
        ufs::LocalUfs::Open("/journal", {.disk = master->disk.get(), .rng = disk_rng_.get()});
    bool unfenced = settings.mutation == Mutation::kNoFence;
    master->fenced = unfenced ? master->plain : Fenced(master->plain, *master->fence);
    masters_.push_back(std::move(master));
  }
}

JournalSim::~JournalSim() {
  // Fibers end by themselves when nothing works any more.
  for (std::unique_ptr<Master>& master : masters_) {
    master->dead = true;
    while (!master->finished) Resume(*master);
  }
}

void JournalSim::Yield() {
  if (running_ == nullptr || quiet_) return;
  // Most calls follow each other at once.
  if (rng_->Below(3) == 0) Switch();
}

void JournalSim::Switch() { swapcontext(&running_->context, &scheduler_); }

void JournalSim::Resume(Master& master) {
  if (master.finished) return;
  running_ = &master;
  if (!master.started) {
    master.started = true;
    getcontext(&master.context);
    master.context.uc_stack.ss_sp = master.stack.get();
    master.context.uc_stack.ss_size = kStack;
    master.context.uc_link = &scheduler_;
    auto entry = reinterpret_cast<uintptr_t>(this);
    makecontext(&master.context, reinterpret_cast<void (*)()>(+[](unsigned low, unsigned high) {
                  uintptr_t pointer = (static_cast<uintptr_t>(high) << 32) | low;
                  auto* sim = reinterpret_cast<JournalSim*>(pointer);
                  Master& self = *sim->running_;
                  sim->Live(self);
                  self.finished = true;
                }),
                2, static_cast<unsigned>(entry), static_cast<unsigned>(entry >> 32));
  }
  swapcontext(&scheduler_, &master.context);
  running_ = nullptr;
}

void JournalSim::Fail(const std::string& what) {
  if (failure_.empty()) failure_ = what;
}

// Errors that no pause, kill or power loss may cause.
bool JournalSim::Fatal(const Status& status, const std::string& what) {
  if (status.Is(StatusCode::kDataLoss) || status.Is(StatusCode::kInvalidArgument)) {
    Fail(what + ": " + status.ToString());
    return true;
  }
  return false;
}

void JournalSim::Live(Master& master) {
  master.machine.Reset();
  master.lease = std::make_unique<election::Lease>(clock_);
  master.follower = std::make_unique<ComponentFollower>(*master.plain, kName, &master.machine,
                                                        ApplyGuard());
  Status loaded = master.follower->Load();
  std::string who = "master " + std::to_string(master.index);
  if (!loaded.ok()) {
    Fatal(loaded, who + " loading");
    return;
  }
  if (!Follow(master) || !TakeOver(master)) return;
  Serve(master);
}

bool JournalSim::Follow(Master& master) {
  while (!master.dead) {
    if (primary_ == master.index) {
      if (!master.lease->ended()) return true;
      return false;
    }
    Result<bool> polled = master.follower->Poll({});
    if (!master.follower->diverged().ok()) {
      if (!master.dead) Fatal(master.follower->diverged(), "following");
      ++counts_.diverged;
      return false;
    }
    if (!quiet_ && rng_->Below(12) == 0) {
      WriteCheckpoint(master, master.follower->next(), /*serving=*/false);
    }
    Switch();
  }
  return false;
}

bool JournalSim::TakeOver(Master& master) {
  TakeoverEntry entry = [this](Component) { return NumberedEntry(next_id_++); };
  if (settings_.mutation == Mutation::kNoTakeoverEntry) entry = nullptr;
  Status taken =
      ComponentTakeover(*master.fenced, kComponent, *master.follower, entry).Run();
  if (!taken.ok()) {
    if (!master.dead) Fatal(taken, "taking over");
    return false;
  }
  if (!master.fence->Pass().ok()) return false;
  ++counts_.takeovers;
  JudgeAcknowledged(master.machine.ids, "taken over by " + std::to_string(master.index));
  return true;
}

void JournalSim::Serve(Master& master) {
  AppendQueue queue;
  GroupWriter writer(*master.fenced, *master.fence, queue, clock_,
                     {.log_size_bytes_max = 150, .flush_timeout = Duration::zero(),
                      .retry_interval = Duration::zero()});
  int64_t next = master.follower->next();
  queue.SetNext(kComponent, next);
  writer.Open(kComponent, next);
  AppendQueue::Batch batch;
  while (!master.dead && !quiet_) {
    int64_t first = queue.Next(kComponent);
    for (uint64_t n = 0; n <= rng_->Below(3); ++n) {
      JournalEntry entry = NumberedEntry(next_id_++);
      queue.Append(kComponent, entry.SerializeAsString());
      CHECK(master.machine.Apply(entry).ok());
    }
    CHECK(queue.Take(&batch, std::chrono::hours(1)));
    if (rng_->Below(20) == 0) writer.RequestRotation();
    if (!writer.Write(batch).ok()) return;
    (void)queue.Publish(batch);
    for (int64_t number = first; number < batch.end[IndexOf(kComponent)]; ++number) {
      int64_t id = master.machine.ids[static_cast<size_t>(number)];
      auto [there, is_new] = acknowledged_.emplace(number, id);
      if (!is_new && there->second != id) {
        Fail("entry " + std::to_string(number) + " was acknowledged as " +
             std::to_string(there->second) + " and as " + std::to_string(id));
      }
      ++counts_.acknowledged;
    }
    if (rng_->Below(10) == 0) WriteCheckpoint(master, queue.Next(kComponent), /*serving=*/true);
    Yield();
  }
  // A clean stop, by a master that still has its place.
  if (!master.dead && master.lease->Held() && writer.Complete().ok()) {
    LogIfError(ComponentTakeover::DropLateLogs(*master.fenced, kName), "simulation");
  }
}

// As UfsJournal does it, without a child process.
void JournalSim::WriteCheckpoint(Master& master, int64_t end, bool serving) {
  std::string image;
  {
    class Sink final : public CheckpointSink {
     public:
      explicit Sink(std::string* out) : out_(out) {}
      Status Write(std::string_view data) override {
        out_->append(data);
        return OkStatus();
      }

     private:
      std::string* out_;
    } sink(&image);
    CHECK(master.machine.WriteCheckpoint(sink).ok());
  }
  ufs::Ufs& ufs = serving ? *master.fenced : *master.plain;
  std::vector<CheckpointPart> parts{{.machine = &master.machine, .end = end, .temporary_key = ""}};
  parts[0].temporary_key = TemporaryFolder(kName) + "/" + disk_rng_->Uuid();
  Result<std::unique_ptr<ufs::UfsWriter>> file = ufs.Create(parts[0].temporary_key, {});
  if (!file.ok() || !(*file)->Write(image).ok() || !(*file)->Commit().ok()) return;
  if (!serving && settings_.mutation != Mutation::kUnprovenCheckpoint) {
    for (int patience = 0; master.follower->proven() < end; ++patience) {
      if (master.dead || patience > 20 || primary_ == master.index ||
          !master.follower->diverged().ok()) {
        return DropParts(ufs, parts);
      }
      (void)master.follower->Poll({});  // what it says is looked at in the condition
      Yield();
    }
  }
  if (serving && !master.fence->Pass().ok()) return;
  if (!CommitCheckpoints(ufs, parts).ok()) return;
  ++counts_.checkpoints;
  LogIfError(DropCovered(ufs, kName), "simulation");
  if (serving) LogIfError(ComponentTakeover::DropLateLogs(ufs, kName), "simulation");
}

// Was it never the primary in this life?
bool JournalSim::Fresh(const Master& master) const {
  return !master.lease->ended() && master.lease->Left() == Duration(0) - clock_.Monotonic();
}

void JournalSim::Kill(Master& master) {
  ++counts_.kills;
  master.dead = true;
  master.paused = false;
  while (!master.finished) Resume(master);
  // Its guardian closes the session.
  if (primary_ == master.index) primary_ = -1;
}

void JournalSim::LosePower() {
  ++counts_.power_losses;
  for (std::unique_ptr<Master>& master : masters_) Kill(*master);
  disk_.LosePower();
  primary_ = -1;
}

// ZooKeeper: sessions that were not heard of end, the next one in line gets the place.
void JournalSim::MovePlaces() {
  int64_t now = clock_.NowMs();
  if (primary_ >= 0) {
    Master& master = *masters_[static_cast<size_t>(primary_)];
    bool asks = !master.finished && !master.paused && master.lease != nullptr &&
                !master.lease->ended();
    if (asks && rng_->Below(3) != 0) {
      heard_ms_ = now;
      master.lease->Extend(Millis(now + kLease));
    } else if (now - heard_ms_ >= kSession || (master.finished && rng_->Below(2) == 0)) {
      primary_ = -1;
      // It learns of it when it runs again, or later.
      if (master.lease != nullptr && rng_->Below(2) == 0) master.lease->End();
    }
  }
  for (std::unique_ptr<Master>& master : masters_) {
    // Who lost his place hears of it, at the latest when he asks.
    bool lost = master->index != primary_ && master->lease != nullptr && !Fresh(*master);
    if (lost && !master->paused && rng_->Below(3) == 0) master->lease->End();
  }
  if (primary_ >= 0) return;
  size_t candidate = rng_->Below(masters_.size());
  Master& master = *masters_[candidate];
  if (master.finished || master.paused || master.dead || master.follower == nullptr) return;
  // Of a life that had the place before and lost it, a new one has to begin.
  if (master.lease == nullptr || !Fresh(master)) return;
  primary_ = static_cast<int>(candidate);
  heard_ms_ = now;
  master.lease->Extend(Millis(now + kLease));
}

void JournalSim::Decide() {
  Master& master = *masters_[rng_->Below(masters_.size())];
  switch (rng_->Below(40)) {
    case 0:
      master.paused = !master.paused;
      return;
    case 1:
      if (rng_->Below(4) == 0) Kill(master);
      return;
    case 2:
      if (rng_->Below(12) == 0) LosePower();
      return;
    case 3:
      if (rng_->Below(4) == 0) disk_.FailSync(0, FromErrno(EIO, "disk"));
      return;
    case 4:
      if (rng_->Below(4) == 0) disk_.FailAppend(0, FromErrno(ENOSPC, "disk"));
      return;
    case 5:
    case 6:
    case 7:
      clock_.Advance(Millis(static_cast<int64_t>(rng_->Below(kSession / 2))));
      MovePlaces();
      return;
    case 8:
    case 9:
      MovePlaces();
      return;
    default:
      break;
  }
  if (master.paused) return;
  if (master.finished) {
    if (primary_ == master.index) primary_ = -1;
    master.finished = false;
    master.started = false;
    master.dead = false;
    ++master.lives;
  }
  Resume(master);
}

void JournalSim::JudgeAcknowledged(const std::vector<int64_t>& ids, const std::string& who) {
  for (auto [number, id] : acknowledged_) {
    size_t at = static_cast<size_t>(number);
    if (at >= ids.size() || ids[at] != id) {
      Fail(who + ": entry " + std::to_string(number) + " was acknowledged as " +
           std::to_string(id) + " and is " + (at < ids.size() ? std::to_string(ids[at]) : "lost"));
      return;
    }
  }
}

std::string JournalSim::Run() {
  for (int step = 0; step < settings_.steps && failure_.empty(); ++step) Decide();
  if (failure_.empty()) JudgeEnd();
  return failure_;
}

// Whoever was a primary stops, in the middle of whatever it does. A new process takes over, and
// what it has is what everybody else has who did not notice that it has something else.
void JournalSim::JudgeEnd() {
  for (std::unique_ptr<Master>& master : masters_) {
    if (master->lease != nullptr && !Fresh(*master)) Kill(*master);
  }
  primary_ = -1;
  quiet_ = true;
  auto folder = ufs::LocalUfs::Open("/journal", {.disk = &disk_, .rng = disk_rng_.get()});
  RememberingMachine last(kComponent);
  ComponentFollower reader(*folder, kName, &last, ApplyGuard());
  TakeoverEntry entry = [this](Component) { return NumberedEntry(next_id_++); };
  Status read = reader.Load();
  if (read.ok()) {
    ComponentTakeover takeover(*folder, kComponent, reader, entry);
    read = takeover.Run();
    // Faults of the disk that nobody has met yet.
    for (int fault = 0; fault < 2 && reader.diverged().ok() && !read.ok(); ++fault) {
      read = takeover.Run();
    }
  }
  if (!read.ok()) return Fail("the last takeover: " + read.ToString());
  JudgeAcknowledged(last.ids, "the last takeover");
  for (int round = 0; round < 40 && failure_.empty(); ++round) {
    for (std::unique_ptr<Master>& master : masters_) Resume(*master);
  }
  for (std::unique_ptr<Master>& master : masters_) {
    if (master->finished || !master->follower->diverged().ok()) continue;
    if (master->machine.ids != last.ids) {
      return Fail("master " + std::to_string(master->index) + " follows another history");
    }
  }
  RememberingMachine fresh(kComponent);
  read = ComponentFollower(*folder, kName, &fresh, ApplyGuard()).Load();
  if (!read.ok()) return Fail("a fresh replay: " + read.ToString());
  if (fresh.ids != last.ids) Fail("a fresh replay has another history");
}

}  // namespace alluxio::journal
