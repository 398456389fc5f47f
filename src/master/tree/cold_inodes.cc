#include "master/tree/cold_inodes.h"

#include <algorithm>
#include <filesystem>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/log.h"
#include "master/tree/rocks_library.h"

namespace alluxio::master {

namespace {

constexpr size_t kIdBytes = 8;

// In RocksDB's own words. There is one writer, and only one may hint where a row belongs.
constexpr char kDatabaseOptions[] =
    "create_if_missing=true;error_if_exists=true;max_open_files=512;max_background_jobs=2;"
    "avoid_flush_during_shutdown=true;keep_log_file_num=2;allow_concurrent_memtable_write=false";

std::string IdKey(InodeId id) {
  std::string key(kIdBytes, '\0');
  for (size_t n = 0; n < kIdBytes; ++n) {
    key[n] = static_cast<char>(static_cast<uint64_t>(id) >> (8 * (kIdBytes - 1 - n)));
  }
  return key;
}

InodeId IdOf(std::string_view key) {
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
std::string TableOptions(size_t cache_bytes, size_t write_buffer_bytes, size_t hint_bytes) {
  return fmt::format(
      "write_buffer_size={};max_write_buffer_number=3;"
      "memtable_insert_with_hint_prefix_extractor=rocksdb.FixedPrefix.{};"
      "memtable_prefix_bloom_size_ratio=0.02;memtable_whole_key_filtering=true;"
      "compression=kLZ4Compression;level_compaction_dynamic_level_bytes=true;"
      "block_based_table_factory={{block_cache={};block_size=8192;"
      "filter_policy=bloomfilter:10:false;index_type=kTwoLevelIndexSearch;partition_filters=true;"
      "cache_index_and_filter_blocks=true;pin_top_level_index_and_filter=true}}",
      write_buffer_bytes, hint_bytes, cache_bytes);
}

RocksError ParseOptions(const std::string& text, RocksOptions* options) {
  RocksOptions base(Rocks().options_create());
  options->reset(Rocks().options_create());
  RocksError error;
  Rocks().get_options_from_string(base.get(), text.c_str(), options->get(), error.out());
  return error;
}

RocksWriteOptions NewWriteOptions() {
  RocksWriteOptions options(Rocks().writeoptions_create());
  Rocks().writeoptions_disable_WAL(options.get(), 1);
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

void Put(const RocksTable& table, const std::string& key, const std::string& value,
         rocksdb_writebatch_t* batch) {
  Rocks().writebatch_put_cf(batch, table.get(), key.data(), key.size(), value.data(),
                            value.size());
}

Status ToStatus(const std::string& folder, const std::string& error) {
  return FailedPrecondition("metastore " + folder + ": " + error);
}

}  // namespace

struct ColdInodes::Database {
  RocksOptions edge_options;
  RocksOptions inode_options;
  RocksDatabase db;
  RocksReadOptions read_options;
  RocksTable edges;  // both go before the database
  RocksTable inodes;

  RocksError Get(const RocksTable& table, const std::string& key, std::string* value,
                 bool* found) const {
    RocksError error;
    RocksSlice slice(Rocks().get_pinned_cf(db.get(), read_options.get(), table.get(), key.data(),
                                           key.size(), error.out()));
    *found = slice != nullptr;
    if (slice == nullptr) return error;
    size_t size = 0;
    const char* data = Rocks().pinnableslice_value(slice.get(), &size);
    value->assign(data, size);
    return error;
  }
};

// RocksDB keeps a pointer to the bound.
struct ColdInodes::Rows::Cursor {
  std::string bound;
  RocksReadOptions options;
  RocksIterator at;
};

ColdInodes::Rows::Rows(const ColdInodes& owner, std::string begin, std::string end)
    : owner_(owner), cursor_(std::make_unique<Cursor>()) {
  cursor_->bound = std::move(end);
  cursor_->options.reset(Rocks().readoptions_create());
  if (!cursor_->bound.empty()) {
    Rocks().readoptions_set_iterate_upper_bound(cursor_->options.get(), cursor_->bound.data(),
                                                cursor_->bound.size());
  }
  cursor_->at.reset(Rocks().create_iterator_cf(owner.rocks_->db.get(), cursor_->options.get(),
                                               owner.rocks_->edges.get()));
  Rocks().iter_seek(cursor_->at.get(), begin.data(), begin.size());
  Check();
}

ColdInodes::Rows::~Rows() = default;

void ColdInodes::Rows::Check() const {
  RocksError error;
  Rocks().iter_get_error(cursor_->at.get(), error.out());
  if (!error.ok()) owner_.Fail(error);
}

bool ColdInodes::Rows::Valid() const { return Rocks().iter_valid(cursor_->at.get()) != 0; }

InodeId ColdInodes::Rows::parent() const {
  size_t size = 0;
  const char* key = Rocks().iter_key(cursor_->at.get(), &size);
  return IdOf({key, size});
}

std::string_view ColdInodes::Rows::name() const {
  size_t size = 0;
  const char* key = Rocks().iter_key(cursor_->at.get(), &size);
  return std::string_view(key, size).substr(kIdBytes);
}

std::string_view ColdInodes::Rows::row() const {
  size_t size = 0;
  const char* row = Rocks().iter_value(cursor_->at.get(), &size);
  return {row, size};
}

void ColdInodes::Rows::Next() {
  Rocks().iter_next(cursor_->at.get());
  Check();
}

ColdInodes::ColdInodes(ColdInodesOptions options) : options_(std::move(options)) {}

Result<std::unique_ptr<ColdInodes>> ColdInodes::Open(ColdInodesOptions options) {
  std::unique_ptr<ColdInodes> opened(new ColdInodes(std::move(options)));
  const std::string& folder = opened->options_.folder;
  if (Result<const RocksLibrary*> library = RocksLibrary::Load(); !library.ok()) {
    return ToStatus(folder, library.status().message());
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return ToStatus(folder, error.message());
  opened->rocks_ = std::make_unique<Database>();
  if (RocksError refused = opened->OpenFolder(); !refused.ok()) {
    return ToStatus(folder, refused.ToString());
  }
  return opened;
}

RocksError ColdInodes::OpenFolder() {
  RocksOptions plain(Rocks().options_create());
  // Refuses when another process has it open.
  RocksError error;
  Rocks().destroy_db(plain.get(), options_.folder.c_str(), error.out());
  if (!error.ok()) return error;
  const size_t buffer = options_.write_buffer_bytes;
  error = ParseOptions(TableOptions(options_.edge_cache_bytes, buffer, kIdBytes),
                       &rocks_->edge_options);
  if (!error.ok()) return error;
  error = ParseOptions(TableOptions(options_.inode_cache_bytes, buffer, 0),
                       &rocks_->inode_options);
  if (!error.ok()) return error;
  rocks_->read_options.reset(Rocks().readoptions_create());
  RocksOptions database;
  error = ParseOptions(kDatabaseOptions, &database);
  if (!error.ok()) return error;
  rocks_->db.reset(Rocks().open(database.get(), options_.folder.c_str(), error.out()));
  return error.ok() ? CreateTables() : std::move(error);
}

RocksError ColdInodes::CreateTables() {
  RocksError error;
  rocks_->edges.reset(Rocks().create_column_family(
      rocks_->db.get(), rocks_->edge_options.get(), "edges", error.out()));
  if (!error.ok()) return error;
  rocks_->inodes.reset(Rocks().create_column_family(
      rocks_->db.get(), rocks_->inode_options.get(), "inodes", error.out()));
  return error;
}

ColdInodes::~ColdInodes() {
  if (rocks_ == nullptr || rocks_->db == nullptr) return;
  rocks_.reset();
  RocksOptions plain(Rocks().options_create());
  RocksError error;
  Rocks().destroy_db(plain.get(), options_.folder.c_str(), error.out());
  if (!error.ok()) LOG_WARN("master: metastore folder stays error={}", error.ToString());
}

void ColdInodes::Clear() {
  if (!dirty_) return;
  for (const RocksTable* table : {&rocks_->edges, &rocks_->inodes}) {
    RocksError error;
    Rocks().drop_column_family(rocks_->db.get(), table->get(), error.out());
    if (!error.ok()) Fail(error);
  }
  if (RocksError error = CreateTables(); !error.ok()) Fail(error);
  dirty_ = false;
}

bool ColdInodes::Get(InodeId parent, std::string_view name, std::string* row) const {
  bool found = false;
  RocksError error = rocks_->Get(rocks_->edges, EdgeKey(parent, name), row, &found);
  if (!error.ok()) Fail(error);
  return found;
}

bool ColdInodes::Find(InodeId id, Place* place) const {
  std::string value;
  bool found = false;
  RocksError error = rocks_->Get(rocks_->inodes, IdKey(id), &value, &found);
  if (!error.ok()) Fail(error);
  if (!found) return false;
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
  RocksBatch batch(Rocks().writebatch_create());
  for (const Item* item : InOrder(items, [](const Item* a, const Item* b) {
         return std::tie(a->place.parent, a->place.name) < std::tie(b->place.parent, b->place.name);
       })) {
    Put(rocks_->edges, EdgeKey(item->place.parent, item->place.name), item->row, batch.get());
  }
  for (const Item* item :
       InOrder(items, [](const Item* a, const Item* b) { return a->id < b->id; })) {
    if (!item->is_new) continue;
    Put(rocks_->inodes, IdKey(item->id), EdgeKey(item->place.parent, item->place.name),
        batch.get());
  }
  const bool may_wait = when_busy == WhenBusy::kWait;
  RocksWriteOptions options = NewWriteOptions();
  Rocks().writeoptions_set_no_slowdown(options.get(), may_wait ? 0 : 1);
  RocksError error;
  Rocks().write(rocks_->db.get(), options.get(), batch.get(), error.out());
  if (error.incomplete() && !may_wait) return false;
  if (!error.ok()) Fail(error);
  dirty_ = true;
  return true;
}

void ColdInodes::Erase(InodeId parent, std::string_view name, InodeId id) {
  RocksBatch batch(Rocks().writebatch_create());
  const std::string edge = EdgeKey(parent, name);
  const std::string inode = IdKey(id);
  Rocks().writebatch_delete_cf(batch.get(), rocks_->edges.get(), edge.data(), edge.size());
  Rocks().writebatch_delete_cf(batch.get(), rocks_->inodes.get(), inode.data(), inode.size());
  RocksError error;
  Rocks().write(rocks_->db.get(), NewWriteOptions().get(), batch.get(), error.out());
  if (!error.ok()) Fail(error);
}

uint64_t ColdInodes::Sum(const char* property) const {
  uint64_t sum = 0;
  for (const RocksTable* table : {&rocks_->edges, &rocks_->inodes}) {
    uint64_t value = 0;
    if (Rocks().property_int_cf(rocks_->db.get(), table->get(), property, &value) == 0) {
      sum += value;
    }
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

void ColdInodes::Fail(const RocksError& error) const {
  Fail(ToStatus(options_.folder, error.ToString()));
}

void ColdInodes::Fail(const Status& failure) const {
  if (options_.on_failure) options_.on_failure(failure);
  CHECK(false) << failure.ToString();
  std::abort();
}

}  // namespace alluxio::master
