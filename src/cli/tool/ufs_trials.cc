#include "cli/tool/ufs_trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <vector>

namespace alluxio::cli {
namespace {

using ufs::JoinKey;
using ufs::Ufs;
using ufs::UfsListOptions;
using ufs::UfsStatus;

constexpr size_t kLargeFile = (20 << 20) + 7;  // more than one part of an upload
constexpr size_t kLargeFolder = 1100;          // more than one page of a listing, one batch

Status Wrong(const std::string& what) { return InternalError(what); }

Status Put(Ufs& ufs, const std::string& key, std::string_view text) {
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer, ufs.Create(key, {}));
  RETURN_IF_ERROR(writer->Write(text));
  return writer->Commit().status();
}

Status Expect(Ufs& ufs, const std::string& key, int64_t offset, std::string_view text) {
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsReader> reader, ufs.Open(key));
  std::string back(text.size() + 1, '\0');
  ASSIGN_OR_RETURN(size_t count, reader->ReadAt(offset, back));
  back.resize(count);
  return back == text ? OkStatus() : Wrong(key + ": read other bytes than were written");
}

Status ExpectMissing(Ufs& ufs, const std::string& key) {
  Result<UfsStatus> status = ufs.Stat(key);
  if (status.ok()) return Wrong(key + ": is still there");
  return status.status().Is(StatusCode::kNotFound) ? OkStatus() : status.status();
}

Status ExpectFolder(Ufs& ufs, const std::string& key) {
  ASSIGN_OR_RETURN(UfsStatus status, ufs.Stat(key));
  return status.is_directory ? OkStatus() : Wrong(key + ": is no folder");
}

Result<std::vector<UfsStatus>> ListAll(Ufs& ufs, const std::string& key, bool recursive) {
  std::vector<UfsStatus> all;
  UfsListOptions options{.recursive = recursive};
  do {
    ASSIGN_OR_RETURN(ufs::UfsListing page, ufs.List(key, options));
    for (UfsStatus& status : page.entries) all.push_back(std::move(status));
    options.page = page.next_page;
  } while (!options.page.empty());
  return all;
}

Status ExpectListed(Ufs& ufs, const std::string& key, bool recursive,
                    const std::set<std::string>& names) {
  ASSIGN_OR_RETURN(std::vector<UfsStatus> all, ListAll(ufs, key, recursive));
  std::set<std::string> listed;
  for (const UfsStatus& status : all) {
    listed.insert(status.key.substr(key.size() + 1) + (status.is_directory ? "/" : ""));
  }
  if (listed == names && all.size() == names.size()) return OkStatus();
  return Wrong(fmt::format("{}: {} entries listed instead of {}", key, all.size(), names.size()));
}

std::string LargeText() {
  std::string text(kLargeFile, '\0');
  for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 2654435761u >> 11);
  return text;
}

Status CreateAtomic(Ufs& ufs, const std::string& folder) {
  std::string key = JoinKey(folder, "file");
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer, ufs.Create(key, {}));
  RETURN_IF_ERROR(writer->Write("bytes"));
  RETURN_IF_ERROR(ExpectMissing(ufs, key));
  RETURN_IF_ERROR(writer->Commit().status());
  return Expect(ufs, key, 0, "bytes");
}

Status CreateEmpty(Ufs& ufs, const std::string& folder) {
  std::string key = JoinKey(folder, "empty");
  RETURN_IF_ERROR(Put(ufs, key, ""));
  ASSIGN_OR_RETURN(UfsStatus status, ufs.Stat(key));
  if (status.is_directory || status.length != 0) return Wrong(key + ": is no empty file");
  return Expect(ufs, key, 0, "");
}

Status CreateParent(Ufs& ufs, const std::string& folder) {
  RETURN_IF_ERROR(Put(ufs, JoinKey(folder, "a/b/file"), "x"));
  RETURN_IF_ERROR(ExpectFolder(ufs, JoinKey(folder, "a")));
  return ExpectFolder(ufs, JoinKey(folder, "a/b"));
}

Status CreateCancelled(Ufs& ufs, const std::string& folder) {
  std::string key = JoinKey(folder, "cancelled");
  {
    ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer, ufs.Create(key, {}));
    RETURN_IF_ERROR(writer->Write(LargeText()));
  }
  RETURN_IF_ERROR(ExpectMissing(ufs, key));
  return ExpectListed(ufs, folder, true, {});
}

Status CreateOverwrite(Ufs& ufs, const std::string& folder) {
  std::string key = JoinKey(folder, "file");
  RETURN_IF_ERROR(Put(ufs, key, "before"));
  ASSIGN_OR_RETURN(UfsStatus before, ufs.Stat(key));
  RETURN_IF_ERROR(Put(ufs, key, "after it"));
  ASSIGN_OR_RETURN(UfsStatus after, ufs.Stat(key));
  if (before.content_hash == after.content_hash) return Wrong(key + ": the same fingerprint");
  return Expect(ufs, key, 0, "after it");
}

Status CreateOpenAtPosition(Ufs& ufs, const std::string& folder) {
  std::string key = JoinKey(folder, "file");
  RETURN_IF_ERROR(Put(ufs, key, "0123456789"));
  RETURN_IF_ERROR(Expect(ufs, key, 4, "456789"));
  return Expect(ufs, key, 10, "");
}

Status CreateOpenLarge(Ufs& ufs, const std::string& folder) {
  std::string key = JoinKey(folder, "large");
  std::string text = LargeText();
  RETURN_IF_ERROR(Put(ufs, key, text));
  return Expect(ufs, key, 0, text);
}

Status OddNames(Ufs& ufs, const std::string& folder) {
  std::set<std::string> names = {"a b", "%2F", "+", "#", "\xc3\xa9t\xc3\xa9"};
  for (const std::string& name : names) {
    RETURN_IF_ERROR(Put(ufs, JoinKey(folder, name), name));
    RETURN_IF_ERROR(Expect(ufs, JoinKey(folder, name), 0, name));
  }
  return ExpectListed(ufs, folder, false, names);
}

Status DeleteFile(Ufs& ufs, const std::string& folder) {
  std::string key = JoinKey(folder, "file");
  RETURN_IF_ERROR(Put(ufs, key, "x"));
  RETURN_IF_ERROR(ufs.DeleteFile(key));
  return ExpectMissing(ufs, key);
}

Status DeleteDir(Ufs& ufs, const std::string& folder) {
  std::string empty = JoinKey(folder, "empty"), full = JoinKey(folder, "full");
  RETURN_IF_ERROR(ufs.MakeDirectory(empty, {.mode = Mode{0755}}));
  RETURN_IF_ERROR(Put(ufs, JoinKey(full, "a/file"), "x"));
  RETURN_IF_ERROR(ufs.DeleteDirectory(empty, false));
  if (ufs.DeleteDirectory(full, false).ok()) return Wrong(full + ": was deleted though not empty");
  RETURN_IF_ERROR(ufs.DeleteDirectory(full, true));
  RETURN_IF_ERROR(ExpectMissing(ufs, empty));
  return ExpectMissing(ufs, full);
}

Status LargeDirectory(Ufs& ufs, const std::string& folder) {
  std::string large = JoinKey(folder, "large");
  std::set<std::string> names;
  for (size_t i = 0; i < kLargeFolder; ++i) {
    std::string name = fmt::format("file{:05}", i);
    RETURN_IF_ERROR(Put(ufs, JoinKey(large, name), ""));
    names.insert(std::move(name));
  }
  RETURN_IF_ERROR(ExpectListed(ufs, large, false, names));
  RETURN_IF_ERROR(ufs.DeleteDirectory(large, true));
  return ExpectMissing(ufs, large);
}

Status GetFileStatus(Ufs& ufs, const std::string& folder) {
  std::string key = JoinKey(folder, "file");
  RETURN_IF_ERROR(Put(ufs, key, "12345"));
  ASSIGN_OR_RETURN(UfsStatus status, ufs.Stat(key));
  if (status.is_directory || status.length != 5) return Wrong(key + ": wrong status");
  if (status.content_hash.empty()) return Wrong(key + ": no fingerprint");
  return ExpectMissing(ufs, JoinKey(folder, "missing"));
}

Status ListStatus(Ufs& ufs, const std::string& folder) {
  for (const char* name : {"a", "d/b", "d/e/c", "z"}) {
    RETURN_IF_ERROR(Put(ufs, JoinKey(folder, name), "x"));
  }
  RETURN_IF_ERROR(ExpectListed(ufs, folder, false, {"a", "d/", "z"}));
  return ExpectListed(ufs, folder, true, {"a", "d/", "d/b", "d/e/", "d/e/c", "z"});
}

Status ListStatusEmpty(Ufs& ufs, const std::string& folder) {
  std::string empty = JoinKey(folder, "empty");
  RETURN_IF_ERROR(ufs.MakeDirectory(empty, {.mode = Mode{0755}}));
  RETURN_IF_ERROR(ExpectListed(ufs, empty, false, {}));
  if (ufs.List(JoinKey(folder, "missing"), {}).ok()) return Wrong("a missing folder was listed");
  return OkStatus();
}

Status Mkdirs(Ufs& ufs, const std::string& folder) {
  RETURN_IF_ERROR(ufs.MakeDirectory(JoinKey(folder, "a/b/c"), {.mode = Mode{0755}}));
  RETURN_IF_ERROR(ufs.MakeDirectory(JoinKey(folder, "a/b/c"), {.mode = Mode{0755}}));
  return ExpectFolder(ufs, JoinKey(folder, "a/b"));
}

Status RenameFile(Ufs& ufs, const std::string& folder) {
  std::string from = JoinKey(folder, "from"), to = JoinKey(folder, "to");
  RETURN_IF_ERROR(Put(ufs, from, "x"));
  RETURN_IF_ERROR(ufs.Rename(from, to));
  RETURN_IF_ERROR(ExpectMissing(ufs, from));
  return Expect(ufs, to, 0, "x");
}

Status RenameDirectory(Ufs& ufs, const std::string& folder) {
  std::string from = JoinKey(folder, "from"), to = JoinKey(folder, "to");
  RETURN_IF_ERROR(Put(ufs, JoinKey(from, "a/b/file"), "x"));
  RETURN_IF_ERROR(Put(ufs, JoinKey(from, "file"), "y"));
  RETURN_IF_ERROR(ufs.Rename(from, to));
  RETURN_IF_ERROR(ExpectMissing(ufs, from));
  RETURN_IF_ERROR(Expect(ufs, JoinKey(to, "a/b/file"), 0, "x"));
  return Expect(ufs, JoinKey(to, "file"), 0, "y");
}

constexpr UfsTrial kTrials[] = {
    {"createAtomicTest", &CreateAtomic},
    {"createEmptyTest", &CreateEmpty},
    {"createParentTest", &CreateParent},
    {"createCancelledTest", &CreateCancelled},
    {"createOverwriteTest", &CreateOverwrite},
    {"createOpenAtPositionTest", &CreateOpenAtPosition},
    {"createOpenLargeTest", &CreateOpenLarge},
    {"oddNamesTest", &OddNames},
    {"deleteFileTest", &DeleteFile},
    {"deleteDirTest", &DeleteDir},
    {"getFileStatusTest", &GetFileStatus},
    {"listStatusTest", &ListStatus},
    {"listStatusEmptyTest", &ListStatusEmpty},
    {"listLargeDirectoryTest", &LargeDirectory},
    {"mkdirsTest", &Mkdirs},
    {"renameFileTest", &RenameFile},
    {"renameDirectoryTest", &RenameDirectory},
};

}  // namespace

std::span<const UfsTrial> UfsTrials() { return kTrials; }

}  // namespace alluxio::cli
