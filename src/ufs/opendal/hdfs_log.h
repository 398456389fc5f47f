// HdfsLogs: the logs of a folder of HDFS.
//
// A log is one file that stays open. Sync() is an hsync: what was appended is on the disks of all
// data nodes of the file's last block, and the name node knows its length. Settle() takes the file
// from its writer, for good (lease recovery), and ends it where these data nodes agree, so never
// before what was synced.
//
// hdfs-native reads finished blocks only, and the last block is finished when the file is closed.
// Who follows a log reads its *twin* instead: a hidden file beside it that has the synced bytes
// from the beginning of the log on, and is closed again after each addition. One thread writes all
// twins; the log's own writer never waits for it. A log that is ReadWhenClosed() has none: each
// addition is an append, for which data nodes start processes. A twin is deleted when its log is
// closed or settled. Its name has the time at which the log was made, so it never passes for that
// of another log of the name.
//
// Thread-safe; a log has one user.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "env/clock.h"
#include "env/executor.h"
#include "ufs/opendal/bridge.h"
#include "ufs/ufs.h"

namespace alluxio::ufs {

class HdfsLogs : public std::enable_shared_from_this<HdfsLogs> {
 public:
  struct Twin;

  explicit HdfsLogs(std::shared_ptr<BridgeStore> bridge) : bridge_(std::move(bridge)) {}
  ~HdfsLogs();

  // Creates or continues the log; its folder is there.
  Result<std::unique_ptr<UfsLog>> Open(const std::string& path);
  // Waits for up to kSettlePatience: UNAVAILABLE when the data nodes do not agree by then.
  Status Settle(const std::string& path);
  // Reads the twin of the log that was made at `made_ms`. NOT_FOUND when it has none.
  Result<std::unique_ptr<BridgeReader>> ReadTwin(const std::string& path, int64_t made_ms);

  // How long a log should stay open: one that lost a data node, or was begun with fewer of them,
  // has fewer copies until it is closed, and nobody tells us.
  Duration OpenLimit() const;

  // For the logs.
  void NoteFailure();
  void Publish(const std::shared_ptr<Twin>& twin, std::string_view synced);
  void End(const std::shared_ptr<Twin>& twin);

 private:
  // When a data node that is to do it says nothing, the name node tries again after 90 s.
  static constexpr Duration kSettlePatience = std::chrono::minutes(2);
  static constexpr Duration kSettleNote = std::chrono::seconds(5);
  // A twin stays closed for so long at least. Readers that find it open look again soon.
  static constexpr Duration kPause = std::chrono::milliseconds(80);
  static constexpr Duration kLongestPause = std::chrono::seconds(10);
  static constexpr Duration kOpenLimit = std::chrono::hours(1);
  static constexpr Duration kTroubledLimit = std::chrono::minutes(1);
  static constexpr Duration kTrouble = std::chrono::minutes(15);  // since the last failure
  static constexpr size_t kTwinLimit = 64 << 20;

  static std::string TwinPath(const std::string& path, int64_t made_ms);
  std::shared_ptr<Twin> StartTwin(const std::string& path, int64_t made_ms);
  void Run();
  // Waits for a twin that has something to be done; null when there will be none.
  std::shared_ptr<Twin> NextDue(std::string* addition);
  void Add(Twin& twin, std::string_view addition);
  Status Write(const Twin& twin, std::string_view addition);

  const std::shared_ptr<BridgeStore> bridge_;  // shared with the folder
  std::atomic<Duration::rep> failed_at_ = 0;  // relaxed: a hint; 0 = never
  Mutex mutex_{LockRank::kTransport};  // above that of an executor
  CondVar changed_;
  std::vector<std::shared_ptr<Twin>> twins_ GUARDED_BY(mutex_);
  std::unique_ptr<Executor> thread_ GUARDED_BY(mutex_);  // from the first twin on
  bool stopped_ GUARDED_BY(mutex_) = false;
};

}  // namespace alluxio::ufs
