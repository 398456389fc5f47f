#include "master/sync/fingerprint_diff.h"

#include <string>

namespace alluxio::master {
namespace {

// The value of a token "KEY|value " of a fingerprint; "" when absent.
std::string_view Token(std::string_view fingerprint, std::string_view key) {
  while (!fingerprint.empty()) {
    size_t end = fingerprint.find(' ');
    std::string_view token = fingerprint.substr(0, end);
    if (token.size() > key.size() && token.starts_with(key) && token[key.size()] == '|') {
      return token.substr(key.size() + 1);
    }
    if (end == std::string_view::npos) break;
    fingerprint.remove_prefix(end + 1);
  }
  return {};
}

bool SameMetadata(InodeView inode, const ufs::UfsStatus& status) {
  auto same = [](std::string_view have, const std::string& is) { return is.empty() || have == is; };
  return same(inode.owner(), status.owner) && same(inode.group(), status.group) &&
         inode.mode() == status.mode;
}

}  // namespace

FingerprintDiff CompareWithUfs(InodeView inode, std::string_view ufs_type,
                               const ufs::UfsStatus& status) {
  if (inode.is_directory() != status.is_directory) return FingerprintDiff::kContent;
  std::string_view known = inode.ufs_fingerprint();
  std::string_view known_content = Token(known, "CONTENT_HASH");
  if (inode.is_directory() || known_content.empty()) {
    if (inode.is_file() && inode.length() != status.length) return FingerprintDiff::kContent;
    return SameMetadata(inode, status) ? FingerprintDiff::kSame : FingerprintDiff::kMetadata;
  }
  std::string is = ufs::Fingerprint(ufs_type, status);
  if (known == is) return FingerprintDiff::kSame;
  if (Token(is, "CONTENT_HASH") != known_content) return FingerprintDiff::kContent;
  // The mode may be remembered in another spelling, so the inode decides.
  return SameMetadata(inode, status) && Token(is, "OWNER") == Token(known, "OWNER") &&
                 Token(is, "GROUP") == Token(known, "GROUP")
             ? FingerprintDiff::kSame
             : FingerprintDiff::kMetadata;
}

}  // namespace alluxio::master
