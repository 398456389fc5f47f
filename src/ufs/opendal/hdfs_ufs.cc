#include "ufs/opendal/hdfs_ufs.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/log.h"
#include "ufs/kept_listings.h"
#include "ufs/opendal/hdfs_listing.h"
#include "ufs/opendal/hdfs_log.h"

namespace alluxio::ufs {
namespace {

constexpr size_t kMaxKeptListings = 16;
constexpr int kParentMode = 0755;
constexpr int kOpenAttempts = 3;

std::string ParentKey(const std::string& key) {
  size_t slash = key.rfind('/');
  return slash == std::string::npos ? "" : key.substr(0, slash);
}

class HdfsFolder final : public Ufs, public std::enable_shared_from_this<HdfsFolder> {
 public:
  HdfsFolder(std::shared_ptr<BridgeStore> bridge, HdfsUfsOptions options)
      : bridge_(std::move(bridge)),
        logs_(std::make_shared<HdfsLogs>(bridge_)),
        options_(std::move(options)),
        rng_(options_.rng == nullptr ? Rng::Real() : *options_.rng) {}

  std::string_view type() const override { return "hdfs"; }
  const std::string& root() const override { return options_.root; }
  bool is_object_store() const override { return false; }

  Result<UfsStatus> Stat(const std::string& key) override;
  Result<UfsListing> List(const std::string& key, const UfsListOptions& options) override;
  Result<std::unique_ptr<UfsReader>> Open(const std::string& key) override;
  Result<std::unique_ptr<UfsReader>> OpenKnown(const std::string& key,
                                               const UfsKnownFile& known) override;
  Result<std::unique_ptr<UfsWriter>> Create(const std::string& key,
                                            const UfsCreateOptions& options) override;
  Result<std::unique_ptr<UfsLog>> OpenLog(const std::string& key) override;
  Status SettleLog(const std::string& key) override;
  Status MakeDirectory(const std::string& key, const UfsCreateOptions& options) override;
  Status DropLeftovers(const std::string& folder, int64_t before_ms) override;
  Status DeleteFile(const std::string& key) override;
  Status DeleteDirectory(const std::string& key, bool recursive) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status SetOwner(const std::string& key, const std::string& owner,
                  const std::string& group) override {
    RETURN_IF_ERROR(CheckHdfsKey(key));
    if (options_.read_only) return ReadOnly();
    return bridge_->SetOwner(Path(key), owner, group).WithContext("chown " + Name(key));
  }
  Status SetMode(const std::string& key, Mode mode) override {
    RETURN_IF_ERROR(CheckHdfsKey(key));
    if (options_.read_only) return ReadOnly();
    return bridge_->SetMode(Path(key), mode.bits).WithContext("chmod " + Name(key));
  }
  Result<UfsSpace> Space() override { return UfsSpace{}; }
  Result<std::shared_ptr<void>> Lock(const std::string&) override {
    return Unimplemented(options_.root + ": HDFS has no locks");
  }

  // For the files.
  BridgeStore& bridge() { return *bridge_; }
  std::string Path(const std::string& key) const {
    if (key.empty()) return options_.folder.empty() ? "/" : options_.folder;
    return options_.folder + "/" + key;
  }
  std::string Name(const std::string& key) const {
    return key.empty() ? options_.root : options_.root + "/" + key;
  }
  Status Publish(const std::string& hidden, const std::string& key,
                 const UfsCreateOptions& options);

 private:
  Status ReadOnly() const { return PermissionDenied(options_.root + ": mounted read-only"); }
  Status CheckHdfsKey(const std::string& key) const;
  Status CheckChange(const std::string& key) const;
  Status MakeParents(const std::string& key);
  Result<std::unique_ptr<UfsReader>> OpenBound(const std::string& key, const UfsStatus& status);
  std::unique_ptr<BridgeReader> Longer(std::unique_ptr<BridgeReader> reader,
                                       const UfsStatus& status);
  void GiveTo(const std::string& path, const UfsCreateOptions& options);
  Result<bool> HasVisible(const std::string& key);

  const std::shared_ptr<BridgeStore> bridge_;  // shared with logs_
  const std::shared_ptr<HdfsLogs> logs_;       // shared with open logs
  const HdfsUfsOptions options_;
  Rng& rng_;
  std::atomic<bool> warned_of_owner_ = false;  // relaxed: one warning more does no harm
  KeptListings<HdfsListing> listings_{kMaxKeptListings};
};

// The blocks that were found at open: a file that is replaced leaves them readable for a while, and
// then reads fail.
class HdfsFile final : public UfsReader {
 public:
  HdfsFile(std::shared_ptr<HdfsFolder> folder, std::unique_ptr<BridgeReader> reader,
           UfsStatus status)
      : folder_(std::move(folder)), reader_(std::move(reader)), status_(std::move(status)) {}

  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override {
    if (offset < 0) return InvalidArgument(status_.key + ": read before the beginning");
    if (offset >= status_.length) return size_t{0};
    size_t size = std::min(into.size(), static_cast<size_t>(status_.length - offset));
    if (size == 0) return size_t{0};
    Status read = reader_->ReadAt(offset, into.first(size));
    if (read.ok()) return size;
    Result<UfsStatus> now = folder_->Stat(status_.key);
    bool gone = now.status().Is(StatusCode::kNotFound);
    if (gone || (now.ok() && now->content_hash != status_.content_hash)) {
      return Aborted("read " + folder_->Name(status_.key) + ": changed since it was opened");
    }
    return read.WithContext("read " + folder_->Name(status_.key));
  }
  const UfsStatus& status() const override { return status_; }

 private:
  const std::shared_ptr<HdfsFolder> folder_;  // shared with the holders of the Ufs
  const std::unique_ptr<BridgeReader> reader_;
  const UfsStatus status_;
};

class HdfsFileWriter final : public UfsWriter {
 public:
  HdfsFileWriter(std::shared_ptr<HdfsFolder> folder, std::string key, std::string hidden,
                 UfsCreateOptions options, std::unique_ptr<BridgeWriter> writer)
      : folder_(std::move(folder)), key_(std::move(key)), hidden_(std::move(hidden)),
        options_(std::move(options)), writer_(std::move(writer)) {}

  ~HdfsFileWriter() override {
    writer_.reset();
    if (committed_) return;
    LogIfError(folder_->bridge().Delete({hidden_}, false), "ufs: cancelled write");
  }
  Status Write(std::string_view data) override {
    return writer_->Write(data).WithContext("write " + folder_->Name(key_));
  }
  Result<UfsStatus> Commit() override {
    if (options_.sync) {
      RETURN_IF_ERROR(writer_->Sync().WithContext("write " + folder_->Name(key_)));
    }
    Result<BridgeEntry> closed = writer_->Close();
    if (!closed.ok()) return closed.status().WithContext("write " + folder_->Name(key_));
    RETURN_IF_ERROR(folder_->Publish(hidden_, key_, options_));
    committed_ = true;
    return folder_->Stat(key_);
  }

 private:
  const std::shared_ptr<HdfsFolder> folder_;  // shared with the holders of the Ufs
  const std::string key_;
  const std::string hidden_;
  const UfsCreateOptions options_;
  std::unique_ptr<BridgeWriter> writer_;
  bool committed_ = false;
};

Status HdfsFolder::CheckHdfsKey(const std::string& key) const {
  RETURN_IF_ERROR(CheckKey(key));
  if (("/" + key).find("/" + std::string(kHdfsHiddenPrefix)) == std::string::npos) {
    return OkStatus();
  }
  return InvalidArgument("key \"" + key + "\": contains a reserved name");
}

Status HdfsFolder::CheckChange(const std::string& key) const {
  if (key.empty()) return InvalidArgument(options_.root + ": the root cannot be changed");
  RETURN_IF_ERROR(CheckHdfsKey(key));
  return options_.read_only ? ReadOnly() : OkStatus();
}

Result<UfsStatus> HdfsFolder::Stat(const std::string& key) {
  RETURN_IF_ERROR(CheckHdfsKey(key));
  Result<BridgeEntry> entry = bridge_->Stat(Path(key));
  // Of something below a file HDFS says that its parent is no directory.
  if (entry.status().Is(StatusCode::kFailedPrecondition)) {
    return NotFound("stat " + Name(key) + ": " + entry.status().message());
  }
  if (!entry.ok()) return entry.status().WithContext("stat " + Name(key));
  return HdfsStatusOf(key, *entry);
}

Result<UfsListing> HdfsFolder::List(const std::string& key, const UfsListOptions& options) {
  RETURN_IF_ERROR(CheckHdfsKey(key));
  if (options.limit == 0) return InvalidArgument(Name(key) + ": a page of no entries");
  std::unique_ptr<HdfsListing> listing = listings_.Take(key, options);
  if (listing == nullptr) {
    listing = std::make_unique<HdfsListing>(*bridge_, options_.folder, options.recursive,
                                            options.page);
    RETURN_IF_ERROR(listing->Start(key).WithContext("list " + Name(key)));
  }
  UfsListing page;
  RETURN_IF_ERROR(listing->Next(options.limit, &page.entries).WithContext("list " + Name(key)));
  if (listing->done() || page.entries.empty()) return page;
  page.next_page = page.entries.back().key;
  listings_.Keep(key, options.recursive, page.next_page, std::move(listing));
  return page;
}

Result<std::unique_ptr<UfsReader>> HdfsFolder::Open(const std::string& key) {
  // The same before and after its blocks were found: then they are those of this status.
  ASSIGN_OR_RETURN(UfsStatus status, Stat(key));
  if (options_.bound_reads && !status.is_directory) return OpenBound(key, status);
  for (int attempt = 0; attempt < kOpenAttempts; ++attempt) {
    if (status.is_directory) return FailedPrecondition("open " + Name(key) + ": is a directory");
    Result<std::unique_ptr<BridgeReader>> reader = bridge_->Read(Path(key), "", -1);
    if (!reader.ok()) return reader.status().WithContext("open " + Name(key));
    ASSIGN_OR_RETURN(UfsStatus after, Stat(key));
    // Of a file that is still written the finished blocks can be read, and it keeps its time.
    bool growing = (*reader)->length() < status.length && after.modified_ms == status.modified_ms;
    if (growing || after.content_hash == status.content_hash) {
      std::unique_ptr<BridgeReader> longest =
          growing ? Longer(*std::move(reader), status) : *std::move(reader);
      status.length = longest->length();
      std::unique_ptr<UfsReader> file =
          std::make_unique<HdfsFile>(shared_from_this(), std::move(longest), status);
      return file;
    }
    status = after;
  }
  return Unavailable("open " + Name(key) + ": changes too often");
}

// Of a file that is open for writing, or of its twin if it is a log.
std::unique_ptr<BridgeReader> HdfsFolder::Longer(std::unique_ptr<BridgeReader> reader,
                                                 const UfsStatus& status) {
  Result<std::unique_ptr<BridgeReader>> twin =
      logs_->ReadTwin(Path(status.key), status.modified_ms);
  // It may have been deleted meanwhile, and is under way itself now and then: look again later.
  bool longer = twin.ok() && (*twin)->length() > reader->length();
  return longer ? *std::move(twin) : std::move(reader);
}

Result<std::unique_ptr<UfsReader>> HdfsFolder::OpenBound(const std::string& key,
                                                         const UfsStatus& status) {
  Result<std::unique_ptr<BridgeReader>> reader =
      bridge_->Read(Path(key), status.content_hash, status.length);
  if (!reader.ok()) return reader.status().WithContext("open " + Name(key));
  std::unique_ptr<UfsReader> file =
      std::make_unique<HdfsFile>(shared_from_this(), *std::move(reader), status);
  return file;
}

Result<std::unique_ptr<UfsReader>> HdfsFolder::OpenKnown(const std::string& key,
                                                         const UfsKnownFile& known) {
  if (known.content_hash.empty()) return Ufs::OpenKnown(key, known);
  RETURN_IF_ERROR(CheckHdfsKey(key));
  if (options_.bound_reads) {
    UfsStatus status;
    status.key = key;
    status.length = known.length;
    status.content_hash = known.content_hash;
    return OpenBound(key, status);
  }
  Result<std::unique_ptr<BridgeReader>> reader = bridge_->Read(Path(key), "", -1);
  if (!reader.ok()) return reader.status().WithContext("open " + Name(key));
  ASSIGN_OR_RETURN(UfsStatus status, Stat(key));
  if (status.content_hash != known.content_hash || status.length != known.length) {
    return Aborted("open " + Name(key) + ": the file changed");
  }
  std::unique_ptr<UfsReader> file =
      std::make_unique<HdfsFile>(shared_from_this(), *std::move(reader), status);
  return file;
}

Result<std::unique_ptr<UfsWriter>> HdfsFolder::Create(const std::string& key,
                                                      const UfsCreateOptions& options) {
  RETURN_IF_ERROR(CheckChange(key));
  Result<UfsStatus> there = Stat(key);
  if (there.ok() && there->is_directory) {
    return FailedPrecondition("create " + Name(key) + ": is a directory");
  }
  if (options.create_parents && !there.ok()) RETURN_IF_ERROR(MakeParents(key));
  // WebHDFS would say so at the end of the upload only.
  if (!options.create_parents && !there.ok()) RETURN_IF_ERROR(Stat(ParentKey(key)).status());
  std::string hidden =
      Path(JoinKey(ParentKey(key), std::string(kHdfsHiddenPrefix) + rng_.Uuid()));
  Result<std::unique_ptr<BridgeWriter>> writer =
      bridge_->Write(hidden, {.mode = options.mode.bits});
  if (!writer.ok()) return writer.status().WithContext("create " + Name(key));
  std::unique_ptr<UfsWriter> file = std::make_unique<HdfsFileWriter>(
      shared_from_this(), key, hidden, options, *std::move(writer));
  return file;
}

Result<std::unique_ptr<UfsLog>> HdfsFolder::OpenLog(const std::string& key) {
  RETURN_IF_ERROR(CheckChange(key));
  if (options_.bound_reads) {
    return Unimplemented(Name(key) + ": logs are kept through hdfs:// only, not through the web " +
                         "interface, which cannot sync a file that is open");
  }
  Result<UfsStatus> there = Stat(key);
  if (there.ok() && there->is_directory) {
    return FailedPrecondition("open log " + Name(key) + ": is a directory");
  }
  if (!there.ok()) RETURN_IF_ERROR(MakeParents(key));
  Result<std::unique_ptr<UfsLog>> log = logs_->Open(Path(key));
  if (!log.ok()) return log.status().WithContext("open log " + Name(key));
  return log;
}

Status HdfsFolder::SettleLog(const std::string& key) {
  RETURN_IF_ERROR(CheckChange(key));
  if (options_.bound_reads) return Unimplemented(Name(key) + ": no logs through the web interface");
  return logs_->Settle(Path(key)).WithContext("settle log " + Name(key));
}

Status HdfsFolder::Publish(const std::string& hidden, const std::string& key,
                           const UfsCreateOptions& options) {
  GiveTo(hidden, options);
  return bridge_->Rename(hidden, Path(key), options.replace).WithContext("write " + Name(key));
}

Status HdfsFolder::MakeParents(const std::string& key) {
  Status made = bridge_->CreateDirectory(Path(ParentKey(key)), kParentMode, true);
  return made.WithContext("make the folders of " + Name(key));
}

// An owner that cannot be set does not fail the write: only a superuser may give files away, and
// the product keeps its own owner of the file.
void HdfsFolder::GiveTo(const std::string& path, const UfsCreateOptions& options) {
  if (options.owner.empty() && options.group.empty()) return;
  Status given = bridge_->SetOwner(path, options.owner, options.group);
  if (given.ok() || warned_of_owner_.exchange(true, std::memory_order_relaxed)) return;
  LogIfError(given, "ufs: the owner of new files stays the user of this process");
}

Status HdfsFolder::MakeDirectory(const std::string& key, const UfsCreateOptions& options) {
  if (!key.empty()) RETURN_IF_ERROR(CheckChange(key));
  if (options_.read_only) return ReadOnly();
  Result<UfsStatus> there = Stat(key);
  if (there.ok()) {
    return there->is_directory ? OkStatus() : AlreadyExists(Name(key) + ": is a file");
  }
  if (!there.status().Is(StatusCode::kNotFound)) return there.status();
  if (options.create_parents && !key.empty()) RETURN_IF_ERROR(MakeParents(key));
  RETURN_IF_ERROR(bridge_->CreateDirectory(Path(key), options.mode.bits, key.empty())
                      .WithContext("mkdir " + Name(key)));
  GiveTo(Path(key), options);
  return OkStatus();
}

Status HdfsFolder::DeleteFile(const std::string& key) {
  RETURN_IF_ERROR(CheckChange(key));
  ASSIGN_OR_RETURN(UfsStatus there, Stat(key));
  if (there.is_directory) return FailedPrecondition("delete " + Name(key) + ": is a directory");
  return bridge_->Delete({Path(key)}, false).WithContext("delete " + Name(key));
}

// Files that a crash left under a hidden name do not keep a folder.
Result<bool> HdfsFolder::HasVisible(const std::string& key) {
  ASSIGN_OR_RETURN(UfsListing inside, List(key, {.limit = 1}));
  return !inside.entries.empty();
}

Status HdfsFolder::DeleteDirectory(const std::string& key, bool recursive) {
  RETURN_IF_ERROR(CheckChange(key));
  ASSIGN_OR_RETURN(UfsStatus there, Stat(key));
  if (!there.is_directory) return FailedPrecondition("delete " + Name(key) + ": not a directory");
  Status deleted = bridge_->Delete({Path(key)}, recursive);
  if (recursive || deleted.ok()) return deleted.WithContext("delete " + Name(key));
  ASSIGN_OR_RETURN(bool visible, HasVisible(key));
  if (visible) return FailedPrecondition("delete " + Name(key) + ": not empty");
  ASSIGN_OR_RETURN(std::unique_ptr<BridgeLister> hidden,
                   bridge_->List(Path(key), false, "", 1000));
  ASSIGN_OR_RETURN(BridgePage page, hidden->Next(1000));
  for (const BridgeEntry& entry : page.entries) {
    if (entry.is_directory) continue;
    LogIfError(bridge_->Delete({entry.path}, false), "ufs: a file that a crash left");
  }
  return bridge_->Delete({Path(key)}, false).WithContext("delete " + Name(key));
}

Status HdfsFolder::DropLeftovers(const std::string& folder, int64_t before_ms) {
  RETURN_IF_ERROR(CheckHdfsKey(folder));
  if (options_.read_only) return OkStatus();
  ASSIGN_OR_RETURN(std::unique_ptr<BridgeLister> lister,
                   bridge_->List(Path(folder), false, "", 1000));
  bool done = false;
  while (!done) {
    ASSIGN_OR_RETURN(BridgePage page, lister->Next(1000));
    for (const BridgeEntry& entry : page.entries) {
      std::string_view name = std::string_view(entry.path).substr(entry.path.rfind('/') + 1);
      bool left = !entry.is_directory && name.starts_with(kHdfsHiddenPrefix) &&
                  entry.modified_ms >= 0 && entry.modified_ms < before_ms;
      if (left) RETURN_IF_ERROR(bridge_->Delete({entry.path}, false));
    }
    done = page.done;
  }
  return OkStatus();
}

Status HdfsFolder::Rename(const std::string& from, const std::string& to) {
  RETURN_IF_ERROR(CheckChange(from));
  RETURN_IF_ERROR(CheckChange(to));
  ASSIGN_OR_RETURN(UfsStatus source, Stat(from));
  if (from == to) return OkStatus();
  if (source.is_directory && to.starts_with(from + "/")) {
    return InvalidArgument(Name(from) + ": cannot be renamed into itself");
  }
  Result<UfsStatus> target = Stat(to);
  if (target.ok() && (target->is_directory || source.is_directory)) {
    return AlreadyExists(Name(to) + ": is in the way of a rename");
  }
  if (!target.ok() && !target.status().Is(StatusCode::kNotFound)) return target.status();
  return bridge_->Rename(Path(from), Path(to), true)
      .WithContext("rename " + Name(from) + " to " + to);
}

}  // namespace

std::shared_ptr<Ufs> HdfsUfs::Open(std::unique_ptr<BridgeStore> bridge, HdfsUfsOptions options) {
  return std::make_shared<HdfsFolder>(std::move(bridge), std::move(options));
}

}  // namespace alluxio::ufs
