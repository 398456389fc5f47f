// MetaMasterClient: configuration of the cluster and administration of the master.
//
// Configuration is read without authentication, as clients do before they know how to
// authenticate, and changed with it. Methods block. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "stub/master_connection.h"

namespace alluxio::stub {

struct ConfigEntry {
  std::string name;
  std::string value;
  std::string source;
};

struct ClusterConfiguration {
  std::vector<ConfigEntry> cluster;
  std::map<std::string, std::vector<ConfigEntry>> paths;
  std::string cluster_hash;
  std::string path_hash;
};

struct ConfigHashes {
  std::string cluster;
  std::string paths;
};

struct ConfigReadOptions {
  bool raw_values = false;  // ${...} not replaced
  bool skip_cluster = false;
  bool skip_paths = false;
};

struct MasterVersion {
  MasterAddress address;
  std::string version;
  std::string state;
};

struct MasterInfo {
  std::string leader_address;
  std::vector<MasterAddress> masters;
  std::vector<MasterAddress> workers;
  int rpc_port = 0;
  int web_port = 0;
  bool safe_mode = false;
  int64_t start_time_ms = 0;
  int64_t up_time_ms = 0;
  std::string version;
  std::string cluster_id;
  std::vector<std::string> zookeeper_addresses;
  bool raft_journal = false;
  std::vector<std::string> raft_addresses;
  std::vector<MasterVersion> versions;
};

// One name with different values on different servers.
struct ConfigDifference {
  std::string name;
  std::map<std::string, std::vector<std::string>> hosts_by_value;
};

struct ConfigReport {
  std::string status;  // "PASSED", "WARN", "FAILED"
  std::map<std::string, std::vector<ConfigDifference>> errors;  // by scope
  std::map<std::string, std::vector<ConfigDifference>> warnings;
};

struct BackupStatus {
  std::string id;
  std::string state;  // "Running", "Completed" ...
  std::string host;
  std::string uri;
  int64_t entries = 0;
};

class MetaMasterClient {
 public:
  explicit MetaMasterClient(std::shared_ptr<MasterConnection> connection)
      : connection_(std::move(connection)) {}
  virtual ~MetaMasterClient() = default;

  virtual Result<ClusterConfiguration> GetConfiguration(const ConfigReadOptions& options = {});
  virtual Result<ConfigHashes> GetConfigHash();
  virtual Status SetPathConfiguration(const std::string& path,
                                      const std::map<std::string, std::string>& properties);
  // No keys = all of the path.
  virtual Status RemovePathConfiguration(const std::string& path,
                                         const std::vector<std::string>& keys);
  // By name: whether the master took the value.
  virtual Result<std::map<std::string, bool>> UpdateConfiguration(
      const std::map<std::string, std::string>& properties);

  virtual Result<MasterInfo> GetMasterInfo();
  // The host name of the master that wrote the checkpoint.
  virtual Result<std::string> Checkpoint();
  // Begins a backup; its id. BackupStatus() tells how far it is, or fails as the backup did.
  virtual Result<BackupStatus> BeginBackup(const std::string& directory, bool local);
  virtual Result<BackupStatus> GetBackupStatus(const std::string& id);
  virtual Result<ConfigReport> GetConfigReport();

 private:
  Status Call(MasterService service, const char* method,
              const google::protobuf::MessageLite& request,
              google::protobuf::MessageLite* response);

  const std::shared_ptr<MasterConnection> connection_;
};

}  // namespace alluxio::stub
