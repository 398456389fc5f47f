#include "cli/fs/acl_text.h"

#include <fmt/format.h>

namespace alluxio::cli {
namespace {

void AddLines(const std::string& prefix, Mode mode, const ExtendedAcl& extended,
              std::vector<std::string>* lines) {
  lines->push_back(prefix + "user::" + BitsText(mode.owner()));
  lines->push_back(prefix + "group::" + BitsText(mode.group()));
  lines->push_back(prefix + "other::" + BitsText(mode.other()));
  for (const auto& [name, bits] : extended.named_users) {
    lines->push_back(prefix + "user:" + name + ":" + BitsText(bits));
  }
  for (const auto& [name, bits] : extended.named_groups) {
    lines->push_back(prefix + "group:" + name + ":" + BitsText(bits));
  }
  if (extended.mask) lines->push_back(prefix + "mask::" + BitsText(*extended.mask));
}

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool ParseBits(const std::string& text, Bits* bits) {
  if (text.size() != 3) return false;
  static constexpr char kLetters[] = "rwx";
  int value = 0;
  for (int i = 0; i < 3; ++i) {
    if (text[static_cast<size_t>(i)] == kLetters[i]) {
      value |= 4 >> i;
    } else if (text[static_cast<size_t>(i)] != '-') {
      return false;
    }
  }
  *bits = static_cast<Bits>(value);
  return true;
}

bool ParseType(const std::string& word, bool named, AclEntryType* type) {
  if (word == "user") {
    *type = named ? AclEntryType::kNamedUser : AclEntryType::kOwner;
  } else if (word == "group") {
    *type = named ? AclEntryType::kNamedGroup : AclEntryType::kOwningGroup;
  } else if (word == "mask" && !named) {
    *type = AclEntryType::kMask;
  } else if (word == "other" && !named) {
    *type = AclEntryType::kOther;
  } else {
    return false;
  }
  return true;
}

Result<AclEntry> ParseEntry(const std::string& text, bool with_bits) {
  std::vector<std::string> parts = Split(text, ':');
  AclEntry entry;
  if (parts[0] == "default") {
    entry.is_default = true;
    parts.erase(parts.begin());
  }
  size_t expected = with_bits ? 3 : 2;
  // The bits of an entry to remove may be there and do not matter.
  bool size_ok = parts.size() == expected || (!with_bits && parts.size() == 3);
  if (!size_ok) return InvalidArgument("Unexpected acl components: " + text);
  if (!ParseType(parts[0], !parts[1].empty(), &entry.type)) {
    return InvalidArgument(fmt::format("Failed to parse acl entry: {}", text));
  }
  if (with_bits && !ParseBits(parts[2], &entry.bits)) {
    return InvalidArgument("Invalid mode string: " + parts[2]);
  }
  entry.subject = parts[1];
  return entry;
}

}  // namespace

std::vector<std::string> AclLines(const FileInfo& file) {
  std::vector<std::string> lines;
  AddLines("", file.mode, file.acl, &lines);
  if (file.default_acl) {
    AddLines("default:", file.default_acl->mode, file.default_acl->extended, &lines);
  }
  return lines;
}

Result<std::vector<AclEntry>> ParseAclEntries(const std::string& text, bool with_bits,
                                              bool all_default) {
  std::vector<AclEntry> entries;
  for (const std::string& part : Split(text, ',')) {
    ASSIGN_OR_RETURN(AclEntry entry, ParseEntry(part, with_bits));
    entry.is_default = entry.is_default || all_default;
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace alluxio::cli
