#include "ufs/opendal/opendal_store.h"

#include <utility>

namespace alluxio::ufs {
namespace {

FlatObject ToObject(BridgeEntry entry) {
  return {.path = std::move(entry.path),
          .length = entry.length,
          .modified_ms = entry.modified_ms < 0 ? 0 : entry.modified_ms,
          .etag = std::move(entry.etag)};
}

// A folder that is not there is an empty page. "Not found" for a listing is the bucket's, or that
// of a server which is no such store, and must not be taken for a missing file.
Status Explained(const Status& listing) {
  if (!listing.Is(StatusCode::kNotFound)) return listing;
  return InvalidArgument(listing.message() +
                         " (is there such a bucket or container, and is the endpoint right?)");
}

class Listing final : public FlatListing {
 public:
  Listing(std::unique_ptr<BridgeLister> lister, std::string name)
      : lister_(std::move(lister)), name_(std::move(name)) {}
  Result<FlatPage> Next(size_t limit) override {
    Result<BridgePage> listed = lister_->Next(limit);
    if (!listed.ok()) return Explained(listed.status()).WithContext("list " + name_);
    FlatPage page;
    page.done = listed->done;
    page.objects.reserve(listed->entries.size());
    for (BridgeEntry& entry : listed->entries) page.objects.push_back(ToObject(std::move(entry)));
    return page;
  }

 private:
  const std::unique_ptr<BridgeLister> lister_;
  const std::string name_;
};

class Reader final : public FlatReader {
 public:
  Reader(std::unique_ptr<BridgeReader> reader, std::string name)
      : reader_(std::move(reader)), name_(std::move(name)) {}
  Status ReadAt(int64_t offset, std::span<char> into) override {
    return reader_->ReadAt(offset, into).WithContext("read " + name_);
  }

 private:
  const std::unique_ptr<BridgeReader> reader_;
  const std::string name_;
};

class Writer final : public FlatWriter {
 public:
  Writer(std::unique_ptr<BridgeWriter> writer, std::string path, std::string name)
      : writer_(std::move(writer)), path_(std::move(path)), name_(std::move(name)) {}
  Status Write(std::string_view data) override {
    return writer_->Write(data).WithContext("write " + name_);
  }
  Result<FlatObject> Commit() override {
    Result<BridgeEntry> made = writer_->Close();
    if (!made.ok()) return made.status().WithContext("write " + name_);
    FlatObject object = ToObject(*std::move(made));
    object.path = path_;
    return object;
  }

 private:
  const std::unique_ptr<BridgeWriter> writer_;
  const std::string path_;
  const std::string name_;
};

}  // namespace

Result<FlatObject> OpendalStore::Head(const std::string& path) {
  Result<BridgeEntry> entry = bridge_->Stat(path);
  if (!entry.ok()) return entry.status().WithContext("stat " + Name(path));
  FlatObject object = ToObject(*std::move(entry));
  object.path = path;
  return object;
}

Result<std::unique_ptr<FlatListing>> OpendalStore::List(const FlatListRequest& request) {
  Result<std::unique_ptr<BridgeLister>> lister = bridge_->List(
      request.folder, request.recursive, request.start_after, request.page_size);
  if (!lister.ok()) return lister.status().WithContext("list " + Name(request.folder));
  std::unique_ptr<FlatListing> listing =
      std::make_unique<Listing>(*std::move(lister), Name(request.folder));
  return listing;
}

Result<std::unique_ptr<FlatListing>> OpendalStore::ListUploads(const std::string& folder) {
  Result<std::unique_ptr<BridgeLister>> lister = bridge_->ListUploads(folder);
  if (!lister.ok()) return lister.status().WithContext("list uploads " + Name(folder));
  std::unique_ptr<FlatListing> listing =
      std::make_unique<Listing>(*std::move(lister), Name(folder));
  return listing;
}

Status OpendalStore::AbortUpload(const FlatObject& upload) {
  return bridge_->AbortUpload(upload.path, upload.etag)
      .WithContext("give up an upload of " + Name(upload.path));
}

Result<std::unique_ptr<FlatReader>> OpendalStore::Open(const FlatObject& object) {
  Result<std::unique_ptr<BridgeReader>> opened =
      bridge_->Read(object.path, object.etag, object.length);
  if (!opened.ok()) return opened.status().WithContext("open " + Name(object.path));
  std::unique_ptr<FlatReader> reader =
      std::make_unique<Reader>(*std::move(opened), Name(object.path));
  return reader;
}

Result<std::unique_ptr<FlatWriter>> OpendalStore::Create(const std::string& path,
                                                         int64_t length) {
  Result<std::unique_ptr<BridgeWriter>> created = bridge_->Write(
      path, {.concurrent = options_.concurrent_parts,
             .part_size = options_.part_size,
             .length = length});
  if (!created.ok()) return created.status().WithContext("create " + Name(path));
  std::unique_ptr<FlatWriter> writer =
      std::make_unique<Writer>(*std::move(created), path, Name(path));
  return writer;
}

Status OpendalStore::Delete(const std::vector<std::string>& paths) {
  Status deleted = bridge_->Delete(paths, false);
  if (deleted.ok()) return deleted;
  std::string more = paths.size() > 1 ? " and " + std::to_string(paths.size() - 1) + " more" : "";
  return deleted.WithContext("delete " + Name(paths.empty() ? "" : paths[0]) + more);
}

Result<FlatObject> OpendalStore::Copy(const FlatObject& from, const std::string& to) {
  Result<BridgeEntry> made = bridge_->Copy(from.path, to, from.length);
  if (!made.ok()) return made.status().WithContext("copy " + Name(from.path) + " to " + to);
  FlatObject object = ToObject(*std::move(made));
  object.path = to;
  object.length = from.length;
  return object;
}

}  // namespace alluxio::ufs
