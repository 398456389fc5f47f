#include "stub/zookeeper_locator.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "base/log.h"
#include "conf/configuration.h"
#include "coord/zookeeper.h"
#include "env/clock.h"

namespace alluxio::stub {
namespace {

constexpr Duration kInquiry = std::chrono::seconds(1);
constexpr Duration kFirstPause = std::chrono::milliseconds(20);
constexpr Duration kAnswer = std::chrono::seconds(5);
constexpr Duration kQuickAnswer = std::chrono::milliseconds(500);  // a caller may have his by then

std::string OrderOf(const std::string& name) {  // of candidates, as election has it
  size_t lock = name.rfind("lock-");
  return lock == std::string::npos ? name : name.substr(lock);
}

void Pause(Duration time) {
  Mutex mutex(LockRank::kLeaf);
  CondVar never;
  const Duration end = Clock::Real().Monotonic() + time;
  MutexLock lock(mutex);
  for (Duration left = time; left > Duration::zero(); left = end - Clock::Real().Monotonic()) {
    never.WaitFor(mutex, left);
  }
}

}  // namespace

Result<MasterAddress> ParseMasterAddress(const std::string& text) {
  MasterAddress address;
  const size_t colon = text.rfind(':');
  const char* end = text.data() + text.size();
  if (colon != std::string::npos && colon > 0) {
    auto [stop, error] = std::from_chars(text.data() + colon + 1, end, address.port);
    address.host = text.substr(0, std::min(colon, text.find('/')));
    if (error == std::errc() && stop == end && !address.host.empty() && address.port > 0 &&
        address.port < 65536) {
      return address;
    }
  }
  return InvalidArgument("\"" + text + "\" is not the host:port of a master");
}

Result<MasterAddress> NewestLeader(const std::vector<coord::NamedNode>& leader_nodes) {
  const coord::NamedNode* newest = nullptr;
  for (const coord::NamedNode& node : leader_nodes) {
    if (newest == nullptr || node.node.stat.created_ms > newest->node.stat.created_ms) {
      newest = &node;
    }
  }
  if (newest == nullptr) return Unavailable("Failed to determine primary master rpc address");
  Result<MasterAddress> address = ParseMasterAddress(newest->name);
  if (!address.ok()) return Unavailable("leader node in ZooKeeper: " + address.status().message());
  return address;
}

Result<std::shared_ptr<PrimaryLocator>> ZooKeeperLocator::FromConf(
    const conf::Configuration& conf, const std::string& prefix) {
  ASSIGN_OR_RETURN(coord::ZooKeeperAddress servers, coord::ZooKeeperAddress::Parse(conf.GetString(
                                                        "alluxio.zookeeper.address")));
  ZooKeeperLocatorOptions options;
  options.leader_path = conf.GetString(prefix + ".leader.path");
  options.election_path = conf.GetString(prefix + ".election.path");
  options.inquiries = conf.GetInt("alluxio.zookeeper.leader.inquiry.retry");
  options.connect_timeout = conf.GetDuration("alluxio.zookeeper.connection.timeout");
  // One session a process and ensemble; it ends with the last locator that uses it.
  static Mutex& mutex = *new Mutex(LockRank::kClient);
  static auto& known = *new std::map<std::string, std::weak_ptr<PrimaryLocator>>();
  const std::string name = servers.ServerList() + servers.chroot + " " + options.leader_path +
                           " " + options.election_path;
  MutexLock lock(mutex);
  std::shared_ptr<PrimaryLocator> locator = known[name].lock();
  if (locator == nullptr) {
    locator = std::make_shared<ZooKeeperLocator>(
        std::make_shared<coord::ZooKeeper>(std::move(servers)), options);
    known[name] = locator;
  }
  return locator;
}

Result<std::shared_ptr<coord::Session>> ZooKeeperLocator::Connected(Duration patience) {
  std::shared_ptr<coord::Session> session;
  {
    MutexLock lock(mutex_);
    session = session_;
  }
  if (session == nullptr) {
    ASSIGN_OR_RETURN(std::unique_ptr<coord::Session> opened,
                     coord::Session::Open(*coordination_, {options_.session_timeout, {}}));
    session = std::move(opened);
    std::shared_ptr<coord::Session> extra;  // of somebody who was quicker; ended after the lock
    MutexLock lock(mutex_);
    if (session_ == nullptr) {
      session_ = session;
    } else {
      extra = std::exchange(session, session_);
    }
  }
  Status connected = session->AwaitConnected(patience);
  if (connected.ok()) return session;
  if (connected.Is(StatusCode::kAborted)) Drop(session);
  return Unavailable(connected.message());
}

void ZooKeeperLocator::Drop(const std::shared_ptr<coord::Session>& session) {
  std::shared_ptr<coord::Session> dropped;  // ended after the lock
  MutexLock lock(mutex_);
  if (session_ == session) dropped.swap(session_);
}

ZooKeeperLocator::Patience ZooKeeperLocator::Patient() const {
  return {options_.connect_timeout, kAnswer};
}

Result<std::vector<coord::NamedNode>> ZooKeeperLocator::ChildrenOf(const std::string& path,
                                                                   Patience patience) {
  ASSIGN_OR_RETURN(std::shared_ptr<coord::Session> session, Connected(patience.connect));
  Result<std::vector<coord::NamedNode>> nodes = session->ChildNodes(path, patience.answer);
  if (nodes.status().Is(StatusCode::kNotFound)) return std::vector<coord::NamedNode>{};
  if (nodes.ok()) return nodes;
  if (nodes.status().Is(StatusCode::kAborted)) Drop(session);
  return Unavailable(nodes.status().message());
}

Result<MasterAddress> ZooKeeperLocator::Primary() {
  const Duration deadline = Clock::Real().Monotonic() + options_.inquiries * kInquiry;
  Duration pause = kFirstPause;
  while (true) {
    Result<std::vector<coord::NamedNode>> nodes = ChildrenOf(options_.leader_path, Patient());
    Result<MasterAddress> leader =
        nodes.ok() ? NewestLeader(*nodes) : Result<MasterAddress>(nodes.status());
    const Duration left = deadline - Clock::Real().Monotonic();
    if (leader.ok() || left <= Duration::zero()) return leader;
    Pause(std::min(pause, left));
    pause = std::min(pause * 2, kInquiry / 4);
  }
}

bool ZooKeeperLocator::HasMoved(const MasterAddress& from) {
  Result<std::vector<coord::NamedNode>> nodes =
      ChildrenOf(options_.leader_path, {kQuickAnswer, kQuickAnswer});
  if (!nodes.ok()) return false;
  Result<MasterAddress> leader = NewestLeader(*nodes);
  return leader.ok() && !(*leader == from);
}

std::vector<MasterAddress> ZooKeeperLocator::All() {
  Result<std::vector<coord::NamedNode>> nodes = ChildrenOf(options_.election_path, Patient());
  std::vector<MasterAddress> masters;
  if (!nodes.ok()) {
    LogIfError(nodes.status(), "stub: masters in ZooKeeper");
    return masters;
  }
  std::sort(nodes->begin(), nodes->end(), [](const auto& a, const auto& b) {
    return OrderOf(a.name) < OrderOf(b.name);
  });
  for (const coord::NamedNode& node : *nodes) {
    if (node.node.data.empty()) continue;
    Result<MasterAddress> address = ParseMasterAddress(node.node.data);
    LogIfError(address.status(), "stub: candidate in ZooKeeper");
    if (address.ok()) masters.push_back(std::move(*address));
  }
  return masters;
}

}  // namespace alluxio::stub
