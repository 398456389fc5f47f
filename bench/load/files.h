// What the rows of block data share.
#pragma once

#include <memory>

#include "bench/load/row.h"
#include "client/fs/cluster_file_system.h"

namespace alluxio::bench {

inline constexpr char kDataPath[] = "/bench/data";  // PrepareDataRow makes it
inline constexpr size_t kChunk = 1 << 20;

// A client that writes MUST_CACHE.
Result<std::unique_ptr<client::FileSystem>> ConnectFiles(const RowOptions& options);

// A file on tmpfs that goes with the object.
class PlainFile {
 public:
  explicit PlainFile(const RowOptions& options);
  ~PlainFile();
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;
  // New, with so many bytes; seconds that it took.
  Result<double> Write(int64_t bytes, const std::string& chunk) const;
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

}  // namespace alluxio::bench
