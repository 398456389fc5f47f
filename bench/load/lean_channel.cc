#include "bench/load/lean_channel.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "env/rng.h"
#include "proto/grpc/sasl_server.pb.h"

namespace alluxio::bench {
namespace {

constexpr int32_t kWindow = 1 << 30;
constexpr size_t kFrameHeader = 5;

std::string Framed(const std::string& message) {
  std::string framed(kFrameHeader, '\0');
  auto size = static_cast<uint32_t>(message.size());
  for (int i = 0; i < 4; ++i) framed[1 + i] = static_cast<char>(size >> (24 - 8 * i));
  return framed + message;
}

nghttp2_nv Header(const char* name, const std::string& value) {
  return {reinterpret_cast<uint8_t*>(const_cast<char*>(name)),
          reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), strlen(name), value.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME};
}

Result<int> Dial(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_family = AF_INET;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return Unavailable("cannot resolve " + host);
  }
  int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int failed = connect(fd, found->ai_addr, found->ai_addrlen);
  int error = errno;
  freeaddrinfo(found);
  if (failed != 0) {
    close(fd);
    return FromErrno(error, "connect " + host + ":" + std::to_string(port));
  }
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

}  // namespace

Result<std::unique_ptr<LeanChannel>> LeanChannel::Connect(const std::string& host, int port) {
  ASSIGN_OR_RETURN(int fd, Dial(host, port));
  std::unique_ptr<LeanChannel> channel(
      new LeanChannel(fd, host + ":" + std::to_string(port)));
  RETURN_IF_ERROR(channel->Authenticate());
  return channel;
}

LeanChannel::LeanChannel(int fd, std::string authority)
    : fd_(fd), authority_(std::move(authority)), channel_id_(Rng::Real().Uuid()) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnChunk);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
  nghttp2_session_client_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<uint32_t>(kWindow)},
      {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 1 << 20}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, 2);
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kWindow);
}

LeanChannel::~LeanChannel() {
  nghttp2_session_del(session_);
  close(fd_);
}

Status LeanChannel::Authenticate() {
  grpc::sasl::SaslMessage hello;
  hello.set_messagetype(grpc::sasl::SaslMessageType::CHALLENGE);
  hello.set_authenticationscheme(grpc::sasl::ChannelAuthenticationScheme::SIMPLE);
  const char* user = getenv("USER");
  std::string name = user != nullptr ? user : "root";
  hello.set_message(std::string(1, '\0') + name + std::string(1, '\0') + "noPassword");
  hello.set_clientid(channel_id_);
  hello.set_channelref("bench-load");
  Status ended;
  bool over = false;
  Stream& stream = Open("/alluxio.grpc.sasl.SaslAuthenticationService/authenticate",
                        hello.SerializeAsString(), true, [&](Result<std::string> body) {
                          over = true;
                          ended = body.ok() ? Unauthenticated("handshake ended") : body.status();
                        });
  RETURN_IF_ERROR(Drive([&] { return over || stream.body.size() > kFrameHeader; }));
  if (over) return ended;
  stream.done = [](Result<std::string>) {};
  return OkStatus();
}

LeanChannel::Stream& LeanChannel::Open(const std::string& method, const std::string& message,
                                       bool keep_open, Done done) {
  auto stream = std::make_unique<Stream>();
  stream->request = Framed(message);
  stream->keep_open = keep_open;
  stream->done = std::move(done);
  static const std::string kPost = "POST", kHttp = "http", kType = "application/grpc",
                           kTrailers = "trailers";
  nghttp2_nv headers[] = {Header(":method", kPost),      Header(":scheme", kHttp),
                          Header(":path", method),       Header(":authority", authority_),
                          Header("content-type", kType), Header("te", kTrailers),
                          Header("channel-id", channel_id_)};
  nghttp2_data_provider provider{{.ptr = stream.get()}, ReadBody};
  // The handshake itself carries no channel-id.
  int32_t id = nghttp2_submit_request(session_, nullptr, headers, keep_open ? 6 : 7, &provider,
                                      nullptr);
  CHECK(id > 0) << nghttp2_strerror(id);
  return *(streams_[id] = std::move(stream));
}

void LeanChannel::Call(const std::string& method, const std::string& message, Done done) {
  Open(method, message, false, std::move(done));
}

Status LeanChannel::Flush() {
  while (true) {
    const uint8_t* data = nullptr;
    ssize_t size = nghttp2_session_mem_send(session_, &data);
    if (size < 0) return UnknownError(nghttp2_strerror(static_cast<int>(size)));
    if (size == 0) break;
    out_.append(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
  }
  size_t at = 0;
  while (at < out_.size()) {
    ssize_t sent = send(fd_, out_.data() + at, out_.size() - at, MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) return FromErrno(errno, "send");
    if (sent > 0) at += static_cast<size_t>(sent);
  }
  out_.clear();
  return OkStatus();
}

Status LeanChannel::ReadSome() {
  static thread_local uint8_t buffer[1 << 20];
  ssize_t got = recv(fd_, buffer, sizeof(buffer), 0);
  if (got < 0) return errno == EINTR ? OkStatus() : FromErrno(errno, "recv");
  if (got == 0) return Unavailable("the server closed the connection");
  ssize_t used = nghttp2_session_mem_recv(session_, buffer, static_cast<size_t>(got));
  if (used < 0) return UnknownError(nghttp2_strerror(static_cast<int>(used)));
  return OkStatus();
}

Status LeanChannel::Drive(const std::function<bool()>& finished) {
  while (!finished()) {
    RETURN_IF_ERROR(Flush());
    if (finished()) break;
    RETURN_IF_ERROR(ReadSome());
  }
  return Flush();
}

Result<std::string> LeanChannel::CallAndWait(const std::string& method,
                                             const std::string& message) {
  bool over = false;
  Result<std::string> answer = UnknownError("no answer");
  Call(method, message, [&](Result<std::string> body) {
    over = true;
    answer = std::move(body);
  });
  RETURN_IF_ERROR(Drive([&] { return over; }));
  if (!answer.ok()) return answer.status();
  return FirstMessage(*answer);
}

void LeanChannel::Finish(Stream& stream, uint32_t error_code) {
  if (stream.grpc_status == "0") return stream.done(std::move(stream.body));
  if (stream.grpc_status.empty()) {
    return stream.done(Unavailable("stream reset " + std::to_string(error_code)));
  }
  stream.done(Status(static_cast<StatusCode>(atoi(stream.grpc_status.c_str())),
                     stream.grpc_message));
}

ssize_t LeanChannel::ReadBody(nghttp2_session*, int32_t, uint8_t* into, size_t size,
                              uint32_t* flags, nghttp2_data_source* source, void*) {
  auto& stream = *static_cast<Stream*>(source->ptr);
  size_t left = stream.request.size() - stream.sent;
  if (left == 0 && stream.keep_open) return NGHTTP2_ERR_DEFERRED;
  size_t now = std::min(left, size);
  memcpy(into, stream.request.data() + stream.sent, now);
  stream.sent += now;
  if (stream.sent == stream.request.size() && !stream.keep_open) *flags = NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(now);
}

int LeanChannel::OnChunk(nghttp2_session*, uint8_t, int32_t id, const uint8_t* data, size_t size,
                         void* self) {
  auto& streams = static_cast<LeanChannel*>(self)->streams_;
  if (auto it = streams.find(id); it != streams.end()) {
    it->second->body.append(reinterpret_cast<const char*>(data), size);
  }
  return 0;
}

int LeanChannel::OnHeader(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                          size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                          void* self) {
  auto& streams = static_cast<LeanChannel*>(self)->streams_;
  auto it = streams.find(frame->hd.stream_id);
  if (it == streams.end()) return 0;
  std::string_view key(reinterpret_cast<const char*>(name), name_size);
  std::string text(reinterpret_cast<const char*>(value), value_size);
  if (key == "grpc-status") it->second->grpc_status = text;
  if (key == "grpc-message") it->second->grpc_message = text;
  return 0;
}

int LeanChannel::OnClose(nghttp2_session*, int32_t id, uint32_t error_code, void* self) {
  auto* channel = static_cast<LeanChannel*>(self);
  auto it = channel->streams_.find(id);
  if (it == channel->streams_.end()) return 0;
  std::unique_ptr<Stream> stream = std::move(it->second);
  channel->streams_.erase(it);
  channel->Finish(*stream, error_code);
  return 0;
}

Result<std::string> FirstMessage(const std::string& body) {
  if (body.size() < kFrameHeader) return DataLoss("an answer without a message");
  return body.substr(kFrameHeader);
}

}  // namespace alluxio::bench
