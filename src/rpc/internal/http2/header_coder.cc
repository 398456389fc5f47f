#include "rpc/internal/http2/header_coder.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>

#include "base/check.h"

namespace alluxio::rpc {
namespace {

constexpr size_t kTableBytes = 4096;
constexpr size_t kFieldOverhead = 32;
constexpr size_t kMaxFieldsSent = 16;

constexpr size_t kMostKnown = 8;         // blocks of a direction
constexpr size_t kMostKnownBytes = 256;  // of a block

// Steps over what a block is made of (RFC 7541, 5 and 6).
class BlockCursor {
 public:
  explicit BlockCursor(std::string_view block) : left_(block) {}
  bool AtEnd() const { return left_.empty(); }
  uint8_t First() const { return static_cast<uint8_t>(left_.front()); }
  // False when the block ends in it; larger numbers than any sound block has end it as well.
  bool Number(int prefix_bits, size_t* number) {
    if (left_.empty()) return false;
    const size_t most = (size_t{1} << prefix_bits) - 1;
    *number = Take() & most;
    if (*number < most) return true;
    for (int shift = 0; shift <= 21 && !left_.empty(); shift += 7) {
      const uint8_t byte = Take();
      *number += size_t{byte & 0x7fU} << shift;
      if ((byte & 0x80) == 0) return true;
    }
    return false;
  }
  bool SkipText() {
    size_t size = 0;
    if (!Number(7, &size) || size > left_.size()) return false;
    left_.remove_prefix(size);
    return true;
  }

 private:
  uint8_t Take() {
    const uint8_t byte = First();
    left_.remove_prefix(1);
    return byte;
  }
  std::string_view left_;
};

// Whether the dynamic table is another one after the block, or may be: indexed fields and literals
// that are not to be indexed leave it alone.
bool ChangesTable(std::string_view block) {
  BlockCursor cursor(block);
  while (!cursor.AtEnd()) {
    const uint8_t first = cursor.First();
    size_t index = 0;
    if ((first & 0x80) != 0) {
      if (!cursor.Number(7, &index)) return true;
    } else if ((first & 0x60) != 0) {
      return true;  // an insertion, or another size
    } else {
      if (!cursor.Number(4, &index)) return true;
      if (index == 0 && !cursor.SkipText()) return true;
      if (!cursor.SkipText()) return true;
    }
  }
  return false;
}

bool Same(const std::vector<std::pair<std::string, std::string>>& known,
          std::span<const HeaderField> fields) {
  return std::equal(known.begin(), known.end(), fields.begin(), fields.end(),
                    [](const auto& one, const HeaderField& other) {
                      return one.second == other.value && one.first == other.name;
                    });
}

std::string_view ViewOf(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace

HeaderDecoder::HeaderDecoder(const HeaderLimits& limits) : limits_(limits) {
  CHECK(nghttp2_hd_inflate_new(&inflater_) == 0) << "out of memory";
}

HeaderDecoder::~HeaderDecoder() { nghttp2_hd_inflate_del(inflater_); }

Http2Error HeaderDecoder::Decode(std::string_view block, HeaderBlock* out) {
  // What is known does not change the table, and was forgotten when the table changed.
  for (const Known& known : known_) {
    if (known.block != block) continue;
    *out = known.fields;
    return Http2Error::kNone;
  }
  if (block.size() > kMostKnownBytes || ChangesTable(block)) {
    known_.clear();
    return Inflate(block, out);
  }
  const Http2Error error = Inflate(block, out);
  if (error != Http2Error::kNone || out->too_large()) return error;
  out->SetIdentity(++last_identity_);
  if (known_.size() < kMostKnown) {
    known_.push_back({std::string(block), *out});
  } else {
    known_[next_known_++ % kMostKnown] = {std::string(block), *out};
  }
  return error;
}

Http2Error HeaderDecoder::Inflate(std::string_view block, HeaderBlock* out) {
  size_t bytes = 0;
  const auto* at = reinterpret_cast<const uint8_t*>(block.data());
  size_t left = block.size();
  while (true) {
    nghttp2_nv field;
    int flags = 0;
    const ssize_t used = nghttp2_hd_inflate_hd2(inflater_, &field, &flags, at, left, 1);
    if (used < 0) return Http2Error::kCompression;
    at += used;
    left -= static_cast<size_t>(used);
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
      bytes += field.namelen + field.valuelen + kFieldOverhead;
      if (bytes > limits_.bytes || out->size() >= limits_.fields) {
        out->SetTooLarge();  // the rest is decoded all the same: the table depends on it
      } else {
        out->Add(ViewOf(field.name, field.namelen), ViewOf(field.value, field.valuelen));
      }
    }
    if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) break;
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0 && left == 0) return Http2Error::kCompression;
  }
  nghttp2_hd_inflate_end_headers(inflater_);
  return Http2Error::kNone;
}

HeaderEncoder::HeaderEncoder() {
  CHECK(nghttp2_hd_deflate_new(&deflater_, kTableBytes) == 0) << "out of memory";
}

HeaderEncoder::~HeaderEncoder() { nghttp2_hd_deflate_del(deflater_); }

void HeaderEncoder::SetTableSize(uint32_t bytes) {
  nghttp2_hd_deflate_change_table_size(deflater_, std::min<size_t>(bytes, kTableBytes));
  known_.clear();  // the next block tells of the change
}

std::string_view HeaderEncoder::Encode(std::span<const HeaderField> fields) {
  CHECK(fields.size() <= kMaxFieldsSent) << fields.size() << " fields";
  for (const Known& known : known_) {
    if (Same(known.fields, fields)) return known.block;
  }
  std::array<nghttp2_nv, kMaxFieldsSent> pairs;
  size_t count = 0;
  for (const HeaderField& field : fields) {
    pairs[count++] = {
        // The library only reads.
        reinterpret_cast<uint8_t*>(const_cast<char*>(field.name.data())),
        reinterpret_cast<uint8_t*>(const_cast<char*>(field.value.data())), field.name.size(),
        field.value.size(), NGHTTP2_NV_FLAG_NONE};
  }
  const size_t bound = nghttp2_hd_deflate_bound(deflater_, pairs.data(), count);
  if (block_.size() < bound) block_.resize(bound);
  const ssize_t size =
      nghttp2_hd_deflate_hd(deflater_, reinterpret_cast<uint8_t*>(block_.data()), block_.size(),
                            pairs.data(), count);
  CHECK(size >= 0) << nghttp2_strerror(static_cast<int>(size));
  const std::string_view block(block_.data(), static_cast<size_t>(size));
  Remember(fields, block);
  return block;
}

void HeaderEncoder::Remember(std::span<const HeaderField> fields, std::string_view block) {
  if (ChangesTable(block)) {
    known_.clear();
    return;
  }
  if (known_.size() == kMostKnown || block.size() > kMostKnownBytes) return;
  Known& known = known_.emplace_back();
  known.block = block;
  for (const HeaderField& field : fields) known.fields.emplace_back(field.name, field.value);
}

}  // namespace alluxio::rpc
