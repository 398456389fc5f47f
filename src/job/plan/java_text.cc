#include "job/plan/java_text.h"

#include <cstdint>

namespace alluxio::job {
namespace {

uint32_t At(std::string_view text, size_t i) { return static_cast<uint8_t>(text[i]); }

// The 16 bits that three bytes stand for when they are half of a pair; 0 otherwise.
uint32_t SurrogateAt(std::string_view text, size_t i) {
  if (i + 2 >= text.size() || At(text, i) != 0xED || At(text, i + 1) < 0xA0) return 0;
  return 0xD000 | (At(text, i + 1) & 0x3f) << 6 | (At(text, i + 2) & 0x3f);
}

void Append3(uint32_t unit, std::string* out) {
  *out += static_cast<char>(0xE0 | unit >> 12);
  *out += static_cast<char>(0x80 | (unit >> 6 & 0x3f));
  *out += static_cast<char>(0x80 | (unit & 0x3f));
}

}  // namespace

std::string FromJavaText(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const uint32_t high = SurrogateAt(text, i);
    const uint32_t low = high >= 0xD800 && high < 0xDC00 ? SurrogateAt(text, i + 3) : 0;
    if (low >= 0xDC00) {
      const uint32_t point = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
      out += static_cast<char>(0xF0 | point >> 18);
      out += static_cast<char>(0x80 | (point >> 12 & 0x3f));
      out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
      out += static_cast<char>(0x80 | (point & 0x3f));
      i += 6;
    } else if (At(text, i) == 0xC0 && i + 1 < text.size() && At(text, i + 1) == 0x80) {
      out += '\0';
      i += 2;
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::string ToJavaText(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '\0') {
      out += "\xC0\x80";
      ++i;
    } else if (At(text, i) >= 0xF0 && i + 3 < text.size()) {
      const uint32_t point = (At(text, i) & 7) << 18 | (At(text, i + 1) & 0x3f) << 12 |
                             (At(text, i + 2) & 0x3f) << 6 | (At(text, i + 3) & 0x3f);
      Append3(0xD800 + ((point - 0x10000) >> 10), &out);
      Append3(0xDC00 + ((point - 0x10000) & 0x3ff), &out);
      i += 4;
    } else {
      out += text[i++];
    }
  }
  return out;
}

}  // namespace alluxio::job
