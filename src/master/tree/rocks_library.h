// RocksLibrary: the C interface of RocksDB (rocksdb/c.h), loaded when the first tree needs it.
// Room-internal.
//
// A master that keeps its tree in memory, and every command of the shell, is spared the library:
// 7 MB of memory, some milliseconds of its start, and the package. Thread-safe. Never unloaded.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <rocksdb/c.h>

#include "base/result.h"

namespace alluxio::master {

#define ALLUXIO_ROCKS_CALLS(CALL)                                                              \
  CALL(close)                                                                                  \
  CALL(column_family_handle_destroy)                                                           \
  CALL(create_column_family)                                                                   \
  CALL(create_iterator_cf)                                                                     \
  CALL(destroy_db)                                                                             \
  CALL(drop_column_family)                                                                     \
  CALL(free)                                                                                   \
  CALL(get_options_from_string)                                                                \
  CALL(get_pinned_cf)                                                                          \
  CALL(iter_destroy)                                                                           \
  CALL(iter_get_error)                                                                         \
  CALL(iter_key)                                                                               \
  CALL(iter_next)                                                                              \
  CALL(iter_seek)                                                                              \
  CALL(iter_valid)                                                                             \
  CALL(iter_value)                                                                             \
  CALL(open)                                                                                   \
  CALL(options_create)                                                                         \
  CALL(options_destroy)                                                                        \
  CALL(pinnableslice_destroy)                                                                  \
  CALL(pinnableslice_value)                                                                    \
  CALL(property_int_cf)                                                                        \
  CALL(readoptions_create)                                                                     \
  CALL(readoptions_destroy)                                                                    \
  CALL(readoptions_set_iterate_upper_bound)                                                    \
  CALL(write)                                                                                  \
  CALL(writebatch_create)                                                                      \
  CALL(writebatch_delete_cf)                                                                   \
  CALL(writebatch_destroy)                                                                     \
  CALL(writebatch_put_cf)                                                                      \
  CALL(writeoptions_create)                                                                    \
  CALL(writeoptions_destroy)                                                                   \
  CALL(writeoptions_disable_WAL)                                                               \
  CALL(writeoptions_set_no_slowdown)

struct RocksLibrary {
#define ALLUXIO_ROCKS_MEMBER(name) decltype(&rocksdb_##name) name = nullptr;
  ALLUXIO_ROCKS_CALLS(ALLUXIO_ROCKS_MEMBER)
#undef ALLUXIO_ROCKS_MEMBER

  // FAILED_PRECONDITION when there is none of the version this was built with.
  static Result<const RocksLibrary*> Load();
  // Of `file`, anew; the caller owns it.
  static Result<std::unique_ptr<RocksLibrary>> LoadFile(const std::string& file);
};

// Loaded before (CHECKed): what frees and reads the objects that it made.
const RocksLibrary& Rocks();

// What a call says of its failure; goes in as `error.out()`.
class RocksError {
 public:
  RocksError() = default;
  ~RocksError() { Reset(); }
  RocksError(RocksError&& other) noexcept : text_(std::exchange(other.text_, nullptr)) {}
  RocksError& operator=(RocksError&& other) noexcept {
    std::swap(text_, other.text_);
    return *this;
  }

  bool ok() const { return text_ == nullptr; }
  // A write would have had to wait and was told not to.
  bool incomplete() const;
  std::string ToString() const { return ok() ? "OK" : text_; }
  char** out() {
    Reset();
    return &text_;
  }

 private:
  void Reset() {
    if (text_ != nullptr) Rocks().free(std::exchange(text_, nullptr));
  }
  char* text_ = nullptr;
};

// unique_ptr to an object of the library.
template <auto RocksLibrary::*Destroy>
struct RocksFree {
  template <typename T>
  void operator()(T* object) const {
    (Rocks().*Destroy)(object);
  }
};
using RocksOptions = std::unique_ptr<rocksdb_options_t, RocksFree<&RocksLibrary::options_destroy>>;
using RocksReadOptions =
    std::unique_ptr<rocksdb_readoptions_t, RocksFree<&RocksLibrary::readoptions_destroy>>;
using RocksWriteOptions =
    std::unique_ptr<rocksdb_writeoptions_t, RocksFree<&RocksLibrary::writeoptions_destroy>>;
using RocksBatch =
    std::unique_ptr<rocksdb_writebatch_t, RocksFree<&RocksLibrary::writebatch_destroy>>;
using RocksSlice =
    std::unique_ptr<rocksdb_pinnableslice_t, RocksFree<&RocksLibrary::pinnableslice_destroy>>;
using RocksIterator =
    std::unique_ptr<rocksdb_iterator_t, RocksFree<&RocksLibrary::iter_destroy>>;
using RocksTable = std::unique_ptr<rocksdb_column_family_handle_t,
                                   RocksFree<&RocksLibrary::column_family_handle_destroy>>;
using RocksDatabase = std::unique_ptr<rocksdb_t, RocksFree<&RocksLibrary::close>>;

}  // namespace alluxio::master
