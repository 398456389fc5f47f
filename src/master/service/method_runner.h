// MethodRunner: how every unary method of the master runs.
//
//   transport thread: method(context that may not block) -> done, or WouldBlock()
//   blocking lane of the mount: method(context that may block)
//   reply: when everything the method edited or saw is durable
//
// Methods are plain functions: they fill a response or return why not. Methods marked kBlocking
// skip the inline attempt. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/callback.h"
#include "env/clock.h"
#include "journal/journal.h"
#include "master/service/method_record.h"
#include "master/service/service_parts.h"
#include "master/state/op_context.h"
#include "rpc/service.h"

namespace alluxio::master {

// Inline: tries on the transport thread first. Blocking: straight to the executor.
enum class RunKind : uint8_t { kInline, kBlocking };

struct MethodSpec {
  std::string path;             // "/alluxio.grpc.file.FileSystem.../GetStatus"
  RunKind run = RunKind::kInline;
  std::string audit_command;    // "" = not audited
  bool needs_authentication = true;
  bool needs_serving = true;    // UNAVAILABLE unless this master serves
};

OpContextOptions ContextFor(const ServiceParts& parts, const rpc::Call& call, bool may_block);
// UNAVAILABLE unless the gate is open.
Status CheckServing(const ServiceParts& parts);
// Runs `work` on a thread that may block, in the lane of the mount that `path` is in, so that calls
// which wait for one under store leave threads for all others. RESOURCE_EXHAUSTED when too many
// wait already. `path` may be anything; what is no path has a lane of its own.
Status RunBlocking(const ServiceParts& parts, const std::string& path, Callback<void()> work);
// An under store that cannot be reached is no reason for a client to try this master again for
// minutes, which UNAVAILABLE would make it do: it becomes UNKNOWN, with the same text.
Status ForClient(Status status);
// Runs `done` with OK when `position` is durable, or with why it never will be.
void WhenDurable(const ServiceParts& parts, journal::Position position,
                 Callback<void(Status)> done);

// The client's id of an operation, where the message has one.
template <typename Request>
std::optional<OperationId> OperationIdOf(const Request& request) {
  if constexpr (requires { request.options().commonoptions().operationid(); }) {
    if (!request.options().commonoptions().has_operationid()) return std::nullopt;
    const auto& id = request.options().commonoptions().operationid();
    return OperationId{id.mostsignificantbits(), id.leastsignificantbits()};
  } else {
    return std::nullopt;
  }
}

// What the audit log shows as the object of a call.
template <typename Request>
MethodSubject SubjectOf(const Request& request) {
  MethodSubject subject;
  if constexpr (requires { request.path(); }) subject.source = request.path();
  if constexpr (requires { request.alluxiopath(); }) subject.source = request.alluxiopath();
  if constexpr (requires { request.dstpath(); }) subject.destination = request.dstpath();
  return subject;
}

template <typename Request, typename Response>
using Method = Status (*)(const ServiceParts&, OpContext&, const Request&, Response*);

// One call on its way; kept alive by whoever works on it.
template <typename Request, typename Response>
class UnaryRun : public std::enable_shared_from_this<UnaryRun<Request, Response>> {
 public:
  UnaryRun(const ServiceParts& parts, const MethodRecord& record,
           Method<Request, Response> method, rpc::CallPtr call, rpc::Reply<Response> reply)
      : parts_(parts),
        record_(record),
        method_(method),
        call_(std::move(call)),
        reply_(std::move(reply)),
        start_(parts.clock->Monotonic()) {}

  void Start(RunKind kind, const Request& request) {
    if (kind == RunKind::kInline && Attempt(request, false)) return;
    request_ = request;
    Status accepted =
        RunBlocking(parts_, SubjectOf(request).source, [self = this->shared_from_this()] {
          if (self->call_->cancelled()) {
            return self->Answer(0, Cancelled("the caller went away"), Response());
          }
          self->Attempt(self->request_, true);
        });
    if (!accepted.ok()) Answer(0, accepted, Response());
  }

 private:
  // False when the method has to run again on a thread that may block.
  bool Attempt(const Request& request, bool may_block) {
    OpContextOptions options = ContextFor(parts_, *call_, may_block);
    options.operation_id = OperationIdOf(request);
    OpContext context(std::move(options));
    Response response;
    Status status = method_(parts_, context, request, &response);
    if (!may_block && IsWouldBlock(status)) return false;
    record_.Audit(*call_, SubjectOf(request), status);
    Answer(context.position(), std::move(status), std::move(response));
    return true;
  }

  // An error waits too: it may tell of an edit that is not durable yet.
  void Answer(journal::Position position, Status status, Response response) {
    WhenDurable(parts_, position,
                [self = this->shared_from_this(), status = std::move(status),
                 response = std::move(response)](Status durable) mutable {
                  Status outcome = durable.ok() ? ForClient(status) : durable;
                  self->record_.Finished(self->parts_.clock->Monotonic() - self->start_, outcome);
                  if (!outcome.ok()) return self->reply_(outcome);
                  self->reply_(std::move(response));
                });
  }

  const ServiceParts& parts_;
  const MethodRecord& record_;
  const Method<Request, Response> method_;
  const rpc::CallPtr call_;
  rpc::Reply<Response> reply_;
  const Duration start_;
  Request request_;  // a copy, for the blocking run
};

template <typename Request, typename Response>
void AddMethod(const ServiceParts& parts, rpc::MethodTable* table, const MethodSpec& spec,
               Method<Request, Response> method) {
  rpc::MethodOptions options;
  options.needs_authentication = spec.needs_authentication;
  auto record = std::make_shared<const MethodRecord>(spec.path, spec.audit_command, parts.audit);
  table->Unary<Request, Response>(
      spec.path, options,
      [&parts, spec, method, record](rpc::CallPtr call, const Request& request,
                                     rpc::Reply<Response> reply) {
        if (spec.needs_serving) {
          if (Status serving = CheckServing(parts); !serving.ok()) return reply(serving);
        }
        auto run = std::make_shared<UnaryRun<Request, Response>>(parts, *record, method,
                                                                 std::move(call), std::move(reply));
        run->Start(spec.run, request);
      });
}

// A method that is part of the contract but not there yet: FAILED_PRECONDITION with `text`, which
// clients do not retry.
void AddMissing(rpc::MethodTable* table, const std::string& path, const std::string& text);

}  // namespace alluxio::master
