// Http2Link: an HTTP/2 connection on a socket of a loop: moves bytes between socket and session,
// and watches over time.
//
//   open -> draining (no more input is looked at, output still leaves) -> lingering (the peer shall
//   read what was sent last) -> closed
//
// Reading stops while the peer does not take what it is sent. Belongs to the loop's thread; shared
// by its owner and the loop.
#pragma once

#include <memory>

#include "base/status.h"
#include "rpc/internal/http2/http2_session.h"
#include "rpc/internal/lean/loop.h"
#include "rpc/internal/lean/tls_stream.h"

namespace alluxio::rpc {

class LinkOwner {
 public:
  virtual ~LinkOwner() = default;
  // As in Http2Owner.
  virtual std::shared_ptr<Http2Stream> NewStream(const HeaderBlock& headers) = 0;
  virtual void OnGoaway() = 0;
  virtual void OnStreamSlot() = 0;
  // Once and last; every stream has ended.
  virtual void OnLinkClosed(const Status& why) = 0;
};

struct LinkOptions {
  Http2Options http2;
  // Each ends a connection whose peer takes longer for it.
  Duration handshake_timeout = std::chrono::seconds(20);  // until its SETTINGS
  Duration frame_timeout = std::chrono::seconds(30);      // a frame or block of headers
  Duration write_timeout = std::chrono::minutes(2);       // to take another byte
  Duration keepalive_time = std::chrono::hours(2);        // of silence, then it is pinged
  Duration keepalive_timeout = std::chrono::seconds(30);  // to answer that
  bool keepalive_when_idle = true;                        // also without streams
  Duration linger = std::chrono::milliseconds(200);        // to close its side after ours
  size_t max_output = 4 * 1024 * 1024;                    // then its input has to wait
  std::shared_ptr<const TlsContext> tls;                  // null: nothing is encrypted
  std::string tls_host;                                   // clients: who the server has to be
};

class Http2Link final : public LoopEvents,
                        public LoopFlush,
                        private Http2Owner,
                        public std::enable_shared_from_this<Http2Link> {
 public:
  // `loop` and `owner` outlive the link's last callback. `peer` is for messages.
  Http2Link(Loop& loop, Socket socket, std::string peer, const LinkOptions& options,
            LinkOwner& owner);
  Status Start();

  Http2Session& session() { return session_; }
  Loop& loop() { return loop_; }
  const std::string& peer() const { return peer_; }
  bool open() const { return state_ == State::kOpen; }
  // What is sent leaves at once: TLS, if any, has been agreed on. OnStreamSlot() tells when.
  bool ready() const { return !handshaking(); }
  // Takes no new streams, and closes when the last one has ended.
  void CloseWhenIdle();
  // Ends all streams, sends what is in the output, and closes.
  void Drain(const Status& why);
  void Close(const Status& why);

 private:
  enum class State { kOpen, kDraining, kLingering, kClosed };

  void OnEvents(uint32_t events) override;
  void FlushOnLoop() override;

  std::shared_ptr<Http2Stream> NewStream(const HeaderBlock& headers) override {
    return owner_.NewStream(headers);
  }
  void OnGoaway(uint32_t last) override;
  void OnPong() override {}
  void OnStreamSlot() override { owner_.OnStreamSlot(); }
  void OnWork() override;
  void OnMuchOutput() override;

  void Read();
  bool ReadOnce(bool* more);
  bool ReadEncrypted(bool* more);
  IoOutcome ReadSocket(std::span<char> direct, std::span<char> rest, size_t* count);
  bool Deliver(size_t placed, std::string_view rest);
  void DiscardInput();
  bool WriteOnce();
  bool WriteQueue(OutputQueue& output);
  bool Encrypt();
  void GiveUpTls(const Status& why);
  bool handshaking() const { return tls_ != nullptr && !tls_->ready(); }
  void AfterFlush();
  void Linger();
  void Watchdog();
  Duration NextCheck() const;
  void ArmWatchdog();

  Loop& loop_;
  Socket socket_;
  const std::string peer_;
  const LinkOptions options_;
  LinkOwner& owner_;
  State state_ = State::kOpen;
  Status why_;                      // of closing
  bool flush_scheduled_ = false;
  bool write_blocked_ = false;      // the socket takes no more
  bool read_paused_ = false;        // the output is too long
  bool read_again_ = false;         // there may be more than was read in a turn
  bool peer_closing_ = false;       // the end of input is ahead
  bool close_when_idle_ = false;
  bool ping_sent_ = false;
  std::unique_ptr<TlsStream> tls_;  // null: nothing is encrypted
  bool tls_over_ = false;           // nothing more is encrypted
  Http2Session session_;            // after what its first output needs
  LoopTimer watchdog_;
  Duration watchdog_at_{};
  Duration started_{};
  Duration last_read_{};
  Duration ping_sent_at_{};
  Duration stalled_since_{};        // zero: the socket takes what it is given
  Duration partial_since_{};        // zero: no frame is incomplete
  Duration closing_since_{};
};

}  // namespace alluxio::rpc
