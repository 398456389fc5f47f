#include "ufs/guard/guarded_factory.h"

#include <map>
#include <utility>

#include "base/mutex.h"
#include "conf/secret_name.h"

namespace alluxio::ufs {
namespace {

void WaitFor(Duration pause) {
  Mutex mutex;
  CondVar never;
  MutexLock lock(mutex);
  never.WaitFor(mutex, pause);
}

class GuardedReader final : public UfsReader {
 public:
  GuardedReader(std::unique_ptr<UfsReader> inner, std::shared_ptr<Bulkhead> bulkhead)
      : inner_(std::move(inner)), bulkhead_(std::move(bulkhead)) {}
  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override {
    Result<size_t> got = bulkhead_->Run<Result<size_t>>(
        {.operation = "read", .key = status().key, .repeatable = true, .apart = false},
        [&] { return inner_->ReadAt(offset, into); });
    if (got.ok()) bulkhead_->NoteRead(*got);
    return got;
  }
  const UfsStatus& status() const override { return inner_->status(); }

 private:
  const std::unique_ptr<UfsReader> inner_;
  const std::shared_ptr<Bulkhead> bulkhead_;  // shared with the Ufs and its other files
};

class GuardedWriter final : public UfsWriter {
 public:
  GuardedWriter(std::unique_ptr<UfsWriter> inner, std::string key,
                std::shared_ptr<Bulkhead> bulkhead)
      : inner_(std::move(inner)), key_(std::move(key)), bulkhead_(std::move(bulkhead)) {}
  Status Write(std::string_view data) override {
    Status written = bulkhead_->Run<Status>({.operation = "write", .key = key_, .apart = false},
                                            [&] { return inner_->Write(data); });
    if (written.ok()) bulkhead_->NoteWritten(data.size());
    return written;
  }
  Result<UfsStatus> Commit() override {
    return bulkhead_->Run<Result<UfsStatus>>({.operation = "commit", .key = key_, .apart = false},
                                             [&] { return inner_->Commit(); });
  }

 private:
  const std::unique_ptr<UfsWriter> inner_;
  const std::string key_;
  const std::shared_ptr<Bulkhead> bulkhead_;  // shared with the Ufs and its other files
};

class GuardedUfs final : public Ufs {
 public:
  GuardedUfs(std::shared_ptr<Ufs> inner, std::shared_ptr<Bulkhead> bulkhead)
      : inner_(std::move(inner)), bulkhead_(std::move(bulkhead)) {}

  std::string_view type() const override { return inner_->type(); }
  const std::string& root() const override { return inner_->root(); }
  bool is_object_store() const override { return inner_->is_object_store(); }

  Result<UfsStatus> Stat(const std::string& key) override {
    return bulkhead_->Run<Result<UfsStatus>>(
        {.operation = "stat", .key = key, .repeatable = true},
        [inner = inner_, key] { return inner->Stat(key); });
  }
  Result<UfsListing> List(const std::string& key, const UfsListOptions& options) override {
    return bulkhead_->Run<Result<UfsListing>>(
        {.operation = "list", .key = key, .repeatable = true},
        [inner = inner_, key, options] { return inner->List(key, options); });
  }
  Result<std::unique_ptr<UfsReader>> Open(const std::string& key) override {
    return Reading(bulkhead_->Run<Result<std::unique_ptr<UfsReader>>>(
        {.operation = "open", .key = key, .repeatable = true},
        [inner = inner_, key] { return inner->Open(key); }));
  }
  Result<std::unique_ptr<UfsReader>> OpenKnown(const std::string& key,
                                               const UfsKnownFile& known) override {
    return Reading(bulkhead_->Run<Result<std::unique_ptr<UfsReader>>>(
        {.operation = "open", .key = key, .repeatable = true},
        [inner = inner_, key, known] { return inner->OpenKnown(key, known); }));
  }
  Result<std::unique_ptr<UfsWriter>> Create(const std::string& key,
                                            const UfsCreateOptions& options) override {
    auto writer = bulkhead_->Run<Result<std::unique_ptr<UfsWriter>>>(
        {.operation = "create", .key = key},
        [inner = inner_, key, options] { return inner->Create(key, options); });
    if (!writer.ok()) return writer;
    return std::unique_ptr<UfsWriter>(
        new GuardedWriter(*std::move(writer), key, bulkhead_));
  }
  Result<std::unique_ptr<UfsLog>> OpenLog(const std::string& key) override {
    return inner_->OpenLog(key);
  }
  Status SettleLog(const std::string& key) override { return inner_->SettleLog(key); }
  Status MakeDirectory(const std::string& key, const UfsCreateOptions& options) override {
    return bulkhead_->Run<Status>(
        {.operation = "mkdir", .key = key, .repeatable = true},
        [inner = inner_, key, options] { return inner->MakeDirectory(key, options); });
  }
  Status DropLeftovers(const std::string& folder, int64_t before_ms) override {
    return bulkhead_->Run<Status>(
        {.operation = "drop leftovers", .key = folder, .repeatable = true, .lengthy = true},
        [inner = inner_, folder, before_ms] { return inner->DropLeftovers(folder, before_ms); });
  }
  Status DeleteFile(const std::string& key) override {
    return bulkhead_->Run<Status>({.operation = "delete", .key = key},
                                  [inner = inner_, key] { return inner->DeleteFile(key); });
  }
  Status DeleteFiles(const std::vector<std::string>& keys) override {
    if (keys.empty()) return OkStatus();
    return bulkhead_->Run<Status>(
        {.operation = "delete many", .key = keys.front(), .repeatable = true, .lengthy = true},
        [inner = inner_, keys] { return inner->DeleteFiles(keys); });
  }
  Status DeleteDirectory(const std::string& key, bool recursive) override {
    return bulkhead_->Run<Status>(
        {.operation = "delete", .key = key, .lengthy = recursive},
        [inner = inner_, key, recursive] { return inner->DeleteDirectory(key, recursive); });
  }
  Status Rename(const std::string& from, const std::string& to) override {
    return bulkhead_->Run<Status>({.operation = "rename", .key = from, .lengthy = true},
                                  [inner = inner_, from, to] { return inner->Rename(from, to); });
  }
  Result<UfsMoved> MoveNew(const std::string& from, int64_t length,
                           const std::string& to) override {
    return bulkhead_->Run<Result<UfsMoved>>(
        {.operation = "move", .key = from, .lengthy = true},
        [inner = inner_, from, length, to] { return inner->MoveNew(from, length, to); });
  }
  Status SetOwner(const std::string& key, const std::string& owner,
                  const std::string& group) override {
    return bulkhead_->Run<Status>(
        {.operation = "chown", .key = key, .repeatable = true},
        [inner = inner_, key, owner, group] { return inner->SetOwner(key, owner, group); });
  }
  Status SetMode(const std::string& key, Mode mode) override {
    return bulkhead_->Run<Status>({.operation = "chmod", .key = key, .repeatable = true},
                                  [inner = inner_, key, mode] {
                                    return inner->SetMode(key, mode);
                                  });
  }
  Result<UfsSpace> Space() override {
    static const std::string kRoot;
    return bulkhead_->Run<Result<UfsSpace>>(
        {.operation = "space", .key = kRoot, .repeatable = true, .brief = true},
        [inner = inner_] { return inner->Space(); });
  }
  Result<std::shared_ptr<void>> Lock(const std::string& key) override { return inner_->Lock(key); }

 private:
  Result<std::unique_ptr<UfsReader>> Reading(Result<std::unique_ptr<UfsReader>> reader) {
    if (!reader.ok()) return reader;
    return std::unique_ptr<UfsReader>(new GuardedReader(*std::move(reader), bulkhead_));
  }

  const std::shared_ptr<Ufs> inner_;          // shared with calls that were given up
  const std::shared_ptr<Bulkhead> bulkhead_;  // shared with other Ufs objects of the mount
};

class Factory final : public UfsFactory {
 public:
  Factory(std::unique_ptr<UfsFactory> inner, const conf::Configuration& conf,
          GuardedFactoryOptions options)
      : inner_(std::move(inner)),
        conf_(conf),
        options_(std::move(options)),
        pool_(LanePool::Create({.name = "ufs", .threads = options_.threads})) {
    if (!options_.pause) options_.pause = WaitFor;
  }

  Result<std::shared_ptr<Ufs>> Open(const std::string& uri,
                                    const UfsOpenOptions& options) override {
    ASSIGN_OR_RETURN(GuardOptions limits, GuardOptions::From(conf_, options.properties));
    UfsOpenOptions within = options;
    within.call_timeout = limits.call_timeout;
    within.impatient = true;
    Result<std::shared_ptr<Ufs>> ufs = inner_->Open(uri, within);
    if (!ufs.ok()) {
      return Status(ufs.status().code(),
                    conf::WithoutSecrets(ufs.status().message(), Secrets(options)));
    }
    return GuardedFactory::Guard(*std::move(ufs), BulkheadOf(uri, options, limits));
  }

 private:
  // Those of the site as well: an adapter takes what the mount does not say from there.
  std::vector<std::string> Secrets(const UfsOpenOptions& options) const {
    std::map<std::string, std::string> properties;
    for (const conf::Entry& entry : conf_.Entries()) {
      if (conf::IsSecretName(entry.name)) properties[entry.name] = conf_.GetString(entry.name);
    }
    for (const auto& [name, value] : options.properties) properties[name] = value;
    return conf::SecretsAmong(properties);
  }

  // A URI and the options it is mounted with.
  using BulkheadKey = std::pair<std::string, std::map<std::string, std::string>>;

  std::shared_ptr<Bulkhead> BulkheadOf(const std::string& uri, const UfsOpenOptions& options,
                                       const GuardOptions& limits) {
    auto key = std::make_pair(uri, options.properties);
    if (std::shared_ptr<Bulkhead> alive = Find(key)) return alive;
    BulkheadParts parts;
    parts.name = conf::WithoutPassword(uri);
    parts.metrics = options_.metrics;
    parts.pool = pool_;
    parts.clock = options_.clock;
    parts.rng = options_.rng;
    parts.pause = options_.pause;
    parts.stopping = options_.stopping;
    parts.secrets = Secrets(options);
    // Without the lock: its counters are looked up under another. One made at the same time wins.
    auto bulkhead = std::make_shared<Bulkhead>(std::move(parts), limits);
    MutexLock lock(mutex_);
    std::weak_ptr<Bulkhead>& place = bulkheads_[std::move(key)];
    if (std::shared_ptr<Bulkhead> alive = place.lock()) return alive;
    place = bulkhead;
    return bulkhead;
  }

  std::shared_ptr<Bulkhead> Find(const BulkheadKey& key) {
    MutexLock lock(mutex_);
    std::erase_if(bulkheads_, [](const auto& entry) { return entry.second.expired(); });
    auto found = bulkheads_.find(key);
    return found == bulkheads_.end() ? nullptr : found->second.lock();
  }

  const std::unique_ptr<UfsFactory> inner_;
  const conf::Configuration conf_;
  GuardedFactoryOptions options_;
  const std::shared_ptr<LanePool> pool_;  // shared with the bulkheads
  Mutex mutex_;
  std::map<BulkheadKey, std::weak_ptr<Bulkhead>> bulkheads_ GUARDED_BY(mutex_);  // those in use
};

}  // namespace

std::unique_ptr<UfsFactory> GuardedFactory::Wrap(std::unique_ptr<UfsFactory> inner,
                                                 const conf::Configuration& conf,
                                                 GuardedFactoryOptions options) {
  return std::make_unique<Factory>(std::move(inner), conf, std::move(options));
}

std::shared_ptr<Ufs> GuardedFactory::Guard(std::shared_ptr<Ufs> inner,
                                           std::shared_ptr<Bulkhead> bulkhead) {
  return std::make_shared<GuardedUfs>(std::move(inner), std::move(bulkhead));
}

}  // namespace alluxio::ufs
