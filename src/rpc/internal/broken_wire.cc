// A wire that could not be made: every call on it says why.
#include <utility>

#include "rpc/internal/client_wire.h"
#include "rpc/internal/late_executor.h"

namespace alluxio::rpc {
namespace {

class BrokenSession final : public WireSession {
 public:
  explicit BrokenSession(Status why) : why_(std::move(why)) {}
  void Start(const auth::PlainCredentials&, Duration, Callback<void(Status)> ready) override {
    RunLater([why = why_, ready = std::move(ready)]() mutable { ready(why); });
  }
  void Close() override {}
  bool open() override { return false; }
  const std::string& id() const override { return id_; }

 private:
  const Status why_;
  const std::string id_;
};

class BrokenStream final : public ClientStream {
 public:
  explicit BrokenStream(Status why) : why_(std::move(why)) {}
  Status Send(std::string, Bytes) override { return why_; }
  Status HalfClose() override { return why_; }
  Result<std::optional<Bytes>> Receive(Duration) override { return why_; }
  void Cancel() override {}

 private:
  const Status why_;
};

class Broken final : public ClientWire {
 public:
  explicit Broken(Status why) : why_(std::move(why)) {}
  WireSessionPtr NewSession() override { return std::make_shared<BrokenSession>(why_); }
  void Call(const std::string&, const Bytes&, const std::string&, Duration,
            Callback<void(Result<Bytes>)> done) override {
    RunLater([why = why_, done = std::move(done)]() mutable { done(why); });
  }
  std::unique_ptr<ClientStream> Open(const std::string&, const std::string&,
                                     Callback<void(const Status&)>) override {
    return std::make_unique<BrokenStream>(why_);
  }
  std::unique_ptr<WireTimer> At(Duration, Callback<void()>) override {
    return std::make_unique<WireTimer>();
  }

 private:
  const Status why_;
};

}  // namespace

std::unique_ptr<ClientWire> BrokenWire(const Status& why) { return std::make_unique<Broken>(why); }

}  // namespace alluxio::rpc
