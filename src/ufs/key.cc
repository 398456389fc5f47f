#include <algorithm>

#include "ufs/ufs.h"

namespace alluxio::ufs {

std::string JoinKey(std::string_view parent, std::string_view name) {
  std::string key(parent);
  if (!key.empty()) key += '/';
  key += name;
  return key;
}

Status CheckKey(std::string_view key) {
  if (key.empty()) return OkStatus();
  if (key.find('\0') != std::string_view::npos) {
    return InvalidArgument("key \"" + std::string(key) + "\": contains a zero byte");
  }
  size_t begin = 0;
  while (true) {
    size_t end = std::min(key.find('/', begin), key.size());
    std::string_view part = key.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") {
      return InvalidArgument("key \"" + std::string(key) + "\": component \"" +
                             std::string(part) + "\" is not allowed");
    }
    if (end == key.size()) return OkStatus();
    begin = end + 1;
  }
}

std::string ListOrder(const Ufs& ufs, const UfsStatus& status) {
  return ufs.is_object_store() && status.is_directory ? status.key + "/" : status.key;
}

Result<std::unique_ptr<UfsReader>> Ufs::OpenKnown(const std::string& key,
                                                  const UfsKnownFile& known) {
  ASSIGN_OR_RETURN(std::unique_ptr<UfsReader> reader, Open(key));
  const UfsStatus& status = reader->status();
  bool other_bytes = !known.content_hash.empty() && known.content_hash != status.content_hash;
  if (status.length != known.length || other_bytes) {
    return Aborted(root() + "/" + key + ": the file changed");
  }
  return reader;
}

Status Ufs::DeleteFiles(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    Status deleted = DeleteFile(key);
    if (!deleted.ok() && !deleted.Is(StatusCode::kNotFound)) return deleted;
  }
  return OkStatus();
}

Result<UfsMoved> Ufs::MoveNew(const std::string& from, int64_t /*length*/, const std::string& to) {
  RETURN_IF_ERROR(Rename(from, to));
  ASSIGN_OR_RETURN(UfsStatus status, Stat(to));
  return UfsMoved{.status = std::move(status)};
}

}  // namespace alluxio::ufs
