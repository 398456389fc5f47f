#include "worker/report/master_sessions.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>

#include "base/log.h"

namespace alluxio::worker {

struct MasterSessions::Session {
  Session(MasterSessions& sessions, const stub::MasterAddress& at, MasterClients reached)
      : address(at),
        connections(std::move(reached.connections)),
        blocks(std::move(reached.blocks)),
        commits(std::move(reached.commits)),
        files(std::move(reached.files)),
        registration(sessions.options_.registration, *blocks, sessions.store_, sessions.clock_,
                     [this] { Wake(); }),
        heartbeats("heartbeat", sessions.options_.heartbeat_interval, [this, &sessions] {
          if (gather.exchange(false)) sessions.PauseUnlessClosed(sessions.options_.standby_pause);
          registration.Tick();
        }) {}
  // Its thread may be in the middle of a call.
  ~Session() { Close(); }
  void Close() {
    for (const std::shared_ptr<stub::MasterConnection>& connection : connections) {
      connection->Close();
    }
  }
  void Wake() { heartbeats.Trigger(); }
  // Soon, with what else is committed until then.
  void WakeSoon() {
    gather.store(true);
    heartbeats.Trigger();
  }

  const stub::MasterAddress address;
  const std::vector<std::shared_ptr<stub::MasterConnection>> connections;
  const std::unique_ptr<stub::BlockMasterWorkerClient> blocks;
  const std::unique_ptr<stub::BlockMasterWorkerClient> commits;
  const std::shared_ptr<stub::FileSystemMasterWorkerClient> files;
  Registration registration;
  Duration missing_since{};  // zero = listed; of the thread that looks up
  std::atomic<bool> gather = false;
  PeriodicTask heartbeats;   // last: ends before what it uses
};

MasterSessions::MasterSessions(const MasterSessionsOptions& options,
                               std::shared_ptr<stub::PrimaryLocator> locator, MasterDialer dial,
                               BlockStore& store, Clock& clock, Rng& rng)
    : options_(options),
      locator_(std::move(locator)),
      dial_(std::move(dial)),
      store_(store),
      clock_(clock),
      rng_(rng) {}

void MasterSessions::Start(const WorkerNetAddress& address) {
  address_ = address;
  if (options_.single) {
    for (const stub::MasterAddress& master : locator_->All()) {
      std::shared_ptr<Session> session = Begin(master);
      MutexLock lock(mutex_);
      sessions_.push_back(std::move(session));
    }
    return;
  }
  lookups_ = std::make_unique<PeriodicTask>("masters", options_.lookup_interval,
                                            [this] { LookUp(); });
  lookups_->Trigger();
}

std::shared_ptr<MasterSessions::Session> MasterSessions::Begin(
    const stub::MasterAddress& address) {
  auto session = std::make_shared<Session>(*this, address, dial_(address));
  session->registration.SetAddress(address_);
  session->Wake();
  return session;
}

void MasterSessions::LookUp() {
  std::vector<stub::MasterAddress> listed = locator_->All();
  // Nobody could be asked, or nobody is there: whoever comes back is the same as before.
  if (listed.empty()) return;
  std::vector<std::shared_ptr<Session>> known;
  {
    MutexLock lock(mutex_);
    if (closed_) return;
    known = sessions_;
  }
  std::vector<std::shared_ptr<Session>> kept;
  for (const std::shared_ptr<Session>& session : known) {
    if (std::find(listed.begin(), listed.end(), session->address) != listed.end()) {
      session->missing_since = Duration::zero();
    } else if (session->missing_since == Duration::zero()) {
      session->missing_since = clock_.Monotonic();
    } else if (clock_.Monotonic() - session->missing_since > options_.give_up_after) {
      LOG_INFO("worker: master is listed no more address={}", session->address.ToString());
      continue;
    }
    kept.push_back(session);
  }
  for (const stub::MasterAddress& address : listed) {
    bool old = std::any_of(kept.begin(), kept.end(), [&address](const auto& session) {
      return session->address == address;
    });
    if (old || kept.size() >= kMaxMasters) continue;
    LOG_INFO("worker: reporting to master address={}", address.ToString());
    kept.push_back(Begin(address));
  }
  MutexLock lock(mutex_);
  if (!closed_) sessions_.swap(kept);
}  // what was given up ends here, after the lock

void MasterSessions::Close() {
  std::vector<std::shared_ptr<Session>> all;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    all = sessions_;
    closed_changed_.NotifyAll();
  }
  for (const std::shared_ptr<Session>& session : all) session->Close();
}

void MasterSessions::Stop() {
  Close();
  lookups_.reset();
  std::vector<std::shared_ptr<Session>> all;  // end after the lock
  MutexLock lock(mutex_);
  all.swap(sessions_);
}

std::shared_ptr<MasterSessions::Session> MasterSessions::Find(
    const stub::MasterAddress& address) const {
  MutexLock lock(mutex_);
  for (const std::shared_ptr<Session>& session : sessions_) {
    if (session->address == address) return session;
  }
  return nullptr;
}

bool MasterSessions::registered() const {
  MutexLock lock(mutex_);
  return std::any_of(sessions_.begin(), sessions_.end(),
                     [](const auto& session) { return session->registration.registered(); });
}

std::vector<std::pair<stub::MasterAddress, WorkerId>> MasterSessions::ids() const {
  std::vector<std::pair<stub::MasterAddress, WorkerId>> ids;
  MutexLock lock(mutex_);
  for (const std::shared_ptr<Session>& session : sessions_) {
    bool known = session->registration.registered();
    ids.emplace_back(session->address, known ? session->registration.worker_id() : 0);
  }
  return ids;
}

// Asking is a question to ZooKeeper, or to every master: too much for each block.
Result<stub::MasterAddress> MasterSessions::KnownPrimary() {
  {
    MutexLock lock(mutex_);
    if (primary_) return *primary_;
  }
  ASSIGN_OR_RETURN(stub::MasterAddress primary, locator_->Primary());
  MutexLock lock(mutex_);
  primary_ = primary;
  return primary;
}

void MasterSessions::Suspect(const stub::MasterAddress& address) {
  locator_->Invalidate(address);
  MutexLock lock(mutex_);
  if (primary_ == address) primary_.reset();
}

MasterSessions::AtPrimary MasterSessions::Primary() {
  Result<stub::MasterAddress> address = KnownPrimary();
  if (!address.ok()) return {};
  std::shared_ptr<Session> session = Find(*address);
  if (session == nullptr || !session->registration.registered()) {
    Suspect(*address);
    return {};
  }
  return {session->files, session->registration.worker_id(), *address};
}

void MasterSessions::TellStandbys(const stub::MasterAddress& primary) {
  MutexLock lock(mutex_);
  for (const std::shared_ptr<Session>& session : sessions_) {
    if (session->address != primary) session->WakeSoon();
  }
}

void MasterSessions::PauseUnlessClosed(Duration pause) {
  MutexLock lock(mutex_);
  if (!closed_) closed_changed_.WaitFor(mutex_, pause);
}

Status MasterSessions::Publish(const CommittedBlock& block) {
  if (options_.single) {
    std::shared_ptr<Session> session;
    {
      MutexLock lock(mutex_);
      if (!sessions_.empty()) session = sessions_.front();
    }
    if (session != nullptr) return session->registration.Publish(block);
  }
  stub::MasterAddress primary;
  Status published = CommitAtPrimary(block, &primary);
  if (published.ok()) {
    store_.Announce(block.id);
    TellStandbys(primary);
    return OkStatus();
  }
  Status removed = store_.Remove(block.id);
  if (!removed.Is(StatusCode::kNotFound)) LogIfError(removed, "worker: unpublished block");
  return published.WithContext(fmt::format("block {}: not committed at the master", block.id));
}

Status MasterSessions::CommitAtPrimary(const CommittedBlock& block,
                                       stub::MasterAddress* primary) {
  stub::Retry retry(options_.commit_retry, clock_, rng_);
  Duration begun = clock_.Monotonic();
  Status last = Unavailable("not tried");
  auto sleep = [this](Duration pause) { PauseUnlessClosed(pause); };
  while (retry.Next(sleep)) {
    {
      MutexLock lock(mutex_);
      if (closed_) return Cancelled("this worker is stopping");
    }
    last = TryCommit(block, primary);
    // A primary that has forgotten this worker is told by the next heartbeat.
    bool unknown = last.Is(StatusCode::kNotFound) || last.Is(StatusCode::kFailedPrecondition);
    bool patient = clock_.Monotonic() - begun < options_.registration.publish_patience;
    if (!stub::IsRetryable(last) && !(unknown && patient)) break;
  }
  return last;
}

Status MasterSessions::TryCommit(const CommittedBlock& block, stub::MasterAddress* primary) {
  ASSIGN_OR_RETURN(*primary, KnownPrimary());
  std::shared_ptr<Session> session = Find(*primary);
  if (session == nullptr) {
    Suspect(*primary);
    if (lookups_ != nullptr) lookups_->Trigger();
    return Unavailable("master " + primary->ToString() +
                       ": this worker does not report to it yet");
  }
  if (!session->registration.registered()) {
    Suspect(*primary);
    session->Wake();
    return Unavailable("master " + primary->ToString() +
                       ": this worker is not registered with it");
  }
  Status committed = session->registration.Commit(*session->commits, block);
  if (committed.ok()) return committed;
  if (stub::IsRetryable(committed)) {
    Suspect(*primary);
  } else {
    session->Wake();
  }
  return committed;
}

}  // namespace alluxio::worker
