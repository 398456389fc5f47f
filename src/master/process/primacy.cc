#include "master/process/primacy.h"

#include <algorithm>

#include "base/log.h"
#include "conf/service_address.h"
#include "env/clock.h"

namespace alluxio::master {
namespace {

constexpr Duration kWatchInterval = std::chrono::seconds(2);

}  // namespace

Result<std::unique_ptr<Primacy>> Primacy::Create(const conf::Configuration& conf) {
  if (!conf.GetBool("alluxio.zookeeper.enabled")) return std::unique_ptr<Primacy>();
  std::unique_ptr<Primacy> primacy(new Primacy);
  Primacy* self = primacy.get();
  conf::ServiceAddress address = conf::ServiceAddress::OfMasterRpc(conf);
  if (address.port == 0) {
    return InvalidArgument("alluxio.master.rpc.port=0: with several masters each needs a port that "
                           "others can know");
  }
  self->address_ = address.Connect();
  ASSIGN_OR_RETURN(self->selector_, election::PrimarySelector::FromConf(conf, self->address_));
  Result<std::unique_ptr<election::Guardian>> guardian = election::Guardian::Start(
      {.zookeeper_address = conf.GetString("alluxio.zookeeper.address"),
       .session_timeout = conf.GetDuration("alluxio.zookeeper.session.timeout"),
       .program = ""});
  if (guardian.ok()) {
    self->guardian_ = *std::move(guardian);
  } else {
    LOG_WARN("master: without guardian, a successor waits for the session timeout reason=\"{}\"",
             guardian.status().message());
  }
  self->thread_ = Executor::Create({.name = "primacy", .threads = 1, .queue_limit = 4});
  election::SelectorEvents events;
  events.elected = [self] { self->Elected(); };
  events.deposed = [self](Status why) { self->StepDown(why); };
  events.session_began = [self](const coord::SessionId& session) {
    if (self->guardian_ == nullptr) return;
    LogIfError(self->guardian_->Watch(session), "master: the guardian does not know the session");
  };
  self->selector_->Start(std::move(events));
  return primacy;
}

void Primacy::Enter(PrimacyActions actions) {
  {
    MutexLock lock(mutex_);
    actions_ = std::move(actions);
  }
  watch_ = std::make_unique<PeriodicTask>("candidates", kWatchInterval, [this] { LookAround(); });
  selector_->Join();
}

void Primacy::Elected() {
  LOG_INFO("master: elected address={}", address_);
  Status accepted = thread_->Submit([this] {
    std::function<Status()> take_over;
    {
      MutexLock lock(mutex_);
      take_over = actions_.take_over;
    }
    Duration begun = Clock::Real().Monotonic();
    Status taken = take_over();
    if (!taken.ok()) return StepDown(taken.WithContext("taking over"));
    primary_.store(true, std::memory_order_release);
    selector_->Announce();
    LOG_INFO("master: primary address={} takeover_ms={}", address_,
             ToMillis(Clock::Real().Monotonic() - begun));
  });
  if (!accepted.ok()) StepDown(accepted);
}

void Primacy::StepDown(const Status& why) {
  if (over_.exchange(true)) return;
  primary_.store(false, std::memory_order_release);
  selector_->lease().End();
  std::function<void(const Status&)> step_down;
  {
    MutexLock lock(mutex_);
    step_down = actions_.step_down;
  }
  LOG_ERROR("master: gives up its place and starts again address={} reason=\"{}\"", address_,
            why.ToString());
  if (step_down) step_down(why);
}

void Primacy::Resign() {
  if (resigned_.exchange(true)) return;
  watch_.reset();
  selector_->Resign();
  thread_->Stop();
  guardian_.reset();  // after the session has ended: nothing is left for it to do
}

void Primacy::LookAround() {
  Result<std::vector<std::string>> candidates = selector_->Candidates();
  if (!candidates.ok()) return;  // who was there is the best that is known
  std::vector<std::string> others = *std::move(candidates);
  std::string leader = others.empty() ? "" : others.front();
  others.erase(std::remove(others.begin(), others.end(), address_), others.end());
  MutexLock lock(mutex_);
  others_ = std::move(others);
  leader_ = std::move(leader);
}

std::string Primacy::Leader() const {
  MutexLock lock(mutex_);
  return leader_;
}

std::vector<std::string> Primacy::Others() const {
  MutexLock lock(mutex_);
  return others_;
}

}  // namespace alluxio::master
