#include "cli/json_text.h"

#include <fmt/format.h>

#include "base/check.h"

namespace alluxio::cli {

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
  for (char c : value) {
    switch (c) {
      case '"': text_ += "\\\""; break;
      case '\\': text_ += "\\\\"; break;
      case '\n': text_ += "\\n"; break;
      case '\r': text_ += "\\r"; break;
      case '\t': text_ += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          text_ += fmt::format("\\u{:04x}", static_cast<int>(c));
        } else {
          text_ += c;
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
  return Key(name).Number(value);
}
JsonText& JsonText::Field(std::string_view name, bool value) { return Key(name).Bool(value); }

}  // namespace alluxio::cli
