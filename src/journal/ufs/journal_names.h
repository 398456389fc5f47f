// Names in an Alluxio UFS journal folder:
//
//   <Component>/v1/_format_<ms>
//   <Component>/v1/logs/0x<start>-0x<end>                  sequence numbers start..end-1
//   <Component>/v1/logs/0x<start>-0x7fffffffffffffff       the open log
//   <Component>/v1/checkpoints/0x0-0x<end>                 state after all numbers below end
//   <Component>/v1/.tmp/<uuid>                             a checkpoint being written
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "journal/journal.h"
#include "ufs/ufs.h"

namespace alluxio::journal {

inline constexpr int64_t kOpenEnd = std::numeric_limits<int64_t>::max();
inline constexpr std::string_view kFormatPrefix = "_format_";

struct JournalFile {
  int64_t start = 0;
  int64_t end = 0;  // exclusive; kOpenEnd for an open log
  std::string key;
  int64_t length = 0;

  bool open() const { return end == kOpenEnd; }
};

struct ComponentFiles {
  std::vector<JournalFile> checkpoints;  // by end
  std::vector<JournalFile> logs;         // completed, by end then start
  std::vector<JournalFile> open_logs;    // by start; normally none or one
};

std::string FolderOf(std::string_view component_name);  // "BlockMaster/v1"
std::string LogKey(std::string_view component_name, int64_t start, int64_t end);
std::string CheckpointKey(std::string_view component_name, int64_t end);
std::string TemporaryFolder(std::string_view component_name);

// The two numbers of a name: "0x" hexadecimal, "0" octal or decimal, as Java reads them. Nothing
// for names that are something else, which are left alone.
std::optional<JournalFile> ParseName(std::string_view name);

// NOT_FOUND never comes: folders that are not there yet hold nothing. DATA_LOSS for a checkpoint
// that does not start at 0.
Result<ComponentFiles> ListComponent(ufs::Ufs& ufs, std::string_view component_name);

// The same beside a master that renames: a listing that meets a rename may show the file under
// neither name, so this lists until two in a row agree. UNAVAILABLE when they never do.
Result<ComponentFiles> ListSettled(ufs::Ufs& ufs, std::string_view component_name);

// FAILED_PRECONDITION unless the component has a format marker, and when its folder has a version
// other than v1 in place of it.
Status CheckFormatted(ufs::Ufs& ufs, std::string_view component_name);

}  // namespace alluxio::journal
