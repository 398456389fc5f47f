#include "election/internal/candidate.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace alluxio::election {
namespace {

using coord::CreateMode;
using coord::NodeStat;
using coord::SessionState;

constexpr char kLock[] = "lock-";
constexpr Duration kRetryPause = std::chrono::milliseconds(50);
constexpr Duration kOpenPause = std::chrono::seconds(1);
constexpr size_t kMaxSigns = 16;  // of some T/6 each: more than ever count

bool IsOver(const Status& status) {  // nothing comes of asking this session again
  return status.Is(StatusCode::kAborted) || status.Is(StatusCode::kCancelled);
}

}  // namespace

std::string OrderOf(const std::string& node_name) {
  size_t at = node_name.rfind(kLock);
  return at == std::string::npos ? node_name : node_name.substr(at + sizeof(kLock) - 1);
}

Candidate::Candidate(const SelectorOptions& options, const World& world, SelectorEvents events)
    : options_(options),
      lease_path_(options.election_path + "_lease"),
      world_(world),
      events_(std::move(events)),
      lease_(world.clock) {}

Candidate::~Candidate() { Close(); }

void Candidate::Close() {
  lease_.End();  // before the session, whose end makes another one the primary
  over_ = true;
  alive_.reset();
  session_.reset();
}

template <typename Answer, typename Then>
Callback<void(Answer)> Candidate::OnLoop(Then then) {
  return [loop = &world_.loop, alive = std::weak_ptr<bool>(alive_), this,
          generation = generation_, then = std::move(then)](Answer answer) mutable {
    loop->Post([alive = std::move(alive), this, generation, then = std::move(then),
                answer = std::move(answer)]() mutable {
      if (!alive.expired() && generation == generation_) then(std::move(answer));
    });
  };
}

template <typename Then>
Callback<void()> Candidate::OnLoop(Then then) {
  return [loop = &world_.loop, alive = std::weak_ptr<bool>(alive_), this,
          generation = generation_, then = std::move(then)]() mutable {
    loop->Post([alive = std::move(alive), this, generation, then = std::move(then)]() mutable {
      if (!alive.expired() && generation == generation_) then();
    });
  };
}

// --- the session ---

void Candidate::Start() {
  OpenSession();
  Tick();
}

void Candidate::Join() {
  joined_ = true;
  Advance();
}

void Candidate::OpenSession() {
  uuid_ = world_.rng.Uuid();
  // The leader itself makes the session, later than now: a sign that needs no report.
  ForgetSigns();
  signs_ = {{world_.clock.Monotonic(), Duration::min()}};
  Result<std::unique_ptr<coord::Coordinator>> session = world_.coordination.Open(
      {options_.session_timeout, {}},
      [loop = &world_.loop, alive = std::weak_ptr<bool>(alive_), this,
       generation = generation_](SessionState state) {
        loop->Post([alive, this, generation, state] {
          if (!alive.expired() && generation == generation_) OnState(state);
        });
      });
  if (session.ok()) {
    session_ = std::move(*session);
    return;
  }
  LOG_WARN("election: no session with ZooKeeper status={}", session.status().ToString());
  world_.loop.After(kOpenPause, OnLoop([this] { OpenSession(); }));
}

void Candidate::ReplaceSession() {
  ++generation_;
  session_.reset();
  state_ = SessionState::kConnecting;
  node_.clear();
  maybe_made_ = busy_ = first_ = false;
  lease_node_ = taking_lease_ = leader_node_ = owning_leader_node_ = false;
  confirming_ = signing_ = false;
  OpenSession();
}

void Candidate::OnState(SessionState state) {
  const bool began = state_ != SessionState::kConnected && state == SessionState::kConnected;
  state_ = state;
  if (over_) return;
  switch (state) {
    case SessionState::kConnected:
      if (began) {
        LOG_INFO("election: connected to ZooKeeper session={:x} timeout_ms={}",
                 session_->session().id, ToMillis(session_->timeout()));
        if (events_.session_began) events_.session_began(session_->session());
        if (signs_.empty()) GiveSign();
      }
      if (first_) Confirm();
      if (elected_ && announced_ && !leader_node_) MakeLeaderNode();
      return Advance();
    case SessionState::kConnecting:
      LOG_WARN("election: connection to ZooKeeper lost primary={}", elected_);
      // The server may have stopped before it told the leader of any of them.
      ForgetSigns();
      if (elected_ && options_.policy == ErrorPolicy::kStandard) {
        Depose(Unavailable("the connection to ZooKeeper was lost"));
      }
      return;
    case SessionState::kExpired:
      if (elected_) return Depose(Aborted("the session with ZooKeeper has expired"));
      LOG_WARN("election: session with ZooKeeper expired");
      return ReplaceSession();
  }
}

bool Candidate::connected() const {
  return !over_ && session_ != nullptr && state_ == SessionState::kConnected;
}

Duration Candidate::timeout() const {
  Duration granted = session_ == nullptr ? Duration::zero() : session_->timeout();
  return granted > Duration::zero() ? granted : options_.session_timeout;
}

void Candidate::Tick() {
  if (over_) return;
  // Not bound to a session: it goes on through all of them.
  world_.loop.After(timeout() / 6, [alive = std::weak_ptr<bool>(alive_), this] {
    if (!alive.expired()) Tick();
  });
  if (!connected()) return;
  // Watches come by themselves; this is for the one that does not.
  const bool look_again = world_.clock.Monotonic() - looked_ > timeout();
  if (first_ && !lease_node_ && look_again) {
    looked_ = world_.clock.Monotonic();
    taking_lease_ = false;
  }
  if (first_) Confirm();
  if (!first_ || !lease_node_) GiveSign();
  if (elected_ && announced_ && !leader_node_) MakeLeaderNode();
  if (!first_ && !node_.empty() && look_again) Advance();
}

// --- the place in the queue ---

void Candidate::Advance() {
  if (!connected() || !joined_ || busy_ || first_) return;
  if (!node_.empty()) return Look();
  if (maybe_made_) return FindNode();
  MakeNode();
}

void Candidate::Retry() {
  busy_ = false;
  world_.loop.After(kRetryPause, OnLoop([this] { Advance(); }));
}

void Candidate::MakeNode() {
  busy_ = maybe_made_ = true;
  const std::string path = options_.election_path + "/_c_" + uuid_ + "-" + kLock;
  session_->Create(path, options_.address, CreateMode::kEphemeralSequential,
                   OnLoop<Result<std::string>>([this](Result<std::string> made) {
                     busy_ = false;
                     if (!made.ok()) {
                       if (IsOver(made.status())) return;
                       LOG_WARN("election: node not made status={}", made.status().ToString());
                       return Retry();
                     }
                     node_ = std::move(*made);
                     LOG_INFO("election: candidate node={}", node_);
                     Advance();
                   }));
}

// The answer to the creation was lost: the node is there, with our uuid in its name, or it is not.
void Candidate::FindNode() {
  busy_ = true;
  session_->Children(options_.election_path,
                     OnLoop<Result<std::vector<std::string>>>(
                         [this](Result<std::vector<std::string>> names) {
                           busy_ = false;
                           if (!names.ok() && !names.status().Is(StatusCode::kNotFound)) {
                             return IsOver(names.status()) ? void() : Retry();
                           }
                           for (const std::string& name : std::move(names).value_or({})) {
                             if (name.find(uuid_) == std::string::npos) continue;
                             node_ = options_.election_path + "/" + name;
                           }
                           if (node_.empty()) return MakeNode();
                                 Advance();
                         }));
}

void Candidate::Look() {
  busy_ = true;
  looked_ = world_.clock.Monotonic();
  session_->Children(options_.election_path,
                     OnLoop<Result<std::vector<std::string>>>(
                         [this](Result<std::vector<std::string>> names) {
                           busy_ = false;
                           if (names.ok() || names.status().Is(StatusCode::kNotFound)) {
                             return OnQueue(std::move(names).value_or({}));
                           }
                           if (!IsOver(names.status())) Retry();
                         }));
}

void Candidate::OnQueue(std::vector<std::string> names) {
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return OrderOf(a) < OrderOf(b);
  });
  auto ours = [this](const std::string& name) { return name.find(uuid_) != std::string::npos; };
  auto own = std::find_if(names.begin(), names.end(), ours);
  if (own == names.end()) return LosePlace("its node is gone");
  node_ = options_.election_path + "/" + *own;
  // A creation whose answer was lost may have been done after it was repeated.
  for (auto other = own + 1; other != names.end(); ++other) {
    if (ours(*other)) session_->Delete(options_.election_path + "/" + *other, [](Status) {});
  }
  if (own != names.begin()) return WatchPredecessor(*(own - 1));
  first_ = true;
  Confirm();
}

void Candidate::WatchPredecessor(const std::string& name) {
  busy_ = true;
  session_->Exists(options_.election_path + "/" + name, OnLoop([this] { Advance(); }),
                   OnLoop<Result<NodeStat>>([this](Result<NodeStat> stat) {
                     busy_ = false;
                     if (stat.ok()) return;
                     if (stat.status().Is(StatusCode::kNotFound)) return Look();
                     if (!IsOver(stat.status())) Retry();
                   }));
}

// The election node was deleted by somebody else's hand. A new session takes the place again; the
// old one might hold the lease node, for which whoever is the first now would wait for ever.
void Candidate::LosePlace(const std::string& why) {
  if (elected_) return Depose(Aborted("the place among the candidates is lost: " + why));
  LOG_WARN("election: place lost reason={}", why);
  ReplaceSession();
}

// --- the lease ---

// One node for all: whoever has it keeps it until its session ends, so that a place that was lost
// by somebody's hand is not taken before its owner has noticed.
void Candidate::TakeLeaseNode() {
  if (taking_lease_) return;
  taking_lease_ = true;
  session_->Create(lease_path_, options_.address, CreateMode::kEphemeral,
                   OnLoop<Result<std::string>>([this](Result<std::string> made) {
                     if (made.status().Is(StatusCode::kAlreadyExists)) return WaitForLeaseNode();
                     taking_lease_ = false;
                     if (!made.ok()) return;  // the next tick, or the next connection
                     lease_node_ = true;
                     Confirm();
                   }));
}

void Candidate::WaitForLeaseNode() {
  auto gone = [this] {
    taking_lease_ = false;
    Confirm();
  };
  session_->Exists(lease_path_, OnLoop(gone),
                   OnLoop<Result<NodeStat>>([this, gone](Result<NodeStat> stat) {
                     if (over_) return;
                     if (stat.status().Is(StatusCode::kNotFound)) return gone();
                     if (stat.ok() && stat->owner != session_->session().id) return;  // it waits
                     taking_lease_ = false;
                     lease_node_ = stat.ok();
                     if (lease_node_) Confirm();
                   }));
}

void Candidate::Confirm() {
  if (!connected() || confirming_) return;
  if (!lease_node_) return TakeLeaseNode();
  confirming_ = true;
  const Duration granted = timeout();
  const Duration sent = world_.clock.Monotonic();  // before it is sent, however long that takes
  session_->SetGuarded(lease_path_, options_.address, node_,
                       OnLoop<Status>([this, sent, granted](Status status) {
                         confirming_ = false;
                         OnConfirmed(status, sent, granted);
                       }));
}

void Candidate::OnConfirmed(const Status& status, Duration sent, Duration granted) {
  if (over_) return;
  if (status.Is(StatusCode::kNotFound)) {
    lease_node_ = false;
    return CheckPlace();
  }
  if (!status.ok()) return;  // the next tick, or the next connection
  const Duration span = std::min(granted, timeout());
  const Duration heard = written_ ? *written_ - span / 4 : Duration::min();
  auto reported = std::find_if(signs_.rbegin(), signs_.rend(),
                               [&](const Sign& sign) { return sign.answered <= heard; });
  const bool counts = reported != signs_.rend();
  if (counts) lease_.Extend(std::min(sent + span / 2, reported->sent + span * 11 / 12));
  RememberSign(sent);
  const bool first_write = !written_;
  written_ = sent;
  if (first_write) Confirm();  // the second one counts
  if (elected_ || !lease_.Held()) return;
  elected_ = true;
  LOG_INFO("election: elected node={}", node_);
  if (events_.elected) events_.elected();
}

// The lease node or the election node is gone; only the latter matters.
void Candidate::CheckPlace() {
  session_->Exists(node_, [] {}, OnLoop<Result<NodeStat>>([this](Result<NodeStat> stat) {
                     if (over_) return;
                     if (stat.ok()) return Confirm();
                     if (stat.status().Is(StatusCode::kNotFound)) LosePlace("its node is gone");
                   }));
}

void Candidate::GiveSign() {
  if (signing_) return;
  signing_ = true;
  const Duration sent = world_.clock.Monotonic();
  session_->Get(node_.empty() ? options_.election_path : node_,
                OnLoop<Result<coord::Node>>([this, sent](Result<coord::Node> node) {
                  signing_ = false;
                  const bool gone = node.status().Is(StatusCode::kNotFound);
                  if (node.ok() || gone) RememberSign(sent);
                  if (gone && !node_.empty()) Advance();
                }));
}

void Candidate::ForgetSigns() {
  signs_.clear();
  written_.reset();
}

// Whatever was answered was heard.
void Candidate::RememberSign(Duration sent) {
  signs_.push_back({sent, world_.clock.Monotonic()});
  if (signs_.size() > kMaxSigns) signs_.pop_front();
}

// --- the leader node ---

void Candidate::Announce() {
  announced_ = true;
  if (elected_ && connected()) MakeLeaderNode();
}

void Candidate::MakeLeaderNode() {
  if (owning_leader_node_) return;
  owning_leader_node_ = true;
  Own(options_.leader_path + "/" + options_.address, [this](Status status) {
    owning_leader_node_ = false;
    if (!status.ok()) return;  // the next tick tries again
    leader_node_ = true;
    LOG_INFO("election: announced address={}", options_.address);
    WatchLeaderNode();
  });
}

void Candidate::WatchLeaderNode() {
  session_->Exists(options_.leader_path + "/" + options_.address,
                   OnLoop([this] { leader_node_ = false; }),  // the next tick looks after it
                   OnLoop<Result<NodeStat>>([this](Result<NodeStat> stat) {
                     if (!stat.ok()) leader_node_ = false;
                   }));
}

// --- both ---

void Candidate::Own(const std::string& path, Callback<void(Status)> done) {
  if (!connected()) return done(Unavailable("not connected"));
  session_->Create(
      path, options_.address, CreateMode::kEphemeral,
      OnLoop<Result<std::string>>([this, path, done = std::move(done)](
                                      Result<std::string> made) mutable {
        if (!made.status().Is(StatusCode::kAlreadyExists) || !connected()) {
          return done(made.status());
        }
        session_->Exists(path, [] {},
                         OnLoop<Result<NodeStat>>([this, path, done = std::move(done)](
                                                      Result<NodeStat> stat) mutable {
          if (!stat.ok()) return done(stat.status());
          if (stat->owner == session_->session().id) return done(OkStatus());
          // Left by an earlier process of this address, whose session has not expired yet.
          LOG_INFO("election: stale node deleted path={}", path);
          session_->Delete(path, OnLoop<Status>([this, path, done = std::move(done)](
                                                    Status gone) mutable {
            if (!gone.ok() && !gone.Is(StatusCode::kNotFound)) return done(std::move(gone));
            Own(path, std::move(done));
          }));
        }));
      }));
}

void Candidate::Depose(Status why) {
  lease_.End();
  over_ = true;
  LOG_WARN("election: deposed node={} reason={}", node_, why.message());
  if (events_.deposed) events_.deposed(std::move(why));
}

}  // namespace alluxio::election
