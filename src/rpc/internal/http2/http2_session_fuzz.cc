// libFuzzer entry: no bytes of a peer may break a session, its streams or what gRPC makes of them.
// The first byte says which side the session is and what came before, the second how bytes are cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/internal/http2/grpc_head.h"
#include "rpc/internal/http2/http2_session.h"
#include "rpc/internal/http2/message_assembler.h"

namespace {

using namespace alluxio;
using namespace alluxio::rpc;

void Demand(bool condition) {
  if (!condition) abort();
}

// Sends every message back; ends when the peer does.
class Stream : public Http2Stream {
 public:
  explicit Stream(bool server) : server_(server), assembler_(100000) {}
  ~Stream() override { Demand(closed_ || !opened_); }
  bool opened_ = false;

 protected:
  void OnHeaders(const HeaderBlock& headers) override {
    Demand(!closed_);
    opened_ = true;
    if (server_) {
      RequestHead head = RequestHead::Of(headers);
      if (head.coding) assembler_.SetCoding(*head.coding);
      if (headers.too_large()) session()->Reset(*this, Http2Error::kRefusedStream);
    } else {
      (void)ResponseHead::Of(headers).ToStatus();
    }
  }
  void OnData(std::string_view bytes) override {
    Demand(!closed_);
    std::vector<Bytes> messages;
    if (!assembler_.Add(bytes, &messages).ok()) {
      return session()->Reset(*this, Http2Error::kCancel);
    }
    After(bytes.size(), messages);
  }
  std::span<char> DirectRoom() override { return assembler_.Room(); }
  void OnDataPlaced(size_t count) override {
    std::vector<Bytes> messages;
    if (!assembler_.Placed(count, &messages).ok()) {
      return session()->Reset(*this, Http2Error::kCancel);
    }
    After(count, messages);
  }
  void OnPeerEnd() override {
    if (server_) session()->EndLocal(*this);
  }
  void WriteEnd() override {
    if (!server_) return session()->SendEmptyEnd(*this);
    const HeaderField status{"grpc-status", "0"};
    session()->SendHeaders(*this, {&status, 1}, true);
  }
  void OnClosed(Http2Error) override {
    Demand(!closed_);
    closed_ = true;
  }

 private:
  void After(size_t count, std::vector<Bytes>& messages) {
    session()->SetHeld(*this, assembler_.held());
    session()->Consumed(*this, count);
    for (Bytes& message : messages) {
      session()->SendMessage(*this, FramedPrefix("", message.size()), std::move(message),
                             [](bool) {});
    }
  }

  const bool server_;
  MessageAssembler assembler_;
  bool closed_ = false;
};

class Owner : public Http2Owner {
 public:
  explicit Owner(bool server) : server_(server) {}
  std::shared_ptr<Http2Stream> NewStream(const HeaderBlock&) override {
    Demand(server_);
    return std::make_shared<Stream>(true);
  }
  void OnGoaway(uint32_t) override {}
  void OnPong() override {}
  void OnStreamSlot() override {}
  void OnWork() override {}

 private:
  const bool server_;
};

void Flush(Http2Session& session) {
  for (int i = 0; i < 4; ++i) {
    session.Pump();
    session.output().Clear();
    session.RunDeferred();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const bool server = (data[0] & 1) != 0;
  const bool greeted = (data[0] & 2) != 0;
  const size_t step = 1 + data[1];
  std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  Owner owner(server);
  Http2Options options;
  options.server = server;
  options.stream_window = 70000;
  options.connection_window = 100000;
  options.max_streams = 20;
  auto session = std::make_unique<Http2Session>(options, owner);
  Duration now = std::chrono::seconds(1);
  std::string greeting = server ? std::string(kHttp2Preface, kHttp2PrefaceBytes) : std::string();
  greeting += std::string("\0\0\0\4\0\0\0\0\0", 9);
  bool good = !greeted || session->Receive(greeting, now);
  if (!server) {
    for (int i = 0; i < 3; ++i) {
      auto stream = std::make_shared<Stream>(false);
      stream->opened_ = true;
      const HeaderField path{":path", "/x"};
      session->Open(stream, {&path, 1});
      session->SendMessage(*stream, FramedPrefix("", 3), Bytes::FromString("abc"), nullptr);
      if (i > 0) session->EndLocal(*stream);
    }
  }
  while (good && !rest.empty()) {
    std::string_view piece = rest.substr(0, step);
    std::span<char> room = session->DirectRoom();
    const size_t placed = std::min(room.size(), piece.size());
    if (placed > 0) {
      std::copy_n(piece.data(), placed, room.data());
      good = session->ReceivedDirectly(placed, now);
      piece = piece.substr(0, placed);
    } else {
      good = session->Receive(piece, now);
    }
    rest.remove_prefix(piece.size());
    now += std::chrono::milliseconds(1);
    Flush(*session);
    Demand(session->stream_count() <= 20);
  }
  session->CloseAll(Http2Error::kConnect);
  Flush(*session);
  Demand(session->stream_count() == 0 && session->held_bytes() == 0);
  return 0;
}
