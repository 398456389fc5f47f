// ClientWire: what a transport offers to a channel: one connection to a server, with its sessions,
// calls, streams and timers. Thread-safe; callbacks run on threads of the transport, never inside
// the call that registers them.
#pragma once

#include <memory>
#include <string>

#include "auth/plain.h"
#include "base/bytes.h"
#include "base/callback.h"
#include "base/duration.h"
#include "base/result.h"
#include "rpc/channel.h"

namespace alluxio::rpc {

// One authentication of this process at a server: an id, and the stream that keeps it valid.
class WireSession {
 public:
  virtual ~WireSession() = default;
  // Begins the handshake; `ready` runs once, with its outcome.
  virtual void Start(const auth::PlainCredentials& credentials, Duration timeout,
                     Callback<void(Status)> ready) = 0;
  // Ends the session at the server too.
  virtual void Close() = 0;
  // False before the handshake is over and after the stream has ended.
  virtual bool open() = 0;
  virtual const std::string& id() const = 0;
};
using WireSessionPtr = std::shared_ptr<WireSession>;

// Fires at its time unless it was destroyed before.
class WireTimer {
 public:
  virtual ~WireTimer() = default;
};

class ClientWire {
 public:
  virtual ~ClientWire() = default;
  virtual WireSessionPtr NewSession() = 0;
  // `channel_id` may be empty. `deadline` is of the monotonic clock.
  virtual void Call(const std::string& method, const Bytes& request,
                    const std::string& channel_id, Duration deadline,
                    Callback<void(Result<Bytes>)> done) = 0;
  // `ended` runs once, when the call is over.
  virtual std::unique_ptr<ClientStream> Open(const std::string& method,
                                             const std::string& channel_id,
                                             Callback<void(const Status&)> ended) = 0;
  virtual std::unique_ptr<WireTimer> At(Duration deadline, Callback<void()> fire) = 0;
};

// FAILED_PRECONDITION naming the file when there is no TLS as it is wanted.
Result<std::unique_ptr<ClientWire>> ConnectGrpc(const ChannelOptions& options);
// Likewise, and RESOURCE_EXHAUSTED when the system has no descriptors for it.
Result<std::unique_ptr<ClientWire>> ConnectLean(const ChannelOptions& options);
// Every call on it fails with `why`.
std::unique_ptr<ClientWire> BrokenWire(const Status& why);

// The message that begins a handshake.
std::string HandshakeMessage(const auth::PlainCredentials& credentials, const std::string& id);
// Whether the answer to it is SUCCESS, and if not, what to tell. `server` is for messages.
Status HandshakeOutcome(const Bytes& answer, const std::string& server);
// What a handshake that ended with `ended` before its answer means.
Status HandshakeError(const Status& ended, const std::string& server);

}  // namespace alluxio::rpc
