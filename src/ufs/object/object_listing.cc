#include "ufs/object/object_listing.h"

#include <algorithm>

namespace alluxio::ufs {

std::string HashOf(const FlatObject& object) {
  std::string_view etag = object.etag;
  if (etag.empty()) {
    return "(len:" + std::to_string(object.length) +
           ", modtime:" + std::to_string(object.modified_ms) + ")";
  }
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    etag = etag.substr(1, etag.size() - 2);
  }
  return std::string(etag);
}

std::string EtagOfHash(std::string_view hash) {
  if (hash.empty() || hash.front() == '(') return "";
  return "\"" + std::string(hash) + "\"";
}

Status ObjectListing::Next(size_t limit, std::vector<UfsStatus>* entries) {
  while (limit > 0) {
    if (pending_.empty()) {
      if (done_) return OkStatus();
      ASSIGN_OR_RETURN(FlatPage page, objects_->Next(limit));
      done_ = page.done;
      for (const FlatObject& object : page.objects) {
        // What comes too late would be left out, and taken for deleted.
        if (object.path < seen_) {
          return UnknownError(seen_ + ": the store lists " + object.path + " after it");
        }
        seen_ = object.path;
        Expand(object);
      }
      continue;
    }
    UfsStatus& next = pending_.front();
    handed_out_ = next.is_directory ? next.key + "/" : next.key;
    entries->push_back(std::move(next));
    pending_.pop_front();
    --limit;
  }
  return OkStatus();
}

void ObjectListing::Expand(const FlatObject& object) {
  const std::string& path = object.path;
  if (path.size() < options_.folder.size()) return;
  seen_any_ = true;
  if (path.size() == options_.folder.size()) return;  // the folder's own marker
  bool is_folder = path.back() == '/';
  std::string_view key = path;
  if (is_folder) key.remove_suffix(1);
  if (options_.recursive) {
    size_t slash = path.find('/', options_.folder.size());
    for (; slash < key.size(); slash = path.find('/', slash + 1)) {
      if (!CheckKey(key.substr(0, slash)).ok() || slash == 0) return;
      AddFolder(std::string_view(path).substr(0, slash + 1), 0);
    }
  }
  if (!CheckKey(key).ok() || key.empty()) return;
  if (is_folder) {
    AddFolder(path, object.modified_ms);
    return;
  }
  if (path <= last_) return;
  UfsStatus status;
  status.key = path;
  status.length = object.length;
  status.modified_ms = object.modified_ms;
  status.mode = options_.mode;
  status.content_hash = HashOf(object);
  pending_.push_back(std::move(status));
  last_ = path;
  IsAlsoAFile(path);  // forgets the files that this path is not below
  files_above_.push_back(path);
}

void ObjectListing::AddFolder(std::string_view path, int64_t modified_ms) {
  if (path <= last_) return;
  last_ = path;
  if (IsAlsoAFile(path)) return;
  UfsStatus status;
  status.key = path.substr(0, path.size() - 1);
  status.is_directory = true;
  status.modified_ms = modified_ms;
  status.mode = options_.mode;
  pending_.push_back(std::move(status));
}

// Between a file "a" and a folder "a/" only names that begin with "a" are listed, so the files that
// may still meet their folder are a short stack.
bool ObjectListing::IsAlsoAFile(std::string_view folder_path) {
  while (!files_above_.empty() && !folder_path.starts_with(files_above_.back())) {
    files_above_.pop_back();
  }
  std::string_view name = folder_path.substr(0, folder_path.size() - 1);
  return std::any_of(files_above_.begin(), files_above_.end(),
                     [name](const std::string& file) { return file == name; });
}

}  // namespace alluxio::ufs
