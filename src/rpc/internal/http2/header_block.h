// HeaderBlock: the fields of one block of headers, in one buffer that is used again and again.
// Thread-compatible.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace alluxio::rpc {

// A field to send; both parts outlive the call they are passed to.
struct HeaderField {
  std::string_view name;
  std::string_view value;
};

class HeaderBlock {
 public:
  void Clear() {
    text_.clear();
    fields_.clear();
    too_large_ = false;
    identity_ = 0;
  }
  void Add(std::string_view name, std::string_view value) {
    fields_.push_back({static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(name.size()),
                       static_cast<uint32_t>(value.size())});
    text_.append(name);
    text_.append(value);
  }
  // The block exceeds the limits; what is stored is only its beginning.
  void SetTooLarge() { too_large_ = true; }
  bool too_large() const { return too_large_; }
  // Blocks of one decoder with the same identity have the same fields; 0 says nothing.
  void SetIdentity(uint64_t identity) { identity_ = identity; }
  uint64_t identity() const { return identity_; }

  size_t size() const { return fields_.size(); }
  // Valid until the next Add or Clear.
  HeaderField operator[](size_t index) const {
    const Place& place = fields_[index];
    const char* at = text_.data() + place.begin;
    return {{at, place.name_bytes}, {at + place.name_bytes, place.value_bytes}};
  }
  // The last field called `name`; empty when there is none.
  std::string_view Find(std::string_view name) const {
    for (size_t i = fields_.size(); i > 0; --i) {
      HeaderField field = (*this)[i - 1];
      if (field.name == name) return field.value;
    }
    return {};
  }

 private:
  struct Place {
    uint32_t begin;
    uint32_t name_bytes;
    uint32_t value_bytes;
  };

  std::string text_;
  std::vector<Place> fields_;
  bool too_large_ = false;
  uint64_t identity_ = 0;
};

}  // namespace alluxio::rpc
