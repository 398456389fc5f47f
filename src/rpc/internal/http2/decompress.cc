// Decompression of messages, by zlib.
#include <zlib.h>

#include <algorithm>

#include "rpc/internal/http2/message_assembler.h"

namespace alluxio::rpc {
namespace {

constexpr size_t kStep = 64 * 1024;
constexpr int kGzipWindow = 15 + 16;  // zlib's way to ask for the gzip format
constexpr int kZlibWindow = 15;

Result<Bytes> Inflate(z_stream* stream, size_t limit) {
  std::string plain;
  int outcome = Z_OK;
  while (outcome == Z_OK) {
    const size_t before = plain.size();
    // One byte more than allowed tells a message that ends at the limit from one that goes on.
    const size_t room = std::min(std::max(kStep, before), limit + 1 - before);
    plain.resize(before + room);
    stream->next_out = reinterpret_cast<Bytef*>(plain.data() + before);
    stream->avail_out = static_cast<uInt>(room);
    outcome = inflate(stream, Z_NO_FLUSH);
    plain.resize(before + room - stream->avail_out);
    if (plain.size() > limit) {
      return ResourceExhausted("Received a compressed message larger than max " +
                               std::to_string(limit));
    }
    if (outcome == Z_OK && stream->avail_in == 0 && stream->avail_out != 0) break;
  }
  if (outcome != Z_STREAM_END || stream->avail_in != 0) {
    return InternalError("Received a compressed message that cannot be decompressed");
  }
  return Bytes::FromString(std::move(plain));
}

}  // namespace

Result<Bytes> Decompress(MessageCoding coding, std::string_view bytes, size_t limit) {
  z_stream stream{};
  if (inflateInit2(&stream, coding == MessageCoding::kGzip ? kGzipWindow : kZlibWindow) != Z_OK) {
    return ResourceExhausted("no memory for decompression");
  }
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads
  stream.avail_in = static_cast<uInt>(bytes.size());
  Result<Bytes> plain = Inflate(&stream, limit);
  inflateEnd(&stream);
  return plain;
}

}  // namespace alluxio::rpc
