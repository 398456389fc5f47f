#include "cli/tool/format.h"

#include <fmt/format.h>

#include "env/clock.h"
#include "journal/ufs/format_journal.h"
#include "model/path.h"

namespace alluxio::cli {
namespace {

// "rwxr-x---" -> 0750; INVALID_ARGUMENT for anything else.
Result<uint32_t> ParsePermissions(const std::string& text) {
  static constexpr char kLetters[] = "rwxrwxrwx";
  if (text.size() != 9) return InvalidArgument("permissions: " + text);
  uint32_t mode = 0;
  for (size_t i = 0; i < 9; ++i) {
    if (text[i] != kLetters[i] && text[i] != '-') return InvalidArgument("permissions: " + text);
    mode = mode << 1 | (text[i] == '-' ? 0U : 1U);
  }
  return mode;
}

std::string TrimSlashes(std::string text) {
  while (!text.empty() && text.back() == '/') text.pop_back();
  while (!text.empty() && text.front() == '/') text.erase(0, 1);
  return text;
}

Status FormatFolder(const std::string& folder, uint32_t mode, Disk& disk, Printer& printer) {
  printer.Line("Formatting {}", folder);
  RETURN_IF_ERROR(disk.DeleteTree(folder));
  RETURN_IF_ERROR(disk.MakeDirectories(folder));
  return disk.SetMode(folder, mode);
}

}  // namespace

Status FormatMaster(const conf::Configuration& conf, ufs::UfsFactory& factory, Printer& printer) {
  std::string type = conf.GetString("alluxio.master.journal.type");
  if (type != "UFS") {
    return FailedPrecondition(
        fmt::format("alluxio.master.journal.type is {}: only journals of type UFS can be formatted",
                    type));
  }
  std::string folder = conf.GetString("alluxio.master.journal.folder");
  ASSIGN_OR_RETURN(std::shared_ptr<ufs::Ufs> store,
                   factory.Open(folder, journal::JournalStoreOptions(conf)));
  Status formatted = journal::FormatJournal(*store, Clock::Real());
  if (!formatted.ok()) return formatted.WithContext("format journal " + folder);
  printer.Line("Formatted the journal at {}", folder);
  return OkStatus();
}

Status FormatWorker(const conf::Configuration& conf, Disk& disk, Printer& printer) {
  ASSIGN_OR_RETURN(uint32_t mode,
                   ParsePermissions(conf.GetString("alluxio.worker.data.folder.permissions")));
  std::string data_folder = TrimSlashes(conf.GetString("alluxio.worker.data.folder"));
  if (data_folder.empty()) {
    return InvalidArgument("alluxio.worker.data.folder: expected the name of a folder");
  }
  int levels = conf.GetInt("alluxio.worker.tieredstore.levels");
  for (int level = 0; level < levels; ++level) {
    std::string name =
        conf::Configuration::NameOf("alluxio.worker.tieredstore.level{}.dirs.path", level);
    for (const std::string& folder : conf.GetList(name)) {
      RETURN_IF_ERROR(FormatFolder(JoinPath(folder, data_folder), mode, disk, printer));
      // Checksums of the blocks that are gone.
      Status deleted = disk.DeleteFile(JoinPath(folder, ".alluxio_checksums"));
      if (!deleted.ok() && !deleted.Is(StatusCode::kNotFound)) return deleted;
    }
  }
  return OkStatus();
}

}  // namespace alluxio::cli
