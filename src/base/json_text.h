// JsonText: writes one JSON value: the --json form of commands, the answers to web pages.
//
// What is no UTF-8, as file names may be, comes as U+FFFD. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace alluxio {

// Commas are placed by the writer. Closing what is not open is a programmer error.
class JsonText {
 public:
  JsonText& BeginObject();
  JsonText& EndObject();
  JsonText& BeginArray();
  JsonText& EndArray();
  JsonText& Key(std::string_view name);
  JsonText& String(std::string_view value);
  JsonText& Number(int64_t value);
  // Without digits that say nothing; null for what is no number.
  JsonText& Number(double value);
  JsonText& Bool(bool value);

  // Key and value in one step.
  JsonText& Field(std::string_view name, std::string_view value);
  JsonText& Field(std::string_view name, const char* value);
  JsonText& Field(std::string_view name, int64_t value);
  JsonText& Field(std::string_view name, int32_t value);
  JsonText& Field(std::string_view name, uint64_t value);
  JsonText& Field(std::string_view name, double value);
  JsonText& Field(std::string_view name, bool value);

  const std::string& text() const { return text_; }

 private:
  void Separate();

  std::string text_;
  std::vector<bool> has_items_;  // one an open object or array
  bool after_key_ = false;
};

}  // namespace alluxio
