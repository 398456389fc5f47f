#include "ufs/opendal/hdfs_log.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "ufs/opendal/hdfs_listing.h"

namespace alluxio::ufs {

struct HdfsLogs::Twin {
  std::string path;
  // Guarded by the mutex of HdfsLogs.
  std::string bytes;  // of the log, as far as it is synced
  bool ended = false;
  bool given_up = false;
  // For the thread that writes twins.
  size_t written = 0;  // of `bytes`
  Duration due{};      // no addition before
  Duration pause = std::chrono::seconds(1);  // after the next failure
};

namespace {

// Was the file begun with fewer copies than the cluster wants? Says so.
bool WarnOfShortage(const BridgeWriter& writer, const std::string& path) {
  bool fewer = false;
  Status asked = writer.Shortage(&fewer);
  if (!fewer) return false;
  if (asked.ok()) {
    LOG_WARN("ufs: a data node is out of reach, fewer copies until the file is closed name={}",
             path);
  } else {
    LOG_ERROR("ufs: a data node was out of reach, the file keeps fewer copies than others name={} "
              "error=\"{}\"", path, asked.ToString());
  }
  return true;
}

class HdfsLog final : public UfsLog {
 public:
  HdfsLog(std::shared_ptr<HdfsLogs> logs, std::unique_ptr<BridgeWriter> writer,
          std::shared_ptr<HdfsLogs::Twin> twin, std::string path)
      : logs_(std::move(logs)), writer_(std::move(writer)), twin_(std::move(twin)),
        path_(std::move(path)) {}
  ~HdfsLog() override { logs_->End(twin_); }

  Status Append(std::string_view data) override {
    RETURN_IF_ERROR(Noted(writer_->Write(data)));
    unsynced_.append(data);
    return OkStatus();
  }
  Status Sync() override {
    if (unsynced_.empty()) return OkStatus();
    RETURN_IF_ERROR(Noted(writer_->Sync()));
    logs_->Publish(twin_, unsynced_);
    unsynced_.clear();
    if (!std::exchange(looked_, true)) short_ = WarnOfShortage(*writer_, path_);
    return OkStatus();
  }
  void ReadWhenClosed() override { logs_->End(twin_); }
  Duration OpenLimit() const override { return short_ ? kShortLimit : logs_->OpenLimit(); }
  Status Close() override {
    Status closed = writer_->Close().status();
    // The log itself can be read now; after a failure somebody settles it.
    logs_->End(twin_);
    return closed;
  }

 private:
  static constexpr Duration kShortLimit = std::chrono::minutes(1);

  Status Noted(Status done) {
    if (!done.ok()) logs_->NoteFailure();
    return done;
  }

  const std::shared_ptr<HdfsLogs> logs_;  // shared with the folder and its other logs
  const std::unique_ptr<BridgeWriter> writer_;
  const std::shared_ptr<HdfsLogs::Twin> twin_;  // shared with the thread that writes it, or null
  const std::string path_;
  std::string unsynced_;
  bool looked_ = false;  // for copies, after the first sync
  bool short_ = false;
};

// Nobody notifies.
void WaitFor(Duration time) {
  Mutex mutex;
  CondVar never;
  MutexLock lock(mutex);
  never.WaitFor(mutex, time);
}

}  // namespace

HdfsLogs::~HdfsLogs() {
  std::unique_ptr<Executor> thread;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    thread = std::move(thread_);
  }
  changed_.NotifyAll();
}

std::string HdfsLogs::TwinPath(const std::string& path, int64_t made_ms) {
  size_t name = path.rfind('/') + 1;
  return path.substr(0, name) + std::string(kHdfsHiddenPrefix) + "log-" +
         std::to_string(made_ms) + "-" + path.substr(name);
}

Result<std::unique_ptr<UfsLog>> HdfsLogs::Open(const std::string& path) {
  Result<std::unique_ptr<BridgeWriter>> writer = bridge_->Write(path, {});
  if (writer.status().Is(StatusCode::kAlreadyExists)) {
    RETURN_IF_ERROR(Settle(path));
    writer = bridge_->Write(path, {.append = true});
  }
  RETURN_IF_ERROR(writer.status());
  ASSIGN_OR_RETURN(BridgeEntry made, bridge_->Stat(path));
  // Of a log that goes on, what is in it already would be missing in the twin.
  std::shared_ptr<Twin> twin;
  if (made.length == 0) twin = StartTwin(path, made.modified_ms);
  std::unique_ptr<UfsLog> log =
      std::make_unique<HdfsLog>(shared_from_this(), *std::move(writer), std::move(twin),
                                path);
  return log;
}

Status HdfsLogs::Settle(const std::string& path) {
  ASSIGN_OR_RETURN(BridgeEntry open, bridge_->Stat(path));
  Duration begun = Clock::Real().Monotonic();
  bool noted = false;
  Duration pause = std::chrono::milliseconds(20);
  while (true) {
    ASSIGN_OR_RETURN(bool closed, bridge_->Recover(path));
    if (closed) break;
    Duration waited = Clock::Real().Monotonic() - begun;
    if (waited >= kSettlePatience) {
      return Unavailable("the data nodes do not agree on its length");
    }
    if (!noted && waited >= kSettleNote) {
      noted = true;
      LOG_WARN("ufs: HDFS is recovering a lease; one of its data nodes may be gone name={}", path);
    }
    WaitFor(pause);
    pause = std::min<Duration>(pause * 2, std::chrono::milliseconds(200));
  }
  LogIfError(bridge_->Delete({TwinPath(path, open.modified_ms)}, false), "ufs: twin of a log");
  return OkStatus();
}

Result<std::unique_ptr<BridgeReader>> HdfsLogs::ReadTwin(const std::string& path,
                                                         int64_t made_ms) {
  return bridge_->Read(TwinPath(path, made_ms), "", -1);
}

std::shared_ptr<HdfsLogs::Twin> HdfsLogs::StartTwin(const std::string& path, int64_t made_ms) {
  auto twin = std::make_shared<Twin>();
  twin->path = TwinPath(path, made_ms);
  MutexLock lock(mutex_);
  twins_.push_back(twin);
  if (thread_ == nullptr) {
    thread_ = Executor::Create({.name = "hdfs-twin", .threads = 1, .queue_limit = 1});
    Status started = thread_->Submit([this] { Run(); });
    CHECK(started.ok()) << started.ToString();  // an empty queue has room
  }
  return twin;
}

void HdfsLogs::NoteFailure() {
  failed_at_.store(Clock::Real().Monotonic().count(), std::memory_order_relaxed);
}

Duration HdfsLogs::OpenLimit() const {
  Duration::rep failed = failed_at_.load(std::memory_order_relaxed);
  if (failed == 0) return kOpenLimit;
  bool lately = Clock::Real().Monotonic() - Duration(failed) < kTrouble;
  return lately ? kTroubledLimit : kOpenLimit;
}

void HdfsLogs::Publish(const std::shared_ptr<Twin>& twin, std::string_view synced) {
  if (twin == nullptr) return;
  bool too_big = false;
  {
    MutexLock lock(mutex_);
    if (twin->given_up || twin->ended) return;
    too_big = twin->bytes.size() + synced.size() > kTwinLimit;
    if (too_big) {
      twin->given_up = true;
      twin->bytes = std::string();
    } else {
      twin->bytes.append(synced);
    }
  }
  if (too_big) {
    LOG_WARN("ufs: log too long for a twin, followers wait for its end name={}", twin->path);
  }
  changed_.NotifyAll();
}

void HdfsLogs::End(const std::shared_ptr<Twin>& twin) {
  if (twin == nullptr) return;
  {
    MutexLock lock(mutex_);
    twin->ended = true;
  }
  changed_.NotifyAll();
}

void HdfsLogs::Run() {
  std::string addition;
  while (std::shared_ptr<Twin> twin = NextDue(&addition)) {
    if (addition.empty()) {
      LogIfError(bridge_->Delete({twin->path}, false), "ufs: twin of a log");
    } else {
      Add(*twin, addition);
    }
  }
}

// An ended twin comes with nothing to add, for the last time.
std::shared_ptr<HdfsLogs::Twin> HdfsLogs::NextDue(std::string* addition) {
  addition->clear();
  MutexLock lock(mutex_);
  while (true) {
    Duration now = Clock::Real().Monotonic();
    Duration wait = kLongestPause;
    for (size_t i = 0; i < twins_.size(); ++i) {
      std::shared_ptr<Twin> twin = twins_[i];
      if (twin->ended) {
        twins_.erase(twins_.begin() + static_cast<std::ptrdiff_t>(i));
        if (twin->written > 0 || twin->given_up) return twin;
        --i;
        continue;
      }
      if (twin->bytes.size() <= twin->written) continue;
      if (twin->due <= now) {
        *addition = twin->bytes.substr(twin->written);
        // To the end, so that one busy log does not hold up the others.
        std::rotate(twins_.begin() + static_cast<std::ptrdiff_t>(i),
                    twins_.begin() + static_cast<std::ptrdiff_t>(i) + 1, twins_.end());
        return twin;
      }
      wait = std::min(wait, twin->due - now);
    }
    if (stopped_) return nullptr;
    changed_.WaitFor(mutex_, wait);
  }
}

void HdfsLogs::Add(Twin& twin, std::string_view addition) {
  Status written = Write(twin, addition);
  Duration now = Clock::Real().Monotonic();
  if (written.ok()) {
    twin.written += addition.size();
    twin.due = now + kPause;
    twin.pause = std::chrono::seconds(1);
    return;
  }
  LOG_WARN("ufs: twin of a log, made anew in_ms={} error=\"{}\"", ToMillis(twin.pause),
           written.WithContext(twin.path).ToString());
  LogIfError(bridge_->Delete({twin.path}, false), "ufs: twin of a log");
  twin.written = 0;
  twin.due = now + twin.pause;
  twin.pause = std::min<Duration>(twin.pause * 2, kLongestPause);
}

Status HdfsLogs::Write(const Twin& twin, std::string_view addition) {
  ASSIGN_OR_RETURN(std::unique_ptr<BridgeWriter> writer,
                   bridge_->Write(twin.path, {.append = twin.written > 0}));
  RETURN_IF_ERROR(writer->Write(addition));
  return writer->Close().status();
}

}  // namespace alluxio::ufs
