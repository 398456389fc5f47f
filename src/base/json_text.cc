#include "base/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace alluxio {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Bytes of the character that `text`, not empty, begins with; 0 when it is none (RFC 3629: no
// longer form than needed, no surrogate, nothing above U+10FFFF).
size_t Utf8Length(std::string_view text) {
  auto first = static_cast<unsigned char>(text[0]);
  size_t length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3
                  : first < 0xF5                  ? 4 : 0;
  if (length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  }
  if (length < 3) return length;
  auto second = static_cast<unsigned char>(text[1]);
  bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
               (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return wrong ? 0 : length;
}

}  // namespace

void JsonText::Separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_items_.empty()) return;
  if (has_items_.back()) text_ += ",";
  has_items_.back() = true;
}

JsonText& JsonText::BeginObject() {
  Separate();
  text_ += "{";
  has_items_.push_back(false);
  return *this;
}

JsonText& JsonText::EndObject() {
  CHECK(!has_items_.empty()) << "no object is open";
  has_items_.pop_back();
  text_ += "}";
  return *this;
}

JsonText& JsonText::BeginArray() {
  Separate();
  text_ += "[";
  has_items_.push_back(false);
  return *this;
}

JsonText& JsonText::EndArray() {
  CHECK(!has_items_.empty()) << "no array is open";
  has_items_.pop_back();
  text_ += "]";
  return *this;
}

JsonText& JsonText::Key(std::string_view name) {
  String(name);
  text_ += ":";
  after_key_ = true;
  return *this;
}

JsonText& JsonText::String(std::string_view value) {
  Separate();
  text_ += '"';
  for (size_t at = 0; at < value.size();) {
    auto c = static_cast<unsigned char>(value[at]);
    if (c >= 0x80) {
      size_t bytes = Utf8Length(value.substr(at));
      text_ += bytes == 0 ? kReplacement : value.substr(at, bytes);
      at += std::max<size_t>(bytes, 1);
      continue;
    }
    ++at;
    switch (c) {
      case '"': text_ += "\\\""; break;
      case '\\': text_ += "\\\\"; break;
      case '\n': text_ += "\\n"; break;
      case '\r': text_ += "\\r"; break;
      case '\t': text_ += "\\t"; break;
      default:
        if (c < 0x20) {
          text_ += fmt::format("\\u{:04x}", static_cast<int>(c));
        } else {
          text_ += static_cast<char>(c);
        }
    }
  }
  text_ += '"';
  return *this;
}

JsonText& JsonText::Number(int64_t value) {
  Separate();
  text_ += std::to_string(value);
  return *this;
}

JsonText& JsonText::Number(double value) {
  Separate();
  if (std::isfinite(value)) {
    text_ += fmt::format("{:.15g}", value);
  } else {
    text_ += "null";
  }
  return *this;
}

JsonText& JsonText::Bool(bool value) {
  Separate();
  text_ += value ? "true" : "false";
  return *this;
}

JsonText& JsonText::Field(std::string_view name, std::string_view value) {
  return Key(name).String(value);
}
JsonText& JsonText::Field(std::string_view name, const char* value) {
  return Key(name).String(value);
}
JsonText& JsonText::Field(std::string_view name, int64_t value) {
  return Key(name).Number(value);
}
JsonText& JsonText::Field(std::string_view name, int32_t value) {
  return Key(name).Number(int64_t{value});
}
JsonText& JsonText::Field(std::string_view name, uint64_t value) {
  return Key(name).Number(static_cast<int64_t>(value));
}
JsonText& JsonText::Field(std::string_view name, double value) { return Key(name).Number(value); }
JsonText& JsonText::Field(std::string_view name, bool value) { return Key(name).Bool(value); }

}  // namespace alluxio
