#include "cli/tool/secret_filter.h"

#include <algorithm>
#include <cctype>

#include "conf/configuration.h"
#include "conf/secret_name.h"

namespace alluxio::cli {
namespace {

constexpr std::string_view kMask = conf::kMaskedValue;

bool IsNameByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
}

std::string Lowered(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

bool IsAuthorization(std::string_view name) {
  // "alluxio.security.authorization.permission.enabled" is no header.
  std::string lower = Lowered(name);
  return lower == "authorization" || lower.ends_with("-authorization");
}

bool IsSecret(std::string_view name) {
  if (conf::IsSecretName(name) || IsAuthorization(name)) return true;
  std::string lower = Lowered(name);
  return lower.find("signature") != std::string::npos || lower.ends_with("-credential") ||
         lower == "sig" || lower == "pwd" || lower == "cookie";
}

size_t SkipBlanks(std::string_view line, size_t at) {
  while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
  return at;
}

// Where the value of a secret ends that begins at `at`. All of the line where the name began it, as
// in a file of settings: a password may hold anything.
size_t ValueEnd(std::string_view line, size_t at, bool whole_line) {
  if (at < line.size() && (line[at] == '"' || line[at] == '\'') && !whole_line) {
    size_t end = at + 1;
    while (end < line.size() && line[end] != line[at]) end += line[end] == '\\' ? 2 : 1;
    return std::min(end + 1, line.size());
  }
  if (whole_line) return line.size();
  size_t end = line.find_first_of(" \t,;&\"'<>)]}", at);
  return end == std::string_view::npos ? line.size() : end;
}

struct Found {
  size_t value = std::string_view::npos;  // where the value begins
  bool whole_line = false;
};

// What follows a name: `end` is where the name ended, `begins_line` that nothing stood before it.
Found ValueAfter(std::string_view line, std::string_view name, size_t end, bool begins_line) {
  size_t at = end;
  if (at < line.size() && (line[at] == '"' || line[at] == '\'')) ++at;
  at = SkipBlanks(line, at);
  // "--password x" and "-Dsecret x": a blank is enough.
  if (name.starts_with('-') && at > end && at < line.size() && line[at] != '=' && line[at] != ':') {
    return {at, false};
  }
  if (at >= line.size() || (line[at] != '=' && line[at] != ':')) return {};
  if (line.substr(at).starts_with("://")) return {};
  bool assigned = line[at] == '=' || begins_line;
  return {SkipBlanks(line, at + 1), begins_line && assigned};
}

std::string MaskNamed(std::string_view line) {
  std::string out;
  size_t at = 0;
  bool begins_line = true;
  while (at < line.size()) {
    if (!IsNameByte(line[at])) {
      if (line[at] != ' ' && line[at] != '\t') begins_line = false;
      out += line[at++];
      continue;
    }
    size_t end = at;
    while (end < line.size() && IsNameByte(line[end])) ++end;
    std::string_view name = line.substr(at, end - at);
    out += name;
    at = end;
    if (name == "export") continue;  // the name that counts is the next one
    Found found;
    if (IsSecret(name)) found = ValueAfter(line, name, end, begins_line);
    begins_line = false;
    if (found.value >= line.size()) continue;
    out += line.substr(end, found.value - end);
    size_t value_end = ValueEnd(line, found.value, found.whole_line);
    // "Authorization: Bearer x": the scheme says nothing, the rest says all.
    if (IsAuthorization(name)) value_end = line.size();
    char quote = line[found.value];
    bool quoted = !found.whole_line && (quote == '"' || quote == '\'');
    out += quoted ? quote + std::string(kMask) + quote : std::string(kMask);
    at = value_end;
  }
  return out;
}

// "scheme://user:password@host" anywhere in a line.
std::string MaskUrls(std::string line) {
  for (size_t at = line.find("://"); at != std::string::npos; at = line.find("://", at + 3)) {
    size_t begin = at;
    while (begin > 0 && IsNameByte(line[begin - 1])) --begin;
    size_t end = std::min(line.find_first_of(" \t\"'<>,", at), line.size());
    std::string shown = conf::WithoutPassword(line.substr(begin, end - begin));
    line.replace(begin, end - begin, shown);
  }
  return line;
}

}  // namespace

std::string SecretFilter::MaskXml(std::string line) {
  size_t at = 0;
  while (true) {
    if (in_xml_value_) {
      size_t end = line.find("</value>", at);
      size_t stop = std::min(end, line.size());
      if (stop > at) line.replace(at, stop - at, kMask);
      if (end == std::string::npos) return line;
      in_xml_value_ = xml_secret_ = false;
      at += kMask.size();
    }
    size_t name = line.find("<name>", at);
    size_t value = xml_secret_ ? line.find("<value>", at) : std::string::npos;
    if (value < name) {
      at = value + 7;
      in_xml_value_ = true;
      continue;
    }
    if (name == std::string::npos) return line;
    size_t end = std::min(line.find("</name>", name), line.size());
    xml_secret_ = IsSecret(std::string_view(line).substr(name + 6, end - name - 6));
    at = end;
  }
}

std::string SecretFilter::Line(std::string_view line) {
  if (line.find("PRIVATE KEY-----") != std::string_view::npos) {
    bool begins = line.find("-----BEGIN") != std::string_view::npos;
    in_private_key_ = begins && line.find("-----END") == std::string_view::npos;
    return std::string(kMask);
  }
  if (in_private_key_) return std::string(kMask);
  if (line.size() > kMaxLine) return Line(line.substr(0, kMaxLine)) + " ... (cut)";
  std::string text = conf::WithoutSecrets(std::string(line), known_);
  return MaskUrls(MaskNamed(MaskXml(std::move(text))));
}

std::string SecretFilter::Text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    out += Line(text.substr(0, end));
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace alluxio::cli
