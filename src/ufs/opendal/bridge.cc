#include "ufs/opendal/bridge.h"

#include <ufs_bridge.h>

#include "base/check.h"
#include "base/log.h"

namespace alluxio::ufs {
namespace {

ufsb_text Text(const std::string& text) { return {text.data(), text.size()}; }

std::string Copied(const ufsb_text& text) {
  return text.size == 0 ? std::string() : std::string(text.data, text.size);
}

// Takes the error, which is freed here.
Status ToStatus(ufsb_error error) {
  if (error.code == 0) return OkStatus();
  std::string message =
      error.message == nullptr ? "" : std::string(error.message, error.message_size);
  auto code = static_cast<StatusCode>(error.code);
  ufsb_error_free(&error);
  return Status(code, std::move(message));
}

// Takes the page, which is freed here.
BridgePage ToPage(ufsb_page* page) {
  BridgePage result;
  result.entries.reserve(page->count);
  for (size_t i = 0; i < page->count; ++i) {
    const ufsb_entry& entry = page->entries[i];
    result.entries.push_back({.path = Copied(entry.path),
                              .is_directory = entry.is_directory != 0,
                              .mode = entry.mode,
                              .length = entry.length,
                              .modified_ms = entry.modified_ms,
                              .etag = Copied(entry.etag),
                              .owner = Copied(entry.owner),
                              .group = Copied(entry.group)});
  }
  result.done = page->done != 0;
  ufsb_page_free(page);
  return result;
}

BridgeEntry OnlyEntry(ufsb_page* page) {
  BridgePage entries = ToPage(page);
  CHECK(entries.entries.size() == 1);
  return std::move(entries.entries[0]);
}

}  // namespace

BridgeLister::~BridgeLister() { ufsb_list_free(lister_); }

Result<BridgePage> BridgeLister::Next(size_t limit) {
  ufsb_page* page = nullptr;
  RETURN_IF_ERROR(ToStatus(ufsb_list_next(lister_, limit, ToMillis(timeout_), &page)));
  return ToPage(page);
}

BridgeReader::~BridgeReader() { ufsb_reader_free(reader_); }

int64_t BridgeReader::length() const { return ufsb_reader_length(reader_); }

Status BridgeReader::ReadAt(int64_t offset, std::span<char> into) {
  return ToStatus(ufsb_read_at(reader_, offset, into.data(), into.size(), ToMillis(timeout_)));
}

BridgeWriter::~BridgeWriter() {
  if (!closed_) {
    LogIfError(ToStatus(ufsb_writer_abort(writer_, ToMillis(timeout_))), "ufs: cancelled write");
  }
  ufsb_writer_free(writer_);
}

Status BridgeWriter::Write(std::string_view data) {
  return ToStatus(ufsb_write(writer_, data.data(), data.size(), ToMillis(timeout_)));
}

Status BridgeWriter::Sync() { return ToStatus(ufsb_writer_sync(writer_, ToMillis(timeout_))); }

Status BridgeWriter::Shortage(bool* fewer) const {
  int32_t said = 0;
  Status asked = ToStatus(ufsb_writer_shortage(writer_, &said));
  *fewer = said != 0;
  return asked;
}

Result<BridgeEntry> BridgeWriter::Close() {
  ufsb_page* page = nullptr;
  RETURN_IF_ERROR(ToStatus(ufsb_writer_close(writer_, ToMillis(timeout_), &page)));
  closed_ = true;
  return OnlyEntry(page);
}

Result<std::unique_ptr<BridgeStore>> BridgeStore::Open(
    const std::string& service, const std::map<std::string, std::string>& options,
    Duration timeout) {
  CHECK(ufsb_abi_version() == UFSB_ABI_VERSION) << "ufs-bridge and its header differ";
  std::vector<ufsb_pair> pairs;
  for (const auto& [key, value] : options) pairs.push_back({Text(key), Text(value)});
  ufsb_store* store = nullptr;
  RETURN_IF_ERROR(ToStatus(ufsb_store_open(Text(service), pairs.data(), pairs.size(), &store)));
  return std::make_unique<BridgeStore>(store, timeout);
}

BridgeStore::~BridgeStore() { ufsb_store_free(store_); }

bool BridgeStore::can_write() const { return ufsb_store_capability(store_).write != 0; }
bool BridgeStore::can_list() const { return ufsb_store_capability(store_).list != 0; }

Result<BridgeEntry> BridgeStore::Stat(const std::string& path) {
  ufsb_page* page = nullptr;
  RETURN_IF_ERROR(ToStatus(ufsb_stat(store_, Text(path), ToMillis(timeout_), &page)));
  return OnlyEntry(page);
}

Result<std::unique_ptr<BridgeLister>> BridgeStore::List(const std::string& folder, bool recursive,
                                                        const std::string& start_after,
                                                        size_t page_size) {
  ufsb_lister* lister = nullptr;
  RETURN_IF_ERROR(ToStatus(ufsb_list_open(store_, Text(folder), recursive ? 1 : 0,
                                          Text(start_after), page_size, &lister)));
  return std::make_unique<BridgeLister>(lister, timeout_);
}

Result<std::unique_ptr<BridgeLister>> BridgeStore::ListUploads(const std::string& folder) {
  ufsb_lister* lister = nullptr;
  RETURN_IF_ERROR(ToStatus(ufsb_uploads_open(store_, Text(folder), &lister)));
  return std::make_unique<BridgeLister>(lister, timeout_);
}

Status BridgeStore::AbortUpload(const std::string& path, const std::string& id) {
  return ToStatus(ufsb_upload_abort(store_, Text(path), Text(id), ToMillis(timeout_)));
}

Result<std::unique_ptr<BridgeReader>> BridgeStore::Read(const std::string& path,
                                                        const std::string& etag, int64_t length) {
  ufsb_reader* reader = nullptr;
  RETURN_IF_ERROR(ToStatus(
      ufsb_reader_open(store_, Text(path), Text(etag), length, ToMillis(timeout_), &reader)));
  return std::make_unique<BridgeReader>(reader, timeout_);
}

Result<std::unique_ptr<BridgeWriter>> BridgeStore::Write(const std::string& path,
                                                         const BridgeWriteOptions& options) {
  ufsb_write_options given = {options.mode, options.concurrent, options.part_size,
                              options.length, options.append ? 1 : 0};
  ufsb_writer* writer = nullptr;
  RETURN_IF_ERROR(
      ToStatus(ufsb_writer_open(store_, Text(path), &given, ToMillis(timeout_), &writer)));
  return std::make_unique<BridgeWriter>(writer, timeout_);
}

Result<bool> BridgeStore::Recover(const std::string& path) {
  int32_t closed = 0;
  RETURN_IF_ERROR(ToStatus(ufsb_recover(store_, Text(path), ToMillis(timeout_), &closed)));
  return closed != 0;
}

Status BridgeStore::Delete(const std::vector<std::string>& paths, bool recursive) {
  std::vector<ufsb_text> texts;
  for (const std::string& path : paths) texts.push_back(Text(path));
  return ToStatus(
      ufsb_delete(store_, texts.data(), texts.size(), recursive ? 1 : 0, ToMillis(timeout_)));
}

Result<BridgeEntry> BridgeStore::Copy(const std::string& from, const std::string& to,
                                      int64_t length) {
  ufsb_page* page = nullptr;
  RETURN_IF_ERROR(
      ToStatus(ufsb_copy(store_, Text(from), Text(to), length, ToMillis(timeout_), &page)));
  return OnlyEntry(page);
}

Status BridgeStore::Rename(const std::string& from, const std::string& to, bool overwrite) {
  return ToStatus(
      ufsb_rename(store_, Text(from), Text(to), overwrite ? 1 : 0, ToMillis(timeout_)));
}

Status BridgeStore::CreateDirectory(const std::string& path, int mode, bool create_parents) {
  return ToStatus(
      ufsb_create_dir(store_, Text(path), mode, create_parents ? 1 : 0, ToMillis(timeout_)));
}

Status BridgeStore::SetOwner(const std::string& path, const std::string& owner,
                             const std::string& group) {
  return ToStatus(
      ufsb_set_owner(store_, Text(path), Text(owner), Text(group), ToMillis(timeout_)));
}

Status BridgeStore::SetMode(const std::string& path, int mode) {
  return ToStatus(ufsb_set_mode(store_, Text(path), mode, ToMillis(timeout_)));
}

}  // namespace alluxio::ufs
