// Disk: files of the local machine. The real one is POSIX (env/posix); tests substitute one that
// loses what was not synced, runs full, or flips bits. Thread-safe; single files are thread-
// compatible except ReadAt, which is thread-safe. Paths are absolute or relative to the process.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace alluxio {

struct FileStat {
  bool is_directory = false;
  int64_t length = 0;
  int64_t modified_ms = 0;
  uint32_t mode = 0;  // permission bits only
  std::string owner;  // names; the number as text when unknown
  std::string group;
};

struct DiskSpace {
  int64_t capacity_bytes = 0;
  int64_t available_bytes = 0;
};

// A file open for reading.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  // Reads up to `into.size()` bytes at `offset`; fewer only at end of file.
  virtual Result<size_t> ReadAt(int64_t offset, std::span<char> into) = 0;
  virtual Result<int64_t> Length() = 0;
  // Whether it has this length and, where that can be told, a name still.
  virtual bool Intact(int64_t length) {
    Result<int64_t> now = Length();
    return now.ok() && *now == length;
  }
  // The whole file mapped read-only; the mapping lives as long as the Bytes.
  virtual Result<Bytes> Map() = 0;
};

// A file open for appending, or for writing over it from its start (kOverwrite).
class WritableFile {
 public:
  virtual ~WritableFile() = default;  // Closes; errors are lost, so call Close().
  virtual Status Append(std::string_view data) = 0;
  // Puts `bytes` zeros behind what was appended; later appends overwrite them, so that a Sync in
  // between stores no new length, which is several times faster. 0 takes them away again, as
  // Close() does; a crash leaves them. A hint: what was appended is the same after any outcome.
  // RESOURCE_EXHAUSTED when little of the disk is free, UNIMPLEMENTED where it makes no sense.
  virtual Status MakeRoom(int64_t bytes) = 0;
  // A hint: much may be appended, to be mapped by its readers. Where the file system gives huge
  // pages to what lies within a file's length (a tmpfs mounted with huge=within_size) the file is
  // made longer ahead of the appends, once it has more than a huge page, and Close() cuts it.
  virtual void PreferHugePages() {}
  // fdatasync: when it returns OK the appended bytes survive power loss.
  virtual Status Sync() = 0;
  virtual Status Close() = 0;
};

enum class WriteMode {
  kCreateNew,  // ALREADY_EXISTS when present
  kTruncate,   // create or empty
  kAppend,     // create or continue at the end
  kOverwrite,  // begin at the start, over what is there; NOT_FOUND when absent
};

// A file that was taken over, open and mapped as long as anybody has it.
class OverwriteFile {
 public:
  virtual ~OverwriteFile() = default;
  // Disk::TakeOver() once more, for the next writer: the memory is mapped already. Of the last who
  // has it. `path` is where the file is by now; FAILED_PRECONDITION also when it is not there.
  virtual Result<std::span<char>> TakeAgain(const std::string& path, int64_t length) = 0;
  // As ReadableFile::Intact().
  virtual bool Intact(int64_t length) = 0;
};

// A file mapped to be overwritten in place. Who writes beyond `bytes` or after `owner` is gone is
// in error; the mapping lives as long as `owner`.
struct Overwrite {
  std::span<char> bytes;
  std::shared_ptr<const void> owner;
  std::shared_ptr<OverwriteFile> file = nullptr;  // the same owner; null: cannot be taken again
};

class Disk {
 public:
  virtual ~Disk() = default;
  virtual Result<std::unique_ptr<ReadableFile>> OpenForRead(const std::string& path) = 0;
  virtual Result<std::unique_ptr<WritableFile>> OpenForWrite(const std::string& path,
                                                             WriteMode mode,
                                                             uint32_t permissions = 0644) = 0;
  virtual Result<FileStat> Stat(const std::string& path) = 0;
  // Names only, without . and .., in no order.
  virtual Result<std::vector<std::string>> List(const std::string& path) = 0;
  virtual Status MakeDirectory(const std::string& path, uint32_t permissions = 0755) = 0;
  virtual Status MakeDirectories(const std::string& path, uint32_t permissions = 0755) = 0;
  virtual Status DeleteFile(const std::string& path) = 0;
  virtual Status DeleteDirectory(const std::string& path) = 0;  // must be empty
  virtual Status DeleteTree(const std::string& path) = 0;       // missing is OK
  virtual Status Rename(const std::string& from, const std::string& to) = 0;
  // Rename of a file that replaces nothing: ALREADY_EXISTS when `to` is there, and of several at
  // the same time one does it.
  virtual Status RenameNew(const std::string& from, const std::string& to) = 0;
  // fsync of the folder itself, so that creates and renames in it survive power loss.
  virtual Status SyncDirectory(const std::string& path) = 0;
  virtual Status SetMode(const std::string& path, uint32_t mode) = 0;
  virtual Status SetOwner(const std::string& path, const std::string& owner,
                          const std::string& group) = 0;
  virtual Status Truncate(const std::string& path, int64_t length) = 0;
  virtual Result<DiskSpace> Space(const std::string& path) = 0;
  // Takes an exclusive advisory lock that the kernel drops when the process ends. The lock lives
  // as long as the returned object; FAILED_PRECONDITION when somebody holds it.
  virtual Result<std::shared_ptr<void>> LockFile(const std::string& path) = 0;

  // Cuts a file of at least `length` bytes to that length and maps it, its memory in place, for a
  // writer that wants other content in it. FAILED_PRECONDITION when somebody else has it open or
  // mapped, or when it has holes; UNIMPLEMENTED where that cannot be told.
  virtual Result<Overwrite> TakeOver(const std::string& path, int64_t length) {
    return Unimplemented(path + ": " + std::to_string(length) + " bytes cannot be taken over here");
  }

  // The same without a mapping, for a writer that opens the file itself.
  virtual Status TakeOverUnmapped(const std::string& path, int64_t length) {
    return TakeOver(path, length).status();
  }

  // The machine's file system; lives forever.
  static Disk& Real();
};

}  // namespace alluxio
