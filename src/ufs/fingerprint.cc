// The fingerprint text of Alluxio 2.9: space-terminated KEY|value tokens in a fixed order.
#include "ufs/ufs.h"

namespace alluxio::ufs {
namespace {

// Characters that separate tokens may not occur in values; an empty value is "_".
std::string Sanitized(std::string_view value) {
  if (value.empty()) return "_";
  std::string text(value);
  for (char& c : text) {
    if (c == '|' || c == ' ') c = '_';
  }
  return text;
}

void AppendToken(std::string_view key, std::string_view value, std::string* out) {
  out->append(key);
  out->push_back('|');
  out->append(Sanitized(value));
  out->push_back(' ');
}

}  // namespace

std::string Fingerprint(std::string_view ufs_type, const UfsStatus& status) {
  std::string text;
  AppendToken("TYPE", status.is_directory ? "DIRECTORY" : "FILE", &text);
  AppendToken("UFS", ufs_type, &text);
  AppendToken("OWNER", status.owner, &text);
  AppendToken("GROUP", status.group, &text);
  AppendToken("MODE", std::to_string(status.mode.bits), &text);
  if (!status.is_directory) AppendToken("CONTENT_HASH", status.content_hash, &text);
  return text;
}

}  // namespace alluxio::ufs
