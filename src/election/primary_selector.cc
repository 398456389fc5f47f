#include "election/primary_selector.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "conf/configuration.h"
#include "coord/session.h"
#include "coord/zookeeper.h"
#include "election/internal/candidate.h"

namespace alluxio::election {
namespace {

class SingleMaster final : public PrimarySelector {
 public:
  void Start(SelectorEvents events) override { events_ = std::move(events); }
  void Join() override {
    if (events_.elected) events_.elected();
  }
  void Announce() override {}
  Lease& lease() override { return Lease::Forever(); }
  void Resign() override {}
  Result<std::vector<std::string>> Candidates() override { return std::vector<std::string>{}; }
  Result<std::string> Leader() override {
    return Unavailable("there is one master, which is not in ZooKeeper");
  }

 private:
  SelectorEvents events_;
};

class ZooKeeperSelector final : public PrimarySelector {
 public:
  ZooKeeperSelector(const SelectorOptions& options, coord::Coordination& coordination,
                    std::unique_ptr<coord::Coordination> owned)
      : options_(options), owned_(std::move(owned)), coordination_(coordination) {}
  ~ZooKeeperSelector() override { Resign(); }

  void Start(SelectorEvents events) override {
    CHECK(candidate_ == nullptr) << "a selector is started once";
    candidate_ = std::make_unique<Candidate>(
        options_, Candidate::World{coordination_, loop_, Clock::Real(), Rng::Real()},
        std::move(events));
    loop_.Post([this] { candidate_->Start(); });
  }
  void Join() override {
    loop_.Post([this] { candidate_->Join(); });
  }
  void Announce() override {
    loop_.Post([this] { candidate_->Announce(); });
  }
  Lease& lease() override { return candidate_->lease(); }
  void Resign() override {
    if (candidate_ == nullptr) return;
    candidate_->lease().End();
    loop_.Stop();
    candidate_->Close();
  }

  Result<std::vector<std::string>> Candidates() override {
    ASSIGN_OR_RETURN(std::unique_ptr<coord::Session> session, OpenForReading());
    ASSIGN_OR_RETURN(std::vector<coord::NamedNode> nodes,
                     session->ChildNodes(options_.election_path, options_.connection_timeout));
    std::sort(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) {
      return OrderOf(a.name) < OrderOf(b.name);
    });
    std::vector<std::string> addresses;
    for (coord::NamedNode& node : nodes) addresses.push_back(std::move(node.node.data));
    return addresses;
  }
  Result<std::string> Leader() override {
    ASSIGN_OR_RETURN(std::unique_ptr<coord::Session> session, OpenForReading());
    ASSIGN_OR_RETURN(std::vector<coord::NamedNode> nodes,
                     session->ChildNodes(options_.leader_path, options_.connection_timeout));
    if (nodes.empty()) return Unavailable("there is no primary master now");
    return std::max_element(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) {
             return a.node.stat.created_ms < b.node.stat.created_ms;
           })->name;
  }

 private:
  Result<std::unique_ptr<coord::Session>> OpenForReading() {
    ASSIGN_OR_RETURN(std::unique_ptr<coord::Session> session,
                     coord::Session::Open(coordination_, {options_.session_timeout, {}}));
    RETURN_IF_ERROR(session->AwaitConnected(options_.connection_timeout));
    return session;
  }

  const SelectorOptions options_;
  const std::unique_ptr<coord::Coordination> owned_;
  coord::Coordination& coordination_;
  ThreadLoop loop_;
  std::unique_ptr<Candidate> candidate_;  // its callbacks post to the loop, so it goes first
};

}  // namespace

SelectorOptions SelectorOptions::FromConf(const conf::Configuration& conf, std::string address,
                                          const std::string& prefix) {
  SelectorOptions options;
  options.address = std::move(address);
  options.election_path = conf.GetString(prefix + ".election.path");
  options.leader_path = conf.GetString(prefix + ".leader.path");
  options.session_timeout = conf.GetDuration("alluxio.zookeeper.session.timeout");
  options.connection_timeout = conf.GetDuration("alluxio.zookeeper.connection.timeout");
  options.policy =
      conf.GetString("alluxio.zookeeper.leader.connection.error.policy") == "STANDARD"
          ? ErrorPolicy::kStandard
          : ErrorPolicy::kSession;
  return options;
}

std::unique_ptr<PrimarySelector> PrimarySelector::Single() {
  return std::make_unique<SingleMaster>();
}

std::unique_ptr<PrimarySelector> PrimarySelector::Create(const SelectorOptions& options,
                                                         coord::Coordination& coordination) {
  return std::make_unique<ZooKeeperSelector>(options, coordination, nullptr);
}

Result<std::unique_ptr<PrimarySelector>> PrimarySelector::FromConf(const conf::Configuration& conf,
                                                                   const std::string& address,
                                                                   const std::string& prefix) {
  if (!conf.GetBool("alluxio.zookeeper.enabled")) return Single();
  ASSIGN_OR_RETURN(coord::ZooKeeperAddress servers, coord::ZooKeeperAddress::Parse(conf.GetString(
                                                        "alluxio.zookeeper.address")));
  auto zookeeper = std::make_unique<coord::ZooKeeper>(std::move(servers));
  coord::Coordination& coordination = *zookeeper;
  return std::unique_ptr<PrimarySelector>(std::make_unique<ZooKeeperSelector>(
      SelectorOptions::FromConf(conf, address, prefix), coordination, std::move(zookeeper)));
}

}  // namespace alluxio::election
