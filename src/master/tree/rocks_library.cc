#include "master/tree/rocks_library.h"

#include <dlfcn.h>
#include <rocksdb/version.h>

#include <atomic>
#include <string_view>

#include "base/check.h"

namespace alluxio::master {
namespace {

// The C interface may grow between versions but for the name of the file, which distributions
// change with every minor one: what this was built with is what it was tested with.
std::string LibraryName() {
  return "librocksdb.so." + std::to_string(ROCKSDB_MAJOR) + "." + std::to_string(ROCKSDB_MINOR);
}

std::string LastError() {
  const char* text = dlerror();
  return text == nullptr ? "unknown error" : text;
}

std::atomic<const RocksLibrary*> loaded{nullptr};

}  // namespace

Result<std::unique_ptr<RocksLibrary>> RocksLibrary::LoadFile(const std::string& file) {
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return FailedPrecondition(LastError());
  auto library = std::make_unique<RocksLibrary>();
#define ALLUXIO_ROCKS_FIND(name)                                                         \
  library->name = reinterpret_cast<decltype(library->name)>(dlsym(handle, "rocksdb_" #name)); \
  if (library->name == nullptr) return FailedPrecondition(LastError());
  ALLUXIO_ROCKS_CALLS(ALLUXIO_ROCKS_FIND)
#undef ALLUXIO_ROCKS_FIND
  return library;
}

Result<const RocksLibrary*> RocksLibrary::Load() {
  static const Result<std::unique_ptr<RocksLibrary>> library = LoadFile(LibraryName());
  if (!library.ok()) {
    return FailedPrecondition(library.status().message() + "; install the package librocksdb" +
                              std::to_string(ROCKSDB_MAJOR) + "." +
                              std::to_string(ROCKSDB_MINOR) +
                              ", or set alluxio.master.metastore=HEAP");
  }
  loaded.store(library->get(), std::memory_order_release);
  return library->get();
}

const RocksLibrary& Rocks() {
  const RocksLibrary* library = loaded.load(std::memory_order_acquire);
  CHECK(library != nullptr) << "RocksDB is used before it is loaded";
  return *library;
}

bool RocksError::incomplete() const {
  // Status::ToString of RocksDB; the C interface has no codes.
  return !ok() && std::string_view(text_).starts_with("Result incomplete");
}

}  // namespace alluxio::master
