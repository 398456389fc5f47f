#include "rpc/internal/lean/http2_link.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/log.h"

namespace alluxio::rpc {
namespace {

// A connection gives others a turn after so much.
constexpr int kReadsPerTurn = 4;
constexpr size_t kLargeDirect = 64 * 1024;
constexpr size_t kBehindDirect = 4 * 1024;
constexpr size_t kBytesPerTurn = 4 * 1024 * 1024;
constexpr int kVectors = 128;
constexpr size_t kEncryptedAtOnce = 256 * 1024;

}  // namespace

Http2Link::Http2Link(Loop& loop, Socket socket, std::string peer, const LinkOptions& options,
                     LinkOwner& owner)
    : loop_(loop),
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      options_(options),
      owner_(owner),
      session_(options.http2, *this),
      watchdog_([this] { Watchdog(); }) {
  if (options_.tls != nullptr) {
    tls_ = std::make_unique<TlsStream>(options_.tls, options_.tls_host);
  }
}

Status Http2Link::Start() {
  started_ = last_read_ = loop_.now();
  RETURN_IF_ERROR(loop_.Watch(socket_.fd(), this));
  ArmWatchdog();
  OnWork();
  return OkStatus();
}

void Http2Link::OnWork() {
  if (flush_scheduled_ || state_ == State::kClosed) return;
  // The session announces its first output while the link is being built.
  if (weak_from_this().expired()) return;
  flush_scheduled_ = true;
  loop_.FlushSoon(shared_from_this());
}

// What cannot be written now, for whatever reason, is left to the flush.
void Http2Link::OnMuchOutput() {
  if (tls_ != nullptr || write_blocked_ || state_ != State::kOpen) return;
  OutputQueue& output = session_.output();
  std::array<iovec, kVectors> vectors;
  const int filled = output.Fill(vectors.data(), kVectors);
  size_t count = 0;
  int error = 0;
  if (WriteSome(socket_.fd(), vectors.data(), filled, &count, &error) == IoOutcome::kDone) {
    output.Consume(count);
  }
}

void Http2Link::OnGoaway(uint32_t) {
  owner_.OnGoaway();
}

void Http2Link::OnEvents(uint32_t events) {
  if (state_ == State::kClosed) return;
  if ((events & EPOLLOUT) != 0 && write_blocked_) {
    write_blocked_ = false;
    OnWork();
  }
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) peer_closing_ = true;
  if ((events & ~static_cast<uint32_t>(EPOLLOUT)) == 0) return;
  if (state_ == State::kOpen) {
    Read();
  } else if (state_ == State::kLingering) {
    DiscardInput();
  }
}

void Http2Link::Read() {
  read_again_ = false;
  bool more = true;
  for (int i = 0; more && i < kReadsPerTurn; ++i) {
    if (session_.output().size() > options_.max_output) {
      read_paused_ = true;
      return OnWork();
    }
    if (!ReadOnce(&more)) return;
  }
  if (more) {
    read_again_ = true;
    OnWork();
  }
}

// kFailed: the link is closed.
IoOutcome Http2Link::ReadSocket(std::span<char> direct, std::span<char> rest, size_t* count) {
  const std::array<iovec, 2> vectors{{{direct.data(), direct.size()}, {rest.data(), rest.size()}}};
  const int skipped = direct.empty() ? 1 : 0;
  int error = 0;
  const IoOutcome outcome =
      ReadSome(socket_.fd(), vectors.data() + skipped, 2 - skipped, count, &error);
  if (outcome == IoOutcome::kFailed && error != 0) {
    Close(Unavailable("Connection lost: " + std::string(strerror(error))));
  } else if (outcome == IoOutcome::kFailed) {
    const bool strange = tls_ == nullptr && !session_.settings_received();
    Close(Unavailable(strange ? "Connection closed by the peer before it spoke HTTP/2; where it "
                                "speaks TLS, alluxio.network.tls.enabled has to be true here too"
                              : "Connection closed by the peer"));
  } else if (outcome == IoOutcome::kDone) {
    last_read_ = loop_.now();
    ping_sent_ = false;
  }
  return outcome;
}

// False when the link is not open any more.
bool Http2Link::ReadOnce(bool* more) {
  if (tls_ != nullptr) return ReadEncrypted(more);
  std::span<char> direct = session_.DirectRoom();
  std::span<char> scratch = loop_.scratch();
  // What goes to the scratch is copied once more: only the head of the next frame should.
  if (direct.size() >= kLargeDirect) scratch = scratch.first(kBehindDirect);
  size_t count = 0;
  const IoOutcome outcome = ReadSocket(direct, scratch, &count);
  if (outcome == IoOutcome::kFailed) return false;
  // Less than asked for is all there was, unless the end of input is behind it.
  *more = outcome == IoOutcome::kDone &&
          (peer_closing_ || count == direct.size() + scratch.size());
  if (outcome == IoOutcome::kWouldBlock) return true;
  const size_t placed = std::min(count, direct.size());
  return Deliver(placed, std::string_view(scratch.data(), count - placed));
}

bool Http2Link::ReadEncrypted(bool* more) {
  std::span<char> scratch = loop_.scratch();
  size_t count = 0;
  const IoOutcome outcome = ReadSocket({}, scratch, &count);
  if (outcome == IoOutcome::kFailed) return false;
  *more = outcome == IoOutcome::kDone && (peer_closing_ || count == scratch.size());
  if (outcome == IoOutcome::kWouldBlock) return true;
  const bool agreed = tls_->ready();
  tls_->Feed(std::string_view(scratch.data(), count));
  OnWork();  // the handshake may have something to say
  char plain[TlsStream::kRecordBytes];
  while (true) {
    std::span<char> direct = session_.DirectRoom();
    std::span<char> into = direct.size() >= sizeof(plain) ? direct : std::span<char>(plain);
    Result<size_t> got = tls_->Read(into);
    if (!got.ok()) {
      GiveUpTls(got.status());
      return false;
    }
    if (!agreed && tls_->ready()) owner_.OnStreamSlot();
    if (*got == 0) return true;
    const bool placed = into.data() == direct.data();
    if (!Deliver(placed ? *got : 0, std::string_view(plain, placed ? 0 : *got))) return false;
  }
}

// The peer is told why, where TLS has words for it.
void Http2Link::GiveUpTls(const Status& why) {
  if (!tls_->ready() && options_.http2.server) {
    LOG_DEBUG("rpc: TLS handshake failed peer={} why={}", peer_, why.message());
  }
  tls_over_ = true;
  session_.output().Clear();
  if (!options_.http2.server) {
    if (WriteOnce()) Close(why);
    return;
  }
  Drain(why);
}

bool Http2Link::Deliver(size_t placed, std::string_view rest) {
  bool good = placed == 0 || session_.ReceivedDirectly(placed, loop_.now());
  if (good && !rest.empty()) good = session_.Receive(rest, loop_.now());
  if (state_ != State::kOpen) return false;
  if (!good) {
    LOG_DEBUG("rpc: connection ended by a protocol error peer={}", peer_);
    Drain(Unavailable("Connection ended by a protocol error"));
    return false;
  }
  if (session_.AtBoundary()) {
    partial_since_ = Duration::zero();
  } else if (partial_since_ == Duration::zero()) {
    partial_since_ = loop_.now();
    ArmWatchdog();
  }
  return true;
}

void Http2Link::DiscardInput() {
  const iovec vector{loop_.scratch().data(), loop_.scratch().size()};
  for (int i = 0; i < kReadsPerTurn; ++i) {
    size_t count = 0;
    int error = 0;
    const IoOutcome outcome = ReadSome(socket_.fd(), &vector, 1, &count, &error);
    if (outcome == IoOutcome::kWouldBlock) return;
    if (outcome == IoOutcome::kFailed) return Close(why_);
  }
  read_again_ = true;
  OnWork();
}

void Http2Link::FlushOnLoop() {
  flush_scheduled_ = false;
  if (state_ == State::kClosed) return;
  size_t budget = kBytesPerTurn;
  bool progress = true;
  while (progress && state_ != State::kClosed) {
    session_.Pump();
    const size_t before = session_.output().size();
    if (!write_blocked_ && !WriteOnce()) return;
    const size_t sent = before - std::min(before, session_.output().size());
    progress = sent > 0 || session_.has_deferred();
    // The messages that follow those that were just written.
    if (session_.has_deferred()) {
      loop_.LookAtClock();  // once for all calls that are over
      session_.RunDeferred();
    }
    budget -= std::min(budget, sent);
    if (budget == 0) {
      OnWork();
      break;
    }
  }
  if (state_ != State::kClosed) AfterFlush();
}

// False when the link is closed.
bool Http2Link::WriteOnce() {
  if (tls_ == nullptr) return WriteQueue(session_.output());
  while (!write_blocked_) {
    const bool moved = Encrypt();
    if (state_ == State::kClosed) return false;
    if (tls_->output().empty() && !moved) break;
    if (!WriteQueue(tls_->output())) return false;
  }
  return true;
}

// Moves up to a round of the session's output through TLS. False when nothing could be moved.
bool Http2Link::Encrypt() {
  OutputQueue& output = session_.output();
  bool moved = false;
  while (tls_->ready() && !tls_over_ && !output.empty() &&
         tls_->output().size() < kEncryptedAtOnce) {
    char record[TlsStream::kRecordBytes];
    std::array<iovec, kVectors> vectors;
    const int filled = output.Fill(vectors.data(), kVectors);
    size_t size = 0;
    for (int i = 0; i < filled && size < sizeof(record); ++i) {
      const size_t part = std::min(vectors[static_cast<size_t>(i)].iov_len,
                                   sizeof(record) - size);
      memcpy(record + size, vectors[static_cast<size_t>(i)].iov_base, part);
      size += part;
    }
    if (Status status = tls_->Write(std::string_view(record, size)); !status.ok()) {
      Close(status);
      return false;
    }
    output.Consume(size);
    moved = true;
  }
  return moved;
}

bool Http2Link::WriteQueue(OutputQueue& output) {
  while (!output.empty()) {
    std::array<iovec, kVectors> vectors;
    const int filled = output.Fill(vectors.data(), kVectors);
    size_t count = 0;
    int error = 0;
    switch (WriteSome(socket_.fd(), vectors.data(), filled, &count, &error)) {
      case IoOutcome::kDone:
        output.Consume(count);
        stalled_since_ = Duration::zero();
        break;
      case IoOutcome::kWouldBlock:
        write_blocked_ = true;
        if (stalled_since_ == Duration::zero()) {
          stalled_since_ = loop_.now();
          ArmWatchdog();
        }
        return true;
      case IoOutcome::kFailed:
        Close(Unavailable("Connection lost: " + std::string(strerror(error))));
        return false;
    }
  }
  return true;
}

void Http2Link::AfterFlush() {
  const bool all_sent =
      session_.output().empty() && (tls_ == nullptr || tls_->output().empty());
  if (state_ == State::kDraining && all_sent) {
    if (tls_ == nullptr || std::exchange(tls_over_, true)) return Linger();
    tls_->End();
    return OnWork();
  }
  const bool room = session_.output().size() <= options_.max_output / 2;
  if (std::exchange(read_again_, false) || (read_paused_ && room)) {
    read_paused_ = false;
    if (state_ == State::kOpen) Read();
    if (state_ == State::kLingering) DiscardInput();
    if (state_ == State::kClosed) return;
  }
  if (close_when_idle_ && state_ == State::kOpen && session_.stream_count() == 0 &&
      (session_.output().empty() || handshaking())) {
    Drain(Unavailable("Connection is closing"));
  }
}

void Http2Link::CloseWhenIdle() {
  close_when_idle_ = true;
  OnWork();
}

void Http2Link::Drain(const Status& why) {
  if (state_ != State::kOpen) return;
  state_ = State::kDraining;
  why_ = why;
  closing_since_ = loop_.now();
  session_.CloseAll(Http2Error::kConnect);
  if (handshaking()) session_.output().Clear();  // there is no way for it
  ArmWatchdog();
  OnWork();
}

// What the peer has not read yet would be lost if the socket were closed with input unread.
void Http2Link::Linger() {
  state_ = State::kLingering;
  closing_since_ = loop_.now();
  ShutdownWrites(socket_.fd());
  ArmWatchdog();
  peer_closing_ = true;
  DiscardInput();
}

void Http2Link::Close(const Status& why) {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  std::shared_ptr<Http2Link> self = shared_from_this();
  watchdog_.Cancel();
  loop_.Unwatch(socket_.fd());
  socket_.Close();
  session_.CloseAll(Http2Error::kConnect);
  session_.output().Clear();
  while (session_.has_deferred()) session_.RunDeferred();
  owner_.OnLinkClosed(why);
  loop_.Retire(std::move(self));
}

Duration Http2Link::NextCheck() const {
  if (state_ != State::kOpen) {
    return closing_since_ + (state_ == State::kLingering ? options_.linger
                                                         : options_.write_timeout);
  }
  Duration next = ping_sent_ ? ping_sent_at_ + options_.keepalive_timeout
                             : last_read_ + options_.keepalive_time;
  if (!session_.settings_received()) next = std::min(next, started_ + options_.handshake_timeout);
  if (partial_since_ != Duration::zero()) {
    next = std::min(next, partial_since_ + options_.frame_timeout);
  }
  if (stalled_since_ != Duration::zero()) {
    next = std::min(next, stalled_since_ + options_.write_timeout);
  }
  return next;
}

void Http2Link::ArmWatchdog() {
  const Duration next = NextCheck();
  if (watchdog_.pending() && watchdog_at_ <= next) return;  // looks again then
  watchdog_at_ = next;
  watchdog_.Set(loop_.timers(), next);
}

void Http2Link::Watchdog() {
  const Duration now = loop_.now();
  if (NextCheck() > now) return ArmWatchdog();
  if (state_ != State::kOpen) return Close(why_);
  const bool handshake = !session_.settings_received() &&
                         started_ + options_.handshake_timeout <= now;
  const bool partial = partial_since_ != Duration::zero() &&
                       partial_since_ + options_.frame_timeout <= now;
  const bool stalled = stalled_since_ != Duration::zero() &&
                       stalled_since_ + options_.write_timeout <= now;
  if (handshake || partial || stalled || ping_sent_) {
    LOG_DEBUG("rpc: connection given up peer={} handshake={} partial={} stalled={} silent={}",
              peer_, handshake, partial, stalled, ping_sent_);
    return Close(Unavailable(ping_sent_ ? "Connection lost: the peer does not answer"
                                        : "Connection lost: the peer is too slow"));
  }
  if (!options_.keepalive_when_idle && session_.stream_count() == 0) {
    last_read_ = now;  // looks again after as long
    return ArmWatchdog();
  }
  ping_sent_ = true;
  ping_sent_at_ = now;
  session_.SendPing();
  ArmWatchdog();
}

}  // namespace alluxio::rpc
