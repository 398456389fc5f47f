#include "master/service/list_stream.h"

#include <algorithm>
#include <memory>

#include "base/mutex.h"
#include "master/ops/fs_operations.h"
#include "master/service/infos_got.h"
#include "master/service/method_runner.h"
#include "proto/grpc/file_system_master.pb.h"
#include "wire/file_info.h"
#include "wire/fs_options.h"

namespace alluxio::master {
namespace {

namespace file = ::alluxio::grpc::file;

constexpr size_t kMaxMessageBytes = 4 * 1024 * 1024;
// What is answered on the transport's thread; a longer listing starts again on an executor, so
// this is also the most that is built twice.
constexpr size_t kInlineEntries = 500;
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
    auto message = std::make_shared<file::ListStatusPResponse>();
    size_t bytes = 0;
    Status status = parts_.operations->ListStatus(
        context, path_, options_, [&](std::vector<FileInfo> batch) -> Status {
          for (const FileInfo& info : batch) {
            file::FileInfo* out = message->add_fileinfos();
            wire::ToProto(info, out);
            bytes += out->ByteSizeLong();
            size_t limit = std::min(kInlineEntries, parts_.list_batch);
            bool full = static_cast<size_t>(message->fileinfos_size()) > limit ||
                        bytes > kMaxMessageBytes;
            if (full) return WouldBlock();
          }
          return OkStatus();
        });
    if (IsWouldBlock(status)) return false;
    WhenDurable(parts_, context.position(),
                [self = shared_from_this(), status, message](Status durable) {
                  if (!durable.ok()) return self->Finish(durable);
                  InfosGot().Add(message->fileinfos_size());
                  if (message->fileinfos_size() > 0) rpc::SendMessage(*self->sink_, *message);
                  self->Finish(status);
                });
    return true;
  }

  void RunLong() {
    OpContext context(ContextFor(parts_, *call_, true));
    file::ListStatusPResponse message;
    size_t bytes = 0;
    Status status = parts_.operations->ListStatus(
        context, path_, options_, [&](std::vector<FileInfo> batch) -> Status {
          if (call_->cancelled()) return Cancelled("list status: the client went away");
          for (const FileInfo& info : batch) {
            file::FileInfo* out = message.add_fileinfos();
            wire::ToProto(info, out);
            bytes += out->ByteSizeLong();
            size_t limit = std::min(kMessageEntries, parts_.list_batch);
            bool full = static_cast<size_t>(message.fileinfos_size()) >= limit ||
                        bytes > kMaxMessageBytes;
            if (!full) continue;
            RETURN_IF_ERROR(Send(context, &message));
            bytes = 0;
          }
          return OkStatus();
        });
    if (message.fileinfos_size() > 0) {
      Status sent = Send(context, &message);
      if (status.ok()) status = sent;
    }
    Finish(status);
  }

  Status Send(OpContext& context, file::ListStatusPResponse* message) {
    if (context.position() != 0) {
      RETURN_IF_ERROR(parts_.journal->WaitDurable(context.position()));
    }
    RETURN_IF_ERROR(gate_.Wait());
    gate_.Enter();
    InfosGot().Add(message->fileinfos_size());
    rpc::SendMessage(*sink_, *message,
                     [self = shared_from_this()](bool alive) { self->gate_.Left(alive); });
    message->Clear();
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
