#include "journal/entry_text.h"

#include <google/protobuf/text_format.h>

#include "conf/configuration.h"
#include "conf/secret_name.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

JournalEntry WithoutSecrets(const JournalEntry& entry) {
  JournalEntry shown = entry;
  auto* mount = shown.mutable_add_mount_point();
  mount->set_ufs_path(conf::WithoutPassword(mount->ufs_path()));
  for (auto& pair : *mount->mutable_properties()) {
    if (conf::IsSecretName(pair.key())) pair.set_value(std::string(conf::kMaskedValue));
  }
  return shown;
}

}  // namespace

std::string EntryText(const JournalEntry& entry, EntryLayout layout) {
  if (entry.has_add_mount_point()) {
    JournalEntry shown = WithoutSecrets(entry);
    if (layout == EntryLayout::kOneLine) return shown.ShortDebugString();
    std::string text;
    google::protobuf::TextFormat::PrintToString(shown, &text);
    return text;
  }
  if (layout == EntryLayout::kOneLine) return entry.ShortDebugString();
  std::string text;
  google::protobuf::TextFormat::PrintToString(entry, &text);
  return text;
}

}  // namespace alluxio::journal
