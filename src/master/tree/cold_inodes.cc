#include "master/tree/cold_inodes.h"

#include <algorithm>
#include <filesystem>
#include <tuple>
#include <utility>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include "base/check.h"
#include "base/log.h"

namespace alluxio::master {

namespace {

constexpr size_t kIdBytes = 8;
constexpr int kOpenFiles = 512;
constexpr int kBackgroundJobs = 2;
constexpr double kFilterBits = 10;
constexpr double kBufferFilterRatio = 0.02;
constexpr size_t kBlockBytes = size_t{8} << 10;

std::string IdKey(InodeId id) {
  std::string key(kIdBytes, '\0');
  for (size_t n = 0; n < kIdBytes; ++n) {
    key[n] = static_cast<char>(static_cast<uint64_t>(id) >> (8 * (kIdBytes - 1 - n)));
  }
  return key;
}

InodeId IdOf(rocksdb::Slice key) {
  CHECK(key.size() >= kIdBytes) << "key of " << key.size() << " bytes";
  uint64_t id = 0;
  for (size_t n = 0; n < kIdBytes; ++n) id = id << 8 | static_cast<unsigned char>(key[n]);
  return static_cast<InodeId>(id);
}

std::string EdgeKey(InodeId parent, std::string_view name) {
  std::string key = IdKey(parent);
  key.append(name);
  return key;
}

// Filters and indexes are parts of the cache too, cut into blocks: nothing grows with the number of
// rows but the disk.
rocksdb::ColumnFamilyOptions TableOptions(size_t cache_bytes, size_t write_buffer_bytes,
                                           size_t hint_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(cache_bytes);
  table.block_size = kBlockBytes;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBits));
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.cache_index_and_filter_blocks = true;
  table.pin_top_level_index_and_filter = true;
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = write_buffer_bytes;
  options.max_write_buffer_number = 3;
  options.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewFixedPrefixTransform(hint_bytes));
  options.memtable_prefix_bloom_size_ratio = kBufferFilterRatio;
  options.memtable_whole_key_filtering = true;
  options.compression = rocksdb::kLZ4Compression;
  options.level_compaction_dynamic_level_bytes = true;
  return options;
}

// RocksDB finds the place of a key quickly when it is behind the one before.
template <typename Less>
std::vector<const ColdInodes::Item*> InOrder(const std::vector<ColdInodes::Item>& items,
                                             const Less& less) {
  std::vector<const ColdInodes::Item*> order;
  order.reserve(items.size());
  for (const ColdInodes::Item& item : items) order.push_back(&item);
  if (!std::is_sorted(order.begin(), order.end(), less)) {
    std::sort(order.begin(), order.end(), less);
  }
  return order;
}

Status ToStatus(const std::string& folder, const rocksdb::Status& status) {
  return FailedPrecondition("metastore " + folder + ": " + status.ToString());
}

}  // namespace

// RocksDB keeps pointers to both.
struct ColdInodes::Rows::Bound {
  std::string text;
  rocksdb::Slice slice;
};

ColdInodes::Rows::Rows(const ColdInodes& owner, std::string begin, std::string end)
    : owner_(owner), bound_(std::make_unique<Bound>()) {
  rocksdb::ReadOptions options;
  bound_->text = std::move(end);
  bound_->slice = bound_->text;
  if (!bound_->text.empty()) options.iterate_upper_bound = &bound_->slice;
  at_.reset(owner.db_->NewIterator(options, owner.edges_.get()));
  at_->Seek(begin);
  if (!at_->status().ok()) owner_.Fail(at_->status());
}

ColdInodes::Rows::~Rows() = default;

bool ColdInodes::Rows::Valid() const { return at_->Valid(); }

InodeId ColdInodes::Rows::parent() const { return IdOf(at_->key()); }

std::string_view ColdInodes::Rows::name() const {
  return at_->key().ToStringView().substr(kIdBytes);
}

std::string_view ColdInodes::Rows::row() const { return at_->value().ToStringView(); }

void ColdInodes::Rows::Next() {
  at_->Next();
  if (!at_->status().ok()) owner_.Fail(at_->status());
}

ColdInodes::ColdInodes(ColdInodesOptions options) : options_(std::move(options)) {}

Result<std::unique_ptr<ColdInodes>> ColdInodes::Open(ColdInodesOptions options) {
  std::unique_ptr<ColdInodes> opened(new ColdInodes(std::move(options)));
  rocksdb::Status status = opened->OpenFolder();
  if (!status.ok()) return ToStatus(opened->options_.folder, status);
  return opened;
}

rocksdb::Status ColdInodes::OpenFolder() {
  std::error_code error;
  std::filesystem::create_directories(options_.folder, error);
  if (error) return rocksdb::Status::IOError(error.message());
  // Refuses when another process has it open.
  rocksdb::Status status = rocksdb::DestroyDB(options_.folder, rocksdb::Options());
  if (!status.ok()) return status;
  edge_options_ = std::make_unique<rocksdb::ColumnFamilyOptions>(
      TableOptions(options_.edge_cache_bytes, options_.write_buffer_bytes, kIdBytes));
  inode_options_ = std::make_unique<rocksdb::ColumnFamilyOptions>(
      TableOptions(options_.inode_cache_bytes, options_.write_buffer_bytes, 0));
  rocksdb::Options database;
  database.create_if_missing = true;
  database.error_if_exists = true;
  database.max_open_files = kOpenFiles;
  database.max_background_jobs = kBackgroundJobs;
  database.avoid_flush_during_shutdown = true;
  database.keep_log_file_num = 2;
  database.allow_concurrent_memtable_write = false;  // it knows no hints, and there is one writer
  rocksdb::DB* db = nullptr;
  status = rocksdb::DB::Open(database, options_.folder, &db);
  if (!status.ok()) return status;
  db_.reset(db);
  return CreateTables();
}

rocksdb::Status ColdInodes::CreateTables() {
  rocksdb::ColumnFamilyHandle* made = nullptr;
  rocksdb::Status status = db_->CreateColumnFamily(*edge_options_, "edges", &made);
  if (!status.ok()) return status;
  edges_.reset(made);
  status = db_->CreateColumnFamily(*inode_options_, "inodes", &made);
  if (!status.ok()) return status;
  inodes_.reset(made);
  return status;
}

ColdInodes::~ColdInodes() {
  edges_.reset();
  inodes_.reset();
  if (db_ == nullptr) return;
  db_.reset();
  rocksdb::Status status = rocksdb::DestroyDB(options_.folder, rocksdb::Options());
  if (!status.ok()) LOG_WARN("master: metastore folder stays error={}", status.ToString());
}

void ColdInodes::Clear() {
  if (!dirty_) return;
  rocksdb::Status status = db_->DropColumnFamilies({edges_.get(), inodes_.get()});
  if (status.ok()) status = CreateTables();
  if (!status.ok()) Fail(status);
  dirty_ = false;
}

bool ColdInodes::Get(InodeId parent, std::string_view name, std::string* row) const {
  rocksdb::Status status =
      db_->Get(rocksdb::ReadOptions(), edges_.get(), EdgeKey(parent, name), row);
  if (status.ok()) return true;
  if (!status.IsNotFound()) Fail(status);
  return false;
}

bool ColdInodes::Find(InodeId id, Place* place) const {
  std::string value;
  rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), inodes_.get(), IdKey(id), &value);
  if (status.IsNotFound()) return false;
  if (!status.ok()) Fail(status);
  place->parent = IdOf(value);
  place->name = value.substr(kIdBytes);
  return true;
}

std::unique_ptr<ColdInodes::Rows> ColdInodes::Children(InodeId parent,
                                                       std::string_view from) const {
  return std::unique_ptr<Rows>(new Rows(*this, EdgeKey(parent, from), IdKey(parent + 1)));
}

std::unique_ptr<ColdInodes::Rows> ColdInodes::All() const {
  return std::unique_ptr<Rows>(new Rows(*this, "", ""));
}

bool ColdInodes::Write(const std::vector<Item>& items, WhenBusy when_busy) {
  if (items.empty()) return true;
  size_t bytes = 0;
  for (const Item& item : items) bytes += item.row.size() + item.place.name.size();
  CheckSpace(bytes);
  rocksdb::WriteBatch batch(bytes * 3);
  for (const Item* item : InOrder(items, [](const Item* a, const Item* b) {
         return std::tie(a->place.parent, a->place.name) < std::tie(b->place.parent, b->place.name);
       })) {
    rocksdb::Status status =
        batch.Put(edges_.get(), EdgeKey(item->place.parent, item->place.name), item->row);
    if (!status.ok()) Fail(status);
  }
  for (const Item* item :
       InOrder(items, [](const Item* a, const Item* b) { return a->id < b->id; })) {
    if (!item->is_new) continue;
    rocksdb::Status status = batch.Put(inodes_.get(), IdKey(item->id),
                                       EdgeKey(item->place.parent, item->place.name));
    if (!status.ok()) Fail(status);
  }
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  options.no_slowdown = when_busy == WhenBusy::kGiveUp;
  rocksdb::Status status = db_->Write(options, &batch);
  if (status.IsIncomplete() && options.no_slowdown) return false;
  if (!status.ok()) Fail(status);
  dirty_ = true;
  return true;
}

void ColdInodes::Erase(InodeId parent, std::string_view name, InodeId id) {
  rocksdb::WriteBatch batch;
  rocksdb::Status status = batch.Delete(edges_.get(), EdgeKey(parent, name));
  if (status.ok()) status = batch.Delete(inodes_.get(), IdKey(id));
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  if (status.ok()) status = db_->Write(options, &batch);
  if (!status.ok()) Fail(status);
}

uint64_t ColdInodes::Sum(const char* property) const {
  uint64_t sum = 0;
  for (rocksdb::ColumnFamilyHandle* table : {edges_.get(), inodes_.get()}) {
    uint64_t value = 0;
    if (db_->GetIntProperty(table, property, &value)) sum += value;
  }
  return sum;
}

size_t ColdInodes::MemoryBytes() const {
  return Sum("rocksdb.cur-size-all-mem-tables") + Sum("rocksdb.block-cache-usage") +
         Sum("rocksdb.estimate-table-readers-mem");
}

size_t ColdInodes::DiskBytes() const { return Sum("rocksdb.total-sst-files-size"); }

void ColdInodes::CheckSpace(size_t more_bytes) {
  unchecked_bytes_ += more_bytes;
  if (unchecked_bytes_ < kCheckBytes) return;
  unchecked_bytes_ = 0;
  std::error_code error;
  std::filesystem::space_info space = std::filesystem::space(options_.folder, error);
  if (error || space.available >= options_.least_free_bytes) return;
  Fail(ResourceExhausted("metastore " + options_.folder + ": its disk has only " +
                         std::to_string(space.available) + " bytes left, at least " +
                         std::to_string(options_.least_free_bytes) + " are needed"));
}

void ColdInodes::Fail(const rocksdb::Status& status) const {
  Fail(ToStatus(options_.folder, status));
}

void ColdInodes::Fail(const Status& failure) const {
  if (options_.on_failure) options_.on_failure(failure);
  CHECK(false) << failure.ToString();
  std::abort();
}

}  // namespace alluxio::master
