#include "bench/load/lean_channel.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "env/rng.h"
#include "proto/grpc/sasl_server.pb.h"

namespace alluxio::bench {
namespace {

constexpr int64_t kWindow = 1 << 30;
constexpr size_t kFrameHead = 9;
constexpr size_t kMessageHead = 5;
constexpr uint32_t kLargestFrame = 1 << 20;  // that we take
constexpr size_t kFirstPlaces = 256;
constexpr size_t kMostEnds = 16;

enum Type : uint8_t {
  kData = 0,
  kHeaders = 1,
  kReset = 3,
  kSettings = 4,
  kPing = 6,
  kGoAway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
};
constexpr uint8_t kEndStream = 1, kAck = 1, kEndHeaders = 4, kPadded = 8, kPriority = 0x20;

void PutNumber(std::string* to, uint64_t number, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) to->push_back(static_cast<char>(number >> (8 * i)));
}

uint32_t GetNumber(const char* from, int bytes) {
  uint32_t number = 0;
  for (int i = 0; i < bytes; ++i) number = number << 8 | static_cast<uint8_t>(from[i]);
  return number;
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

// Without padding and priority; nothing when they are longer than the frame.
bool Strip(uint8_t flags, bool may_have_priority, std::string_view* payload) {
  size_t pad = 0;
  if ((flags & kPadded) != 0) {
    if (payload->empty()) return false;
    pad = static_cast<uint8_t>(payload->front());
    payload->remove_prefix(1);
  }
  size_t skip = may_have_priority && (flags & kPriority) != 0 ? 5 : 0;
  if (payload->size() < pad + skip) return false;
  payload->remove_prefix(skip);
  payload->remove_suffix(pad);
  return true;
}

}  // namespace

Result<std::unique_ptr<LeanChannel>> LeanChannel::Connect(const std::string& host, int port) {
  ASSIGN_OR_RETURN(int fd, Dial(host, port));
  std::unique_ptr<LeanChannel> channel(
      new LeanChannel(fd, host + ":" + std::to_string(port)));
  channel->Greet();
  RETURN_IF_ERROR(channel->Authenticate());
  return channel;
}

LeanChannel::LeanChannel(int fd, std::string authority)
    : fd_(fd), authority_(std::move(authority)), channel_id_(Rng::Real().Uuid()),
      decoder_({}), ends_(1), streams_(kFirstPlaces) {}

LeanChannel::~LeanChannel() { close(fd_); }

void LeanChannel::Greet() {
  out_ = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  std::string settings;
  PutNumber(&settings, 4, 2);  // INITIAL_WINDOW_SIZE
  PutNumber(&settings, kWindow, 4);
  PutNumber(&settings, 5, 2);  // MAX_FRAME_SIZE
  PutNumber(&settings, kLargestFrame, 4);
  AppendFrame(kSettings, 0, 0, settings);
  std::string more;
  PutNumber(&more, kWindow - 65535, 4);
  AppendFrame(kWindowUpdate, 0, 0, more);
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
  RETURN_IF_ERROR(Drive([&] { return over || stream.body.size() > kMessageHead; }));
  if (over) return ended;
  authenticated_ = true;
  stream.done = [](Result<std::string>) {};
  return OkStatus();
}

LeanChannel::Stream* LeanChannel::Find(uint32_t id) {
  Stream* stream = streams_[(id >> 1) & (streams_.size() - 1)].get();
  return stream != nullptr && stream->id == id ? stream : nullptr;
}

LeanChannel::Stream& LeanChannel::Place(uint32_t id) {
  while (true) {
    std::unique_ptr<Stream>& place = streams_[(id >> 1) & (streams_.size() - 1)];
    if (place == nullptr) place = std::make_unique<Stream>();
    if (place->id == 0) return *place;
    std::vector<std::unique_ptr<Stream>> larger(streams_.size() * 2);
    for (auto& stream : streams_) {
      if (stream == nullptr || stream->id == 0) continue;
      size_t at = (stream->id >> 1) & (larger.size() - 1);
      larger[at] = std::move(stream);
    }
    streams_ = std::move(larger);
  }
}

void LeanChannel::AppendFrame(uint8_t type, uint8_t flags, uint32_t stream,
                              std::string_view payload) {
  PutNumber(&out_, payload.size(), 3);
  out_.push_back(static_cast<char>(type));
  out_.push_back(static_cast<char>(flags));
  PutNumber(&out_, stream, 4);
  out_.append(payload);
}

std::string_view LeanChannel::RequestBlock(const std::string& method) {
  const rpc::HeaderField fields[] = {{":method", "POST"},     {":scheme", "http"},
                                     {":path", method},       {":authority", authority_},
                                     {"content-type", "application/grpc"},
                                     {"te", "trailers"},      {"channel-id", channel_id_}};
  return encoder_.Encode(std::span(fields).first(authenticated_ ? 7 : 6));
}

LeanChannel::Stream& LeanChannel::Open(const std::string& method, std::string_view message,
                                       bool keep_open, Done done) {
  Stream& stream = Place(next_id_);
  stream.id = next_id_;
  next_id_ += 2;
  stream.keep_open = keep_open;
  stream.end_on_answer = false;
  stream.skip = false;
  stream.window = first_window_;
  stream.body.clear();
  stream.unsent.clear();
  stream.done = std::move(done);
  AppendFrame(kHeaders, kEndHeaders, stream.id, RequestBlock(method));
  stream.unsent.push_back('\0');
  PutNumber(&stream.unsent, message.size(), 4);
  stream.unsent.append(message);
  SendBody(stream);
  return stream;
}

void LeanChannel::SendBody(Stream& stream) {
  while (!stream.unsent.empty()) {
    int64_t most = std::min({window_, stream.window, static_cast<int64_t>(largest_frame_)});
    if (most <= 0) {
      waiting_.push_back(stream.id);
      return;
    }
    size_t size = std::min(stream.unsent.size(), static_cast<size_t>(most));
    bool last = size == stream.unsent.size() && !stream.keep_open;
    AppendFrame(kData, last ? kEndStream : 0, stream.id,
                std::string_view(stream.unsent).substr(0, size));
    window_ -= static_cast<int64_t>(size);
    stream.window -= static_cast<int64_t>(size);
    stream.unsent.erase(0, size);
  }
}

void LeanChannel::SendWaiting() {
  std::deque<uint32_t> waiting;
  waiting.swap(waiting_);
  for (uint32_t id : waiting) {
    if (Stream* stream = Find(id)) SendBody(*stream);
  }
}

void LeanChannel::Call(const std::string& method, std::string_view message, Done done) {
  Open(method, message, false, std::move(done));
}

void LeanChannel::Read(const std::string& method, std::string_view message, Done done) {
  Open(method, message, true, std::move(done)).end_on_answer = true;
}

void LeanChannel::Skip(const std::string& method, std::string_view message, Done done) {
  Open(method, message, false, std::move(done)).skip = true;
}

Status LeanChannel::Flush() {
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
  static thread_local char buffer[1 << 20];
  ssize_t got = recv(fd_, buffer, sizeof(buffer), 0);
  if (got < 0) return errno == EINTR ? OkStatus() : FromErrno(errno, "recv");
  if (got == 0) return Unavailable("the server closed the connection");
  size_t used = 0;
  if (in_.empty()) {
    RETURN_IF_ERROR(TakeFrames(buffer, static_cast<size_t>(got), &used));
    in_.assign(buffer + used, static_cast<size_t>(got) - used);
    return OkStatus();
  }
  in_.append(buffer, static_cast<size_t>(got));
  RETURN_IF_ERROR(TakeFrames(in_.data(), in_.size(), &used));
  in_.erase(0, used);
  return OkStatus();
}

Status LeanChannel::TakeFrames(const char* data, size_t size, size_t* used) {
  while (size - *used >= kFrameHead) {
    const char* head = data + *used;
    uint32_t length = GetNumber(head, 3);
    if (length > kLargestFrame) return DataLoss("a frame larger than was agreed on");
    if (size - *used < kFrameHead + length) break;
    Frame frame;
    frame.type = static_cast<uint8_t>(head[3]);
    frame.flags = static_cast<uint8_t>(head[4]);
    frame.stream = GetNumber(head + 5, 4) & 0x7fffffff;
    frame.payload = std::string_view(head + kFrameHead, length);
    RETURN_IF_ERROR(OnFrame(frame));
    *used += kFrameHead + length;
  }
  return OkStatus();
}

Status LeanChannel::OnFrame(const Frame& frame) {
  switch (frame.type) {
    case kData:
      OnData(frame);
      break;
    case kHeaders:
    case kContinuation:
      return OnHeaders(frame);
    case kReset:
      if (Stream* stream = Find(frame.stream)) Finish(*stream, CallEnd());
      break;
    case kSettings:
      OnSettings(frame);
      break;
    case kPing:
      if ((frame.flags & kAck) == 0) AppendFrame(kPing, kAck, 0, frame.payload);
      break;
    case kGoAway:
      return Unavailable("the server said goodbye");
    case kWindowUpdate:
      OnWindowUpdate(frame);
      break;
    default:
      break;
  }
  return OkStatus();
}

void LeanChannel::OnData(const Frame& frame) {
  // The windows of streams are a GiB and never renewed: no answer is that long.
  taken_ += static_cast<int64_t>(frame.payload.size());
  if (taken_ > kWindow / 4) {
    std::string more;
    PutNumber(&more, static_cast<uint64_t>(taken_), 4);
    AppendFrame(kWindowUpdate, 0, 0, more);
    taken_ = 0;
  }
  Stream* stream = Find(frame.stream);
  if (stream == nullptr) return;
  std::string_view payload = frame.payload;
  if (Strip(frame.flags, false, &payload)) {
    if (stream->skip) skipped_ += static_cast<int64_t>(payload.size());
    else stream->body.append(payload);
  }
  if (stream->end_on_answer) {
    stream->end_on_answer = false;
    AppendFrame(kData, kEndStream, stream->id, "");
  }
  if ((frame.flags & kEndStream) != 0) Finish(*stream, CallEnd());
}

Status LeanChannel::OnHeaders(const Frame& frame) {
  std::string_view payload = frame.payload;
  bool first = frame.type == kHeaders;
  if (first && !Strip(frame.flags, true, &payload)) return DataLoss("headers with wrong padding");
  if (first) {
    block_.clear();
    block_flags_ = frame.flags;
  }
  block_.append(payload);
  if ((frame.flags & kEndHeaders) == 0) return OkStatus();
  return OnHeaderBlock(frame.stream, (block_flags_ & kEndStream) != 0);
}

Status LeanChannel::OnHeaderBlock(uint32_t id, bool end) {
  headers_.Clear();
  if (decoder_.Decode(block_, &headers_) != rpc::Http2Error::kNone) {
    return DataLoss("headers that cannot be decoded");
  }
  if (!end) return OkStatus();
  if (Stream* stream = Find(id)) Finish(*stream, EndOfHeaders());
  return OkStatus();
}

const LeanChannel::CallEnd& LeanChannel::EndOfHeaders() {
  const uint64_t identity = headers_.identity();
  if (identity != 0) {
    for (const auto& [known, end] : ends_) {
      if (known == identity) return end;
    }
  }
  if (identity != 0 && ends_.size() < kMostEnds) ends_.emplace_back();
  // The first place is for ends that are told of once.
  auto& [known, end] = identity == 0 ? ends_.front() : ends_.back();
  known = identity;
  end.message = headers_.Find("grpc-message");
  std::string status(headers_.Find("grpc-status"));
  end.grpc_status = status.empty() ? -1 : atoi(status.c_str());
  return end;
}

void LeanChannel::OnSettings(const Frame& frame) {
  if ((frame.flags & kAck) != 0) return;
  for (size_t at = 0; at + 6 <= frame.payload.size(); at += 6) {
    uint32_t id = GetNumber(frame.payload.data() + at, 2);
    uint32_t value = GetNumber(frame.payload.data() + at + 2, 4);
    if (id == 1) encoder_.SetTableSize(value);
    if (id == 4) {
      for (auto& stream : streams_) {
        if (stream != nullptr) stream->window += static_cast<int64_t>(value) - first_window_;
      }
      first_window_ = value;
    }
    if (id == 5) largest_frame_ = std::min(value, kLargestFrame);
  }
  AppendFrame(kSettings, kAck, 0, "");
  SendWaiting();
}

void LeanChannel::OnWindowUpdate(const Frame& frame) {
  if (frame.payload.size() != 4) return;
  int64_t more = GetNumber(frame.payload.data(), 4) & 0x7fffffff;
  if (frame.stream == 0) {
    window_ += more;
  } else if (Stream* stream = Find(frame.stream)) {
    stream->window += more;
  }
  if (!waiting_.empty()) SendWaiting();
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

void LeanChannel::Finish(Stream& stream, const CallEnd& end) {
  stream.id = 0;  // another call may have its place from now on
  Done done = std::move(stream.done);
  if (end.grpc_status == 0) return done(std::move(stream.body));
  if (end.grpc_status < 0) return done(Unavailable("the stream was reset"));
  done(Status(static_cast<StatusCode>(end.grpc_status), end.message));
}

Result<std::string> FirstMessage(const std::string& body) {
  if (body.size() < kMessageHead) return DataLoss("an answer without a message");
  return body.substr(kMessageHead);
}

}  // namespace alluxio::bench
