#include "conf/properties.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace alluxio::conf {
namespace {

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out->push_back(static_cast<char>(0xC0 | code >> 6));
    out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else if (code < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | code >> 12));
    out->push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    out->push_back(static_cast<char>(0xF0 | code >> 18));
    out->push_back(static_cast<char>(0x80 | (code >> 12 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

// The length of the valid UTF-8 sequence at `at`, 0 when there is none.
size_t Utf8Length(std::string_view text, size_t at) {
  unsigned char first = static_cast<unsigned char>(text[at]);
  size_t length = first >= 0xF0 && first <= 0xF4 ? 4
                  : first >= 0xE0 && first < 0xF0 ? 3
                  : first >= 0xC2 && first < 0xE0 ? 2
                                                  : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return 0;
  }
  return length;
}

// Bytes outside UTF-8 stand for the ISO-8859-1 character of the same number.
std::string ToUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    unsigned char byte = static_cast<unsigned char>(text[at]);
    size_t length = byte < 0x80 ? 1 : Utf8Length(text, at);
    if (length == 0) {
      AppendUtf8(byte, &out);
      ++at;
    } else {
      out.append(text.substr(at, length));
      at += length;
    }
  }
  return out;
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

// Takes logical lines off a text: continuation lines joined, comments and empty lines skipped.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : text_(text) {}

  // False at the end. `number` is that of the first natural line.
  bool Next(std::string* logical, int* number) {
    logical->clear();
    bool continued = false;
    while (at_ < text_.size() || continued) {
      std::string_view line = TakeNatural();
      if (!continued) {
        if (line.empty() || line[0] == '#' || line[0] == '!') continue;
        *number = line_;
      }
      continued = EndsInOddBackslashes(line) && at_ <= text_.size();
      if (continued) line.remove_suffix(1);
      logical->append(line);
      if (!continued || at_ >= text_.size()) return true;
    }
    return false;
  }

 private:
  // The next line without its blank front and its end; "\r\n", "\n" and "\r" end lines.
  std::string_view TakeNatural() {
    size_t end = text_.find_first_of("\r\n", at_);
    std::string_view line = text_.substr(at_, end == std::string_view::npos ? end : end - at_);
    if (end == std::string_view::npos) {
      at_ = text_.size();
    } else {
      at_ = end + (text_.substr(end, 2) == "\r\n" ? 2 : 1);
    }
    ++line_;
    while (!line.empty() && IsBlank(line[0])) line.remove_prefix(1);
    return line;
  }

  static bool EndsInOddBackslashes(std::string_view line) {
    size_t count = 0;
    while (count < line.size() && line[line.size() - 1 - count] == '\\') ++count;
    return count % 2 == 1;
  }

  std::string_view text_;
  size_t at_ = 0;
  int line_ = 0;
};

// Four hexadecimal digits at `at`; nothing when they are not there.
std::optional<uint32_t> HexUnit(std::string_view text, size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  uint32_t code = 0;
  for (size_t i = 0; i < 4; ++i) {
    char c = text[at + i];
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0) return std::nullopt;
    code = code * 16 + static_cast<uint32_t>(digit);
  }
  return code;
}

// Replaces \uXXXX at `at` (behind the u), joining surrogate pairs; moves `at` behind it.
Status UnescapeUnicode(std::string_view text, size_t* at, std::string* out) {
  std::optional<uint32_t> code = HexUnit(text, *at);
  if (!code) return InvalidArgument("\\u needs four hexadecimal digits");
  *at += 4;
  if (*code >= 0xD800 && *code < 0xDC00 && text.substr(*at, 2) == "\\u") {
    std::optional<uint32_t> low = HexUnit(text, *at + 2);
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      *at += 6;
      AppendUtf8(0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00), out);
      return OkStatus();
    }
  }
  // Half a pair has no UTF-8 form; Java would keep it, a question mark is what it prints.
  AppendUtf8(*code >= 0xD800 && *code < 0xE000 ? '?' : *code, out);
  return OkStatus();
}

Result<std::string> Unescape(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    char c = text[at++];
    if (c != '\\' || at == text.size()) {
      if (c != '\\') out.push_back(c);
      continue;
    }
    char escaped = text[at++];
    switch (escaped) {
      case 't': out.push_back('\t'); break;
      case 'n': out.push_back('\n'); break;
      case 'r': out.push_back('\r'); break;
      case 'f': out.push_back('\f'); break;
      case 'u': RETURN_IF_ERROR(UnescapeUnicode(text, &at, &out)); break;
      default: out.push_back(escaped);
    }
  }
  return ToUtf8(out);
}

// Where the key of a logical line ends: at the first separator without a backslash before it.
size_t KeyEnd(std::string_view line) {
  for (size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\\') {
      ++at;
    } else if (line[at] == '=' || line[at] == ':' || IsBlank(line[at])) {
      return at;
    }
  }
  return line.size();
}

size_t ValueBegin(std::string_view line, size_t at) {
  while (at < line.size() && IsBlank(line[at])) ++at;
  if (at < line.size() && (line[at] == '=' || line[at] == ':')) ++at;
  while (at < line.size() && IsBlank(line[at])) ++at;
  return at;
}

}  // namespace

Result<Properties> ParseProperties(std::string_view text) {
  Properties properties;
  LineReader reader(text);
  std::string line;
  int number = 0;
  while (reader.Next(&line, &number)) {
    size_t key_end = KeyEnd(line);
    std::string_view view(line);
    Result<std::string> key = Unescape(view.substr(0, key_end));
    Result<std::string> value = Unescape(view.substr(ValueBegin(view, key_end)));
    for (const Status& status : {key.status(), value.status()}) {
      if (!status.ok()) return status.WithContext("line " + std::to_string(number));
    }
    properties.push_back({std::move(*key), std::move(*value), number});
  }
  return properties;
}

}  // namespace alluxio::conf
