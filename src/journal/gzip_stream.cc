#include "journal/gzip_stream.h"

#include <zlib.h>

#include <array>

#include "base/check.h"

namespace alluxio::journal {
namespace {

constexpr size_t kBuffer = 64 * 1024;
constexpr int kGzip = 15 + 16;  // the largest window, and gzip's header

}  // namespace

struct GzipSink::State {
  z_stream stream{};
  std::array<char, kBuffer> out;
};

GzipSink::GzipSink(CheckpointSink& inner) : inner_(inner), state_(std::make_unique<State>()) {
  // Level 1 is four times as quick as the default and packs these bytes nearly as well.
  int made = deflateInit2(&state_->stream, 1, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY);
  CHECK(made == Z_OK) << "deflateInit2: " << made;
}

GzipSink::~GzipSink() { deflateEnd(&state_->stream); }

Status GzipSink::Deflate(int flush) {
  z_stream& stream = state_->stream;
  do {
    stream.next_out = reinterpret_cast<Bytef*>(state_->out.data());
    stream.avail_out = kBuffer;
    deflate(&stream, flush);
    RETURN_IF_ERROR(inner_.Write({state_->out.data(), kBuffer - stream.avail_out}));
  } while (stream.avail_out == 0);
  return OkStatus();
}

Status GzipSink::Write(std::string_view data) {
  state_->stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  state_->stream.avail_in = static_cast<uInt>(data.size());
  return Deflate(Z_NO_FLUSH);
}

Status GzipSink::Finish() { return Deflate(Z_FINISH); }

struct GunzipSource::State {
  z_stream stream{};
  std::array<char, kBuffer> in;
  bool ended = false;
};

GunzipSource::GunzipSource(CheckpointSource& inner)
    : inner_(inner), state_(std::make_unique<State>()) {
  int made = inflateInit2(&state_->stream, kGzip);
  CHECK(made == Z_OK) << "inflateInit2: " << made;
}

GunzipSource::~GunzipSource() { inflateEnd(&state_->stream); }

Result<size_t> GunzipSource::Read(char* into, size_t size) {
  z_stream& stream = state_->stream;
  stream.next_out = reinterpret_cast<Bytef*>(into);
  stream.avail_out = static_cast<uInt>(size);
  while (stream.avail_out > 0 && !state_->ended) {
    if (stream.avail_in == 0) {
      ASSIGN_OR_RETURN(size_t got, inner_.Read(state_->in.data(), kBuffer));
      if (got == 0) return DataLoss("gzip: the file ends early");
      stream.next_in = reinterpret_cast<Bytef*>(state_->in.data());
      stream.avail_in = static_cast<uInt>(got);
    }
    int done = inflate(&stream, Z_NO_FLUSH);
    if (done == Z_STREAM_END) {
      state_->ended = true;
    } else if (done != Z_OK) {
      return DataLoss(std::string("gzip: ") + (stream.msg == nullptr ? "damaged" : stream.msg));
    }
  }
  return size - stream.avail_out;
}

}  // namespace alluxio::journal
