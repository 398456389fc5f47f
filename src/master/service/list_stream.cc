#include "master/service/list_stream.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/mutex.h"
#include "master/ops/fs_operations.h"
#include "master/service/infos_got.h"
#include "master/service/method_runner.h"
#include "proto/grpc/file_system_master.pb.h"
#include "wire/fs_options.h"
#include "wire/proto_writer.h"

namespace alluxio::master {
namespace {

namespace file = ::alluxio::grpc::file;

// What clients take who have not said otherwise.
constexpr size_t kMaxMessageBytes = 4 * 1024 * 1024;
// A batch of a listing has at most 1 MiB and one entry.
constexpr size_t kLargeMessageBytes = kMaxMessageBytes / 2;
// Messages are kept small so that one is on its way, and decoded, while the next is built.
constexpr size_t kMessageEntries = 1000;
// A client that takes nothing for this long is given up.
constexpr Duration kMaxPause = std::chrono::minutes(5);

// Lets one message at a time into the transport.
class Gate {
 public:
  // UNAVAILABLE when the client is gone or takes nothing.
  Status Wait() {
    MutexLock lock(mutex_);
    while (busy_ && alive_) {
      if (!changed_.WaitFor(mutex_, kMaxPause) && busy_) {
        return Unavailable("list status: the client takes no more");
      }
    }
    return alive_ ? OkStatus() : Cancelled("list status: the client went away");
  }
  void Enter() {
    MutexLock lock(mutex_);
    busy_ = true;
  }
  void Left(bool alive) {
    MutexLock lock(mutex_);
    busy_ = false;
    alive_ = alive;
    changed_.NotifyAll();
  }

 private:
  Mutex mutex_{LockRank::kLeaf};
  CondVar changed_;
  bool busy_ GUARDED_BY(mutex_) = false;
  bool alive_ GUARDED_BY(mutex_) = true;
};

// One listing on its way; kept alive by whoever works on it.
class ListRun : public std::enable_shared_from_this<ListRun> {
 public:
  ListRun(const ServiceParts& parts, const MethodRecord& record, rpc::CallPtr call,
          rpc::StreamSinkPtr sink)
      : parts_(parts),
        record_(record),
        call_(std::move(call)),
        sink_(std::move(sink)),
        start_(parts.clock->Monotonic()) {}

  void Start(const file::ListStatusPRequest& request) {
    Result<ListStatusOptions> options = wire::FromProto(request.options());
    path_ = request.path();
    if (!options.ok()) return Finish(options.status());
    options_ = *std::move(options);
    if (RunInline()) return;
    Status accepted =
        RunBlocking(parts_, path_, [self = shared_from_this()] { self->RunLong(); });
    if (!accepted.ok()) Finish(accepted);
  }

 private:
  // False when it takes more than one message or would have to block.
  bool RunInline() {
    OpContext context(ContextFor(parts_, *call_, false));
    wire::ProtoWriter message;
    size_t entries = 0;
    Status status = parts_.operations->WriteListing(
        context, path_, options_, &message, [&](size_t more) -> Status {
          entries += more;
          const bool long_one = entries > parts_.list_batch || message.size() > kMaxMessageBytes;
          return long_one ? WouldBlock() : OkStatus();
        });
    if (IsWouldBlock(status)) return false;
    WhenDurable(parts_, context.position(),
                [self = shared_from_this(), status, entries,
                 bytes = message.Take()](Status durable) mutable {
                  if (!durable.ok()) return self->Finish(durable);
                  InfosGot().Add(static_cast<int64_t>(entries));
                  if (entries > 0) self->sink_->Send({}, std::move(bytes), nullptr);
                  self->Finish(status);
                });
    return true;
  }

  void RunLong() {
    OpContext context(ContextFor(parts_, *call_, true));
    wire::ProtoWriter message;
    size_t entries = 0;
    const size_t limit = std::min(kMessageEntries, parts_.list_batch);
    Status status = parts_.operations->WriteListing(
        context, path_, options_, &message, [&](size_t more) -> Status {
          if (call_->cancelled()) return Cancelled("list status: the client went away");
          entries += more;
          if (entries < limit && message.size() < kLargeMessageBytes) return OkStatus();
          return Send(context, std::exchange(entries, 0), &message);
        });
    if (entries > 0) {
      Status sent = Send(context, entries, &message);
      if (status.ok()) status = sent;
    }
    // Also what is not there, or why nothing is shown, may come of an edit.
    Status durable = WaitFor(context);
    Finish(durable.ok() ? status : durable);
  }

  Status WaitFor(const OpContext& context) {
    return context.position() == 0 ? OkStatus() : parts_.journal->WaitDurable(context.position());
  }

  Status Send(OpContext& context, size_t entries, wire::ProtoWriter* message) {
    RETURN_IF_ERROR(WaitFor(context));
    RETURN_IF_ERROR(gate_.Wait());
    gate_.Enter();
    InfosGot().Add(static_cast<int64_t>(entries));
    sink_->Send({}, message->Take(),
                [self = shared_from_this()](bool alive) { self->gate_.Left(alive); });
    return OkStatus();
  }

  void Finish(const Status& outcome) {
    Status status = ForClient(outcome);
    Duration took = parts_.clock->Monotonic() - start_;
    record_.Audit(*call_, MethodSubject{path_, "", ""}, status, took);
    record_.Finished(took, status);
    sink_->Finish(status);
  }

  const ServiceParts& parts_;
  const MethodRecord& record_;
  const rpc::CallPtr call_;
  const rpc::StreamSinkPtr sink_;
  const Duration start_;
  std::string path_;
  ListStatusOptions options_;
  Gate gate_;
};

}  // namespace

void AddListStatus(const ServiceParts& parts, rpc::MethodTable* table, const std::string& path) {
  auto record = std::make_shared<const MethodRecord>(path, "listStatus", parts.audit);
  table->ServerStream<file::ListStatusPRequest>(
      path, {},
      [&parts, record](rpc::CallPtr call, const file::ListStatusPRequest& request,
                       rpc::StreamSinkPtr sink) {
        if (Status serving = CheckServing(parts); !serving.ok()) return sink->Finish(serving);
        std::make_shared<ListRun>(parts, *record, std::move(call), std::move(sink))
            ->Start(request);
      });
}

}  // namespace alluxio::master
