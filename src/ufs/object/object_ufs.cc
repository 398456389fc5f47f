#include "ufs/object/object_ufs.h"

#include <algorithm>
#include <functional>

#include "base/log.h"
#include "ufs/kept_listings.h"
#include "ufs/object/object_listing.h"

namespace alluxio::ufs {
namespace {

constexpr size_t kMaxKeptListings = 16;
constexpr size_t kStorePage = 1000;
// No store takes smaller parts than this (S3's limit), so what is shorter was written in one piece.
constexpr int64_t kLeastPart = int64_t{5} << 20;
// What S3 and its kin allow; a store that took more could not be copied to another.
constexpr size_t kMaxKeyBytes = 1024;

std::string FolderPath(const std::string& key) { return key.empty() ? "" : key + "/"; }

std::string ParentKey(const std::string& key) {
  size_t slash = key.rfind('/');
  return slash == std::string::npos ? "" : key.substr(0, slash);
}

// Brings the keys of a recursive listing into an order in which they can be deleted: the marker of
// a folder after all that is in it, which some stores insist on. In a listing what is in a folder
// follows its marker without a gap, so the markers that wait are those above one key.
class ChildrenFirst {
 public:
  // Takes what the listing shows next; appends what may be deleted by now.
  void Add(std::string path, std::vector<std::string>* ready) {
    while (!open_.empty() && !path.starts_with(open_.back())) Close(ready);
    (path.back() == '/' ? open_ : *ready).push_back(std::move(path));
  }
  void Finish(std::vector<std::string>* ready) {
    while (!open_.empty()) Close(ready);
  }

 private:
  void Close(std::vector<std::string>* ready) {
    ready->push_back(std::move(open_.back()));
    open_.pop_back();
  }

  std::vector<std::string> open_;  // markers of folders, each inside the one before
};

class ObjectFile final : public UfsReader {
 public:
  ObjectFile(std::unique_ptr<FlatReader> reader, UfsStatus status)
      : reader_(std::move(reader)), status_(std::move(status)) {}

  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override {
    if (offset < 0) return InvalidArgument(status_.key + ": read before the beginning");
    if (offset >= status_.length) return size_t{0};
    size_t size = std::min(into.size(), static_cast<size_t>(status_.length - offset));
    if (size == 0) return size_t{0};
    RETURN_IF_ERROR(reader_->ReadAt(offset, into.first(size)));
    return size;
  }
  const UfsStatus& status() const override { return status_; }

 private:
  const std::unique_ptr<FlatReader> reader_;
  const UfsStatus status_;
};

class ObjectFolders final : public Ufs, public std::enable_shared_from_this<ObjectFolders> {
 public:
  ObjectFolders(std::unique_ptr<FlatStore> store, ObjectUfsOptions options)
      : store_(std::move(store)),
        options_(std::move(options)),
        clock_(options_.clock == nullptr ? Clock::Real() : *options_.clock) {}

  std::string_view type() const override { return options_.type; }
  const std::string& root() const override { return options_.root; }
  bool is_object_store() const override { return true; }

  Result<UfsStatus> Stat(const std::string& key) override;
  Result<UfsListing> List(const std::string& key, const UfsListOptions& options) override;
  Result<std::unique_ptr<UfsReader>> Open(const std::string& key) override;
  Result<std::unique_ptr<UfsReader>> OpenKnown(const std::string& key,
                                               const UfsKnownFile& known) override;
  Result<std::unique_ptr<UfsWriter>> Create(const std::string& key,
                                            const UfsCreateOptions& options) override;
  Result<std::unique_ptr<UfsLog>> OpenLog(const std::string& key) override {
    RETURN_IF_ERROR(CheckKey(key));
    return Unimplemented(Name(key) + ": object stores cannot append");
  }
  Status MakeDirectory(const std::string& key, const UfsCreateOptions& options) override;
  Status DeleteFile(const std::string& key) override;
  Status DeleteFiles(const std::vector<std::string>& keys) override;
  Status DeleteDirectory(const std::string& key, bool recursive) override;
  Status DropLeftovers(const std::string& folder, int64_t before_ms) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Result<UfsMoved> MoveNew(const std::string& from, int64_t length, const std::string& to) override;
  Status SetOwner(const std::string& key, const std::string&, const std::string&) override {
    RETURN_IF_ERROR(CheckKey(key));
    return options_.read_only ? ReadOnly() : OkStatus();
  }
  Status SetMode(const std::string& key, Mode) override {
    RETURN_IF_ERROR(CheckKey(key));
    return options_.read_only ? ReadOnly() : OkStatus();
  }
  Result<UfsSpace> Space() override { return UfsSpace{}; }
  Result<std::shared_ptr<void>> Lock(const std::string&) override {
    return Unimplemented(options_.root + ": object stores have no locks");
  }

  // For ObjectFileWriter.
  Result<UfsStatus> StatusOfNew(const std::string& key, const FlatObject& made);

 private:
  std::string Name(const std::string& key) const {
    return key.empty() ? options_.root : options_.root + "/" + key;
  }
  Status ReadOnly() const { return PermissionDenied(options_.root + ": mounted read-only"); }
  Status CheckChange(const std::string& key) const;
  UfsStatus FileStatus(const FlatObject& object) const;
  UfsStatus FolderStatus(const std::string& key) const;
  Result<FlatObject> Head(const std::string& path);
  Result<bool> IsFolder(const std::string& key);
  // NOT_FOUND, or FAILED_PRECONDITION when there is a folder.
  Status NoFile(const std::string& key);
  Status PutMarker(const std::string& key);
  Status MakeParents(const std::string& key);
  Result<std::unique_ptr<ObjectListing>> StartListing(const std::string& key,
                                                      const UfsListOptions& options);
  // Copies, and makes sure that all of it has been.
  Result<FlatObject> CopyWhole(const FlatObject& from, const std::string& to);
  Status RenameFile(const FlatObject& from, const std::string& to);
  Status RenameFolder(const std::string& from, const std::string& to);
  Status DeleteBelow(const std::string& key);
  // Hands over each object below `folder`, then deletes it; the marker of `folder` last.
  Status Consume(const std::string& folder, const std::function<Status(const FlatObject&)>& use);

  const std::unique_ptr<FlatStore> store_;
  const ObjectUfsOptions options_;
  Clock& clock_;
  KeptListings<ObjectListing> listings_{kMaxKeptListings};
};

class ObjectFileWriter final : public UfsWriter {
 public:
  ObjectFileWriter(std::shared_ptr<ObjectFolders> ufs, std::string key,
                   std::unique_ptr<FlatWriter> writer)
      : ufs_(std::move(ufs)), key_(std::move(key)), writer_(std::move(writer)) {}

  Status Write(std::string_view data) override { return writer_->Write(data); }
  Result<UfsStatus> Commit() override {
    ASSIGN_OR_RETURN(FlatObject made, writer_->Commit());
    return ufs_->StatusOfNew(key_, made);
  }

 private:
  const std::shared_ptr<ObjectFolders> ufs_;  // shared with the holders of the Ufs
  const std::string key_;
  const std::unique_ptr<FlatWriter> writer_;
};

Status ObjectFolders::CheckChange(const std::string& key) const {
  if (key.empty()) return InvalidArgument(options_.root + ": the root cannot be changed");
  RETURN_IF_ERROR(CheckKey(key));
  if (key.size() > kMaxKeyBytes) {
    return InvalidArgument(Name(key.substr(0, 100)) + "...: longer than " +
                           std::to_string(kMaxKeyBytes) + " bytes");
  }
  return options_.read_only ? ReadOnly() : OkStatus();
}

UfsStatus ObjectFolders::FileStatus(const FlatObject& object) const {
  UfsStatus status;
  status.key = object.path;
  status.length = object.length;
  status.modified_ms = object.modified_ms;
  status.mode = options_.mode;
  status.content_hash = HashOf(object);
  return status;
}

UfsStatus ObjectFolders::FolderStatus(const std::string& key) const {
  UfsStatus status;
  status.key = key;
  status.is_directory = true;
  status.mode = options_.mode;
  return status;
}

// An answer to HEAD has no body, so no reason for a refusal; that to a listing has one.
Result<FlatObject> ObjectFolders::Head(const std::string& path) {
  Result<FlatObject> object = store_->Head(path);
  if (!object.status().Is(StatusCode::kPermissionDenied)) return object;
  Result<bool> listed = IsFolder(path);
  return listed.ok() ? object : listed.status();
}

Result<bool> ObjectFolders::IsFolder(const std::string& key) {
  if (!store_->can_list()) return key.empty();
  ASSIGN_OR_RETURN(std::unique_ptr<FlatListing> listing,
                   store_->List({.folder = FolderPath(key), .recursive = true, .page_size = 1}));
  while (true) {
    ASSIGN_OR_RETURN(FlatPage page, listing->Next(1));
    if (!page.objects.empty()) return true;
    if (page.done) return key.empty();
  }
}

Status ObjectFolders::NoFile(const std::string& key) {
  ASSIGN_OR_RETURN(bool is_folder, IsFolder(key));
  if (is_folder) return FailedPrecondition(Name(key) + ": is a directory");
  return NotFound(Name(key) + ": no such object");
}

Result<UfsStatus> ObjectFolders::Stat(const std::string& key) {
  RETURN_IF_ERROR(CheckKey(key));
  if (!key.empty()) {
    Result<FlatObject> object = Head(key);
    if (object.ok()) return FileStatus(*object);
    if (!object.status().Is(StatusCode::kNotFound)) return object.status();
  }
  ASSIGN_OR_RETURN(bool is_folder, IsFolder(key));
  if (!is_folder) return NotFound(Name(key) + ": no such object");
  return FolderStatus(key);
}

Result<std::unique_ptr<ObjectListing>> ObjectFolders::StartListing(
    const std::string& key, const UfsListOptions& options) {
  FlatListRequest request;
  request.folder = FolderPath(key);
  request.recursive = options.recursive;
  request.start_after = options.page;
  // One more than a page, for the marker of the folder itself.
  request.page_size = std::min(options.limit + 1, kStorePage);
  ASSIGN_OR_RETURN(std::unique_ptr<FlatListing> objects, store_->List(request));
  return std::make_unique<ObjectListing>(
      std::move(objects), ObjectListingOptions{.folder = request.folder,
                                               .recursive = options.recursive,
                                               .after = options.page,
                                               .mode = options_.mode});
}

Result<UfsListing> ObjectFolders::List(const std::string& key, const UfsListOptions& options) {
  RETURN_IF_ERROR(CheckKey(key));
  if (options.limit == 0) return InvalidArgument(Name(key) + ": a page of no entries");
  std::unique_ptr<ObjectListing> listing = listings_.Take(key, options);
  if (listing == nullptr) {
    ASSIGN_OR_RETURN(listing, StartListing(key, options));
  }
  UfsListing page;
  RETURN_IF_ERROR(listing->Next(options.limit, &page.entries));
  if (page.entries.empty() && options.page.empty() && !listing->seen_any() && !key.empty()) {
    Result<FlatObject> file = Head(key);
    if (file.ok()) return FailedPrecondition(Name(key) + ": not a directory");
    if (!file.status().Is(StatusCode::kNotFound)) return file.status();
    return NotFound(Name(key) + ": no such folder");
  }
  if (listing->done() || page.entries.empty()) return page;
  page.next_page = listing->last_handed_out();
  listings_.Keep(key, options.recursive, page.next_page, std::move(listing));
  return page;
}

Result<std::unique_ptr<UfsReader>> ObjectFolders::Open(const std::string& key) {
  RETURN_IF_ERROR(CheckKey(key));
  if (key.empty()) return FailedPrecondition(options_.root + ": is a directory");
  Result<FlatObject> object = Head(key);
  if (object.status().Is(StatusCode::kNotFound)) return NoFile(key);
  RETURN_IF_ERROR(object.status());
  ASSIGN_OR_RETURN(std::unique_ptr<FlatReader> reader, store_->Open(*object));
  std::unique_ptr<UfsReader> file =
      std::make_unique<ObjectFile>(std::move(reader), FileStatus(*object));
  return file;
}

Result<std::unique_ptr<UfsReader>> ObjectFolders::OpenKnown(const std::string& key,
                                                            const UfsKnownFile& known) {
  RETURN_IF_ERROR(CheckKey(key));
  if (key.empty()) return FailedPrecondition(options_.root + ": is a directory");
  FlatObject object{.path = key, .length = known.length, .etag = EtagOfHash(known.content_hash)};
  ASSIGN_OR_RETURN(std::unique_ptr<FlatReader> reader, store_->Open(object));
  UfsStatus status = FileStatus(object);
  status.content_hash = known.content_hash;
  std::unique_ptr<UfsReader> file =
      std::make_unique<ObjectFile>(std::move(reader), std::move(status));
  return file;
}

Result<std::unique_ptr<UfsWriter>> ObjectFolders::Create(const std::string& key,
                                                         const UfsCreateOptions& options) {
  RETURN_IF_ERROR(CheckChange(key));
  if (!options.replace) return Unimplemented(Name(key) + ": object stores always replace");
  std::string parent = ParentKey(key);
  if (!options.create_parents && !parent.empty()) {
    ASSIGN_OR_RETURN(bool there, IsFolder(parent));
    if (!there) return NotFound(Name(parent) + ": no such folder");
  } else if (options_.make_parents) {
    RETURN_IF_ERROR(MakeParents(key));
  }
  ASSIGN_OR_RETURN(std::unique_ptr<FlatWriter> writer, store_->Create(key, options.length));
  std::unique_ptr<UfsWriter> file =
      std::make_unique<ObjectFileWriter>(shared_from_this(), key, std::move(writer));
  return file;
}

Result<UfsStatus> ObjectFolders::StatusOfNew(const std::string& key, const FlatObject& made) {
  if (made.etag.empty()) {
    ASSIGN_OR_RETURN(FlatObject object, Head(key));
    return FileStatus(object);
  }
  FlatObject object = made;
  object.path = key;
  // Near enough to what the store will say, and a request less for every small file.
  if (object.modified_ms == 0) object.modified_ms = clock_.NowMs();
  return FileStatus(object);
}

Status ObjectFolders::PutMarker(const std::string& key) {
  ASSIGN_OR_RETURN(std::unique_ptr<FlatWriter> marker, store_->Create(FolderPath(key), 0));
  return marker->Commit().status();
}

// The markers of the folders above `key`, the outermost first, from the first that is missing.
Status ObjectFolders::MakeParents(const std::string& key) {
  std::vector<std::string> missing;
  for (std::string folder = ParentKey(key); !folder.empty(); folder = ParentKey(folder)) {
    Result<UfsStatus> there = Stat(folder);
    if (there.ok() && there->is_directory) break;
    if (there.ok()) return FailedPrecondition(Name(folder) + ": is a file");
    if (!there.status().Is(StatusCode::kNotFound)) return there.status();
    missing.push_back(folder);
  }
  for (auto folder = missing.rbegin(); folder != missing.rend(); ++folder) {
    RETURN_IF_ERROR(PutMarker(*folder));
  }
  return OkStatus();
}

Status ObjectFolders::MakeDirectory(const std::string& key, const UfsCreateOptions& options) {
  if (key.empty()) {
    // A prefix needs no making, a bucket is its owner's to make.
    return options_.read_only ? ReadOnly() : Stat(key).status();
  }
  RETURN_IF_ERROR(CheckChange(key));
  Result<UfsStatus> there = Stat(key);
  if (there.ok()) {
    return there->is_directory ? OkStatus() : AlreadyExists(Name(key) + ": is a file");
  }
  if (!there.status().Is(StatusCode::kNotFound)) return there.status();
  if (options.create_parents) {
    RETURN_IF_ERROR(MakeParents(key));
  } else if (std::string parent = ParentKey(key); !parent.empty()) {
    ASSIGN_OR_RETURN(bool parent_there, IsFolder(parent));
    if (!parent_there) return NotFound(Name(parent) + ": no such folder");
  }
  return PutMarker(key);
}

Status ObjectFolders::DeleteFile(const std::string& key) {
  RETURN_IF_ERROR(CheckChange(key));
  Result<FlatObject> object = Head(key);
  if (object.status().Is(StatusCode::kNotFound)) return NoFile(key);
  RETURN_IF_ERROR(object.status());
  return store_->Delete({key});
}

Status ObjectFolders::DeleteFiles(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) RETURN_IF_ERROR(CheckChange(key));
  for (size_t begin = 0; begin < keys.size(); begin += kStorePage) {
    size_t end = std::min(keys.size(), begin + kStorePage);
    RETURN_IF_ERROR(store_->Delete({keys.begin() + static_cast<long>(begin),
                                    keys.begin() + static_cast<long>(end)}));
  }
  return OkStatus();
}

Status ObjectFolders::DeleteDirectory(const std::string& key, bool recursive) {
  RETURN_IF_ERROR(CheckChange(key));
  if (!recursive) {
    ASSIGN_OR_RETURN(UfsListing inside, List(key, {.limit = 1}));
    if (!inside.entries.empty()) return FailedPrecondition(Name(key) + ": not empty");
    return store_->Delete({FolderPath(key)});
  }
  ASSIGN_OR_RETURN(UfsStatus there, Stat(key));
  if (!there.is_directory) return FailedPrecondition(Name(key) + ": not a directory");
  return DeleteBelow(key);
}

// What cannot be given up is tried again the next time, and keeps nothing else from it.
Status ObjectFolders::DropLeftovers(const std::string& folder, int64_t before_ms) {
  RETURN_IF_ERROR(CheckKey(folder));
  if (options_.read_only) return OkStatus();
  ASSIGN_OR_RETURN(std::unique_ptr<FlatListing> uploads,
                   store_->ListUploads(FolderPath(folder)));
  Status outcome;
  size_t dropped = 0;
  for (bool done = false; !done;) {
    ASSIGN_OR_RETURN(FlatPage page, uploads->Next(kStorePage));
    for (const FlatObject& upload : page.objects) {
      if (upload.modified_ms <= 0 || upload.modified_ms >= before_ms) continue;
      Status given_up = store_->AbortUpload(upload);
      if (given_up.ok()) ++dropped;
      bool away = given_up.Is(StatusCode::kUnavailable) ||
                  given_up.Is(StatusCode::kDeadlineExceeded);
      if (away) return given_up;
      if (outcome.ok()) outcome = given_up;
    }
    done = page.done;
  }
  if (dropped > 0) {
    LOG_INFO("ufs: gave up unfinished uploads store={} count={}", Name(folder), dropped);
  }
  return outcome;
}

// That marker last, so that what fails can be repeated. Page by page: an object is deleted only
// after its own use, so whatever fails and whoever writes meanwhile, nothing is lost.
Status ObjectFolders::Consume(const std::string& folder,
                              const std::function<Status(const FlatObject&)>& use) {
  ASSIGN_OR_RETURN(std::unique_ptr<FlatListing> listing,
                   store_->List({.folder = folder, .recursive = true}));
  ChildrenFirst order;
  bool done = false;
  while (!done) {
    ASSIGN_OR_RETURN(FlatPage page, listing->Next(kStorePage));
    std::vector<std::string> used;
    for (FlatObject& object : page.objects) {
      if (object.path == folder) continue;
      RETURN_IF_ERROR(use(object));
      order.Add(std::move(object.path), &used);
    }
    done = page.done;
    if (done) order.Finish(&used);
    if (!used.empty()) RETURN_IF_ERROR(store_->Delete(used));
  }
  return store_->Delete({folder});
}

Status ObjectFolders::DeleteBelow(const std::string& key) {
  return Consume(FolderPath(key), [](const FlatObject&) { return OkStatus(); });
}

Status ObjectFolders::Rename(const std::string& from, const std::string& to) {
  RETURN_IF_ERROR(CheckChange(from));
  RETURN_IF_ERROR(CheckChange(to));
  Result<FlatObject> source = Head(from);
  if (!source.ok() && !source.status().Is(StatusCode::kNotFound)) return source.status();
  if (!source.ok()) {
    ASSIGN_OR_RETURN(bool is_folder, IsFolder(from));
    if (!is_folder) return NotFound(Name(from) + ": no such object");
  }
  if (from == to) return OkStatus();
  ASSIGN_OR_RETURN(bool target_is_folder, IsFolder(to));
  if (target_is_folder) return AlreadyExists(Name(to) + ": is in the way of a rename");
  if (source.ok()) return RenameFile(*source, to);
  if (to.starts_with(from + "/")) {
    return InvalidArgument(Name(from) + ": cannot be renamed into itself");
  }
  Result<FlatObject> target = Head(to);
  if (target.ok()) return AlreadyExists(Name(to) + ": is in the way of a rename");
  if (!target.status().Is(StatusCode::kNotFound)) return target.status();
  return RenameFolder(from, to);
}

Result<UfsMoved> ObjectFolders::MoveNew(const std::string& from, int64_t length,
                                        const std::string& to) {
  RETURN_IF_ERROR(CheckChange(from));
  RETURN_IF_ERROR(CheckChange(to));
  Result<FlatObject> copied = CopyWhole({.path = from, .length = length}, to);
  if (copied.status().Is(StatusCode::kNotFound)) return NotFound(Name(from) + ": no such object");
  RETURN_IF_ERROR(copied.status());
  ASSIGN_OR_RETURN(UfsStatus status, StatusOfNew(to, *copied));
  return UfsMoved{.status = std::move(status), .leaves_copy = true};
}

// A store may copy the list of an object's parts in place of the parts, and say that all is well:
// Swift does when "copy" comes behind "slo" in its pipeline. Then the source must stay.
Result<FlatObject> ObjectFolders::CopyWhole(const FlatObject& from, const std::string& to) {
  Result<FlatObject> copied = store_->Copy(from, to);
  if (!copied.ok() || from.length < kLeastPart) return copied;
  ASSIGN_OR_RETURN(FlatObject made, Head(to));
  if (made.length == from.length) return copied;
  Status deleted = store_->Delete({to});
  std::string left = deleted.ok() ? "" : "; it could not be deleted: " + deleted.message();
  return DataLoss("copy " + Name(from.path) + " to " + to + ": the store made " +
                  std::to_string(made.length) + " bytes of " + std::to_string(from.length) + left);
}

Status ObjectFolders::RenameFile(const FlatObject& from, const std::string& to) {
  RETURN_IF_ERROR(CopyWhole(from, to).status());
  return store_->Delete({from.path});
}

Status ObjectFolders::RenameFolder(const std::string& from, const std::string& to) {
  RETURN_IF_ERROR(PutMarker(to));
  std::string folder = FolderPath(from);
  return Consume(folder, [&](const FlatObject& object) {
    return CopyWhole(object, FolderPath(to) + object.path.substr(folder.size())).status();
  });
}

}  // namespace

std::shared_ptr<Ufs> ObjectUfs::Open(std::unique_ptr<FlatStore> store, ObjectUfsOptions options) {
  return std::make_shared<ObjectFolders>(std::move(store), std::move(options));
}

}  // namespace alluxio::ufs
