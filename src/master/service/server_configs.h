// ServerConfigs: what the servers of a cluster have set, and where they differ although 2.9 wants
// them to agree (conf/consistency.h).
//
// Workers send theirs when they register. Equal ones are kept once, so that a thousand workers
// with the same settings cost little more than one. Thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "conf/configuration.h"

namespace google::protobuf {
template <typename Element>
class RepeatedPtrField;
}
namespace alluxio::grpc {
class ConfigProperty;
}
namespace alluxio::grpc::meta {
class ConfigCheckReport;
}

namespace alluxio::master {

using ConfigList = google::protobuf::RepeatedPtrField<grpc::ConfigProperty>;
using Settings = std::map<std::string, std::string>;

class ServerConfigs {
 public:
  static constexpr size_t kMaxServers = 20'000;  // the next is not compared
  static constexpr size_t kMaxNames = 5'000;     // of one server; what is beyond is not compared
  static constexpr size_t kMaxValue = 4'096;     // what is beyond is cut

  // What a worker said of itself; replaces what it said before.
  void NoteWorker(const std::string& address, const ConfigList& list) EXCLUDES(mutex_);
  // Of a worker that said nothing, nothing is compared.
  void NoteWorker(const std::string& address, Settings settings) EXCLUDES(mutex_);

  struct Difference {
    std::string name;
    std::map<std::string, std::vector<std::string>> servers_by_value;  // "" = no value
  };
  struct Report {
    std::map<std::string, std::vector<Difference>> errors;  // by scope
    std::map<std::string, std::vector<Difference>> warnings;
  };
  // Compares masters, by address, with those of `live_workers` that have said what they have. What
  // is kept of workers that are not among these is forgotten.
  Report Compare(const std::map<std::string, Settings>& masters,
                 const std::set<std::string>& live_workers) EXCLUDES(mutex_);

  // What a master or worker of `conf` has to agree on with others.
  static Settings SettingsOf(const conf::Configuration& conf);

 private:
  using Shared = std::shared_ptr<const Settings>;
  struct ByContent {
    bool operator()(const Shared& a, const Shared& b) const { return *a < *b; }
  };

  Mutex mutex_{LockRank::kLeaf};
  std::map<std::string, Shared> workers_ GUARDED_BY(mutex_);  // by address
  std::set<Shared, ByContent> distinct_ GUARDED_BY(mutex_);
};

void WriteReport(const ServerConfigs::Report& report, grpc::meta::ConfigCheckReport* out);

}  // namespace alluxio::master
