#include "journal/ufs/journal_names.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace alluxio::journal {
namespace {

constexpr int kListings = 100;

std::optional<int64_t> ParseNumber(std::string_view text) {
  int radix = 10;
  if (text.substr(0, 2) == "0x" || text.substr(0, 2) == "0X") {
    radix = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    radix = 8;
    text.remove_prefix(1);
  }
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, radix);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return {};
  return number;
}

bool IsOtherVersion(std::string_view name) {
  return name.size() > 1 && name[0] == 'v' && name != "v1" &&
         std::all_of(name.begin() + 1, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The files of one folder whose names are pairs of numbers.
Result<std::vector<JournalFile>> ListFolder(ufs::Ufs& ufs, const std::string& folder) {
  std::vector<JournalFile> files;
  ufs::UfsListOptions options;
  do {
    Result<ufs::UfsListing> page = ufs.List(folder, options);
    if (page.status().Is(StatusCode::kNotFound)) return files;
    RETURN_IF_ERROR(page.status());
    for (const ufs::UfsStatus& status : page->entries) {
      std::optional<JournalFile> file = ParseName(status.key.substr(folder.size() + 1));
      if (!file || status.is_directory) continue;
      file->key = status.key;
      file->length = status.length;
      files.push_back(*std::move(file));
    }
    options.page = page->next_page;
  } while (!options.page.empty());
  std::sort(files.begin(), files.end(), [](const JournalFile& a, const JournalFile& b) {
    return a.end != b.end ? a.end < b.end : a.start < b.start;
  });
  return files;
}

bool SameNames(const std::vector<JournalFile>& a, const std::vector<JournalFile>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const JournalFile& x, const JournalFile& y) { return x.key == y.key; });
}

}  // namespace

std::string FolderOf(std::string_view component_name) {
  return std::string(component_name) + "/v1";
}

std::string LogKey(std::string_view component_name, int64_t start, int64_t end) {
  return fmt::format("{}/v1/logs/0x{:x}-0x{:x}", component_name, start, end);
}

std::string CheckpointKey(std::string_view component_name, int64_t end) {
  return fmt::format("{}/v1/checkpoints/0x0-0x{:x}", component_name, end);
}

std::string TemporaryFolder(std::string_view component_name) {
  return FolderOf(component_name) + "/.tmp";
}

std::optional<JournalFile> ParseName(std::string_view name) {
  size_t dash = name.find('-');
  if (dash == std::string_view::npos) return {};
  std::optional<int64_t> start = ParseNumber(name.substr(0, dash));
  std::optional<int64_t> end = ParseNumber(name.substr(dash + 1));
  if (!start || !end) return {};
  JournalFile file;
  file.start = *start;
  file.end = *end;
  return file;
}

Result<ComponentFiles> ListComponent(ufs::Ufs& ufs, std::string_view component_name) {
  ComponentFiles files;
  std::string folder = FolderOf(component_name);
  ASSIGN_OR_RETURN(files.checkpoints, ListFolder(ufs, folder + "/checkpoints"));
  for (const JournalFile& file : files.checkpoints) {
    if (file.start != 0) {
      return DataLoss(ufs.root() + "/" + file.key + ": a checkpoint that does not start at 0");
    }
  }
  ASSIGN_OR_RETURN(std::vector<JournalFile> logs, ListFolder(ufs, folder + "/logs"));
  for (JournalFile& file : logs) {
    (file.open() ? files.open_logs : files.logs).push_back(std::move(file));
  }
  return files;
}

Result<ComponentFiles> ListSettled(ufs::Ufs& ufs, std::string_view component_name) {
  ASSIGN_OR_RETURN(ComponentFiles before, ListComponent(ufs, component_name));
  for (int i = 0; i < kListings; ++i) {
    ASSIGN_OR_RETURN(ComponentFiles files, ListComponent(ufs, component_name));
    bool same = SameNames(before.checkpoints, files.checkpoints) &&
                SameNames(before.logs, files.logs) &&
                SameNames(before.open_logs, files.open_logs);
    if (same) return files;
    before = std::move(files);
  }
  return Unavailable(ufs.root() + "/" + FolderOf(component_name) + ": changes too often to list");
}

Status CheckFormatted(ufs::Ufs& ufs, std::string_view component_name) {
  std::string where = ufs.root() + "/" + std::string(component_name);
  Result<ufs::UfsListing> versions = ufs.List(std::string(component_name), {});
  Status unformatted =
      FailedPrecondition("Journal " + where +
                         " has not been formatted! Run \"alluxio formatMasters\" for a new "
                         "cluster");
  if (versions.status().Is(StatusCode::kNotFound)) return unformatted;
  RETURN_IF_ERROR(versions.status());
  std::string other;
  bool has_v1 = false;
  for (const ufs::UfsStatus& status : versions->entries) {
    std::string name = status.key.substr(component_name.size() + 1);
    has_v1 = has_v1 || (name == "v1" && status.is_directory);
    if (IsOtherVersion(name)) other = name;
  }
  // v0 beside v1 is what an upgrade from Alluxio before 1.5 leaves; anything newer is not for us.
  if (!other.empty() && (!has_v1 || other != "v0")) {
    return FailedPrecondition("Journal " + where + " has version " + other +
                              ", this master reads v1");
  }
  if (!has_v1) return unformatted;
  std::string folder = FolderOf(component_name);
  ASSIGN_OR_RETURN(ufs::UfsListing content, ufs.List(folder, {}));
  for (const ufs::UfsStatus& status : content.entries) {
    if (status.key.compare(folder.size() + 1, kFormatPrefix.size(), kFormatPrefix) == 0) {
      return OkStatus();
    }
  }
  return unformatted;
}

}  // namespace alluxio::journal
