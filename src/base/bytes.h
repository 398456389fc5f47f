// Bytes: an immutable, cheaply copied run of bytes that keeps its memory alive.
//
// Block data travels as Bytes from a mapped file to the transport without a copy: a slice shares
// the owner. Thread-safe to copy and read from several threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace alluxio {

class Bytes {
 public:
  Bytes() = default;
  // Takes over a string.
  static Bytes FromString(std::string text) {
    auto owner = std::make_shared<const std::string>(std::move(text));
    std::string_view view(*owner);
    return Bytes(view, std::move(owner));
  }
  // Views memory that `owner` keeps alive and unchanged.
  static Bytes FromOwner(std::string_view view, std::shared_ptr<const void> owner) {
    return Bytes(view, std::move(owner));
  }

  const char* data() const { return view_.data(); }
  size_t size() const { return view_.size(); }
  bool empty() const { return view_.empty(); }
  std::string_view view() const { return view_; }
  // Clamped like string_view::substr; shares the owner.
  Bytes Slice(size_t offset, size_t length) const {
    return offset >= size() ? Bytes() : Bytes(view_.substr(offset, length), owner_);
  }
  const std::shared_ptr<const void>& owner() const { return owner_; }

 private:
  Bytes(std::string_view view, std::shared_ptr<const void> owner)
      : view_(view), owner_(std::move(owner)) {}

  std::string_view view_;
  std::shared_ptr<const void> owner_;  // Shared by all slices of one buffer.
};

}  // namespace alluxio
