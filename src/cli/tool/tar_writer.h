// TarWriter: a tar archive (ustar), file by file, without any of it on a disk. Not thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "journal/journal.h"

namespace alluxio::cli {

class TarWriter {
 public:
  explicit TarWriter(journal::CheckpointSink& sink) : sink_(sink) {}  // `sink` outlives this

  using Emit = std::function<Status(std::string_view)>;
  // A file whose content `body` emits. It is called twice, first to know the length; what it emits
  // more the second time is left out, what it emits less is filled with blanks. At most 255 bytes
  // of a name, with a '/' among the last 101.
  Status Add(const std::string& name, int64_t modified_ms,
             const std::function<Status(const Emit&)>& body);
  Status AddText(const std::string& name, int64_t modified_ms, std::string_view text);
  Status Finish();

 private:
  journal::CheckpointSink& sink_;
};

}  // namespace alluxio::cli
