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
#include "master/service/reused_message.h"
#include "master/service/service_parts.h"
#include "master/state/op_context.h"
#include "rpc/service.h"
#include "wire/proto_writer.h"

namespace alluxio::master {

// Inline: tries on the transport thread first. Blocking: straight to the executor.
enum class RunKind : uint8_t { kInline, kBlocking };

// What a method needs of this master.
enum class Needs {
  kNothing,
  kReporting,  // that it serves or is a standby, which workers report to
  kServing,
};

struct MethodSpec {
  std::string path;             // "/alluxio.grpc.file.FileSystem.../GetStatus"
  RunKind run = RunKind::kInline;
  std::string audit_command;    // "" = not audited
  bool needs_authentication = true;
  Needs needs = Needs::kServing;  // UNAVAILABLE without
};

OpContextOptions ContextFor(const ServiceParts& parts, const rpc::Call& call, bool may_block);
// UNAVAILABLE unless the gate is open.
Status CheckServing(const ServiceParts& parts);
Status Admit(const ServiceParts& parts, Needs needs);
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
  if constexpr (requires { request.options().replicationmax(); request.options().has_owner(); }) {
    const auto& options = request.options();
    subject.command = options.has_owner()   ? "chown"
                      : options.has_group() ? "chgrp"
                      : options.has_mode()  ? "chmod"
                                            : "";
  }
  return subject;
}

// A response is a message, or what a ProtoWriter holds.
inline Bytes BytesOf(const google::protobuf::MessageLite& message) {
  return rpc::MethodTable::SerializeMessage(message);
}
inline Bytes BytesOf(const wire::ProtoWriter& written) { return written.Copy(); }

template <typename Request, typename Response>
using Method = Status (*)(const ServiceParts&, OpContext&, const Request&, Response*);

// One call on its way; kept alive by whoever works on it.
template <typename Request, typename Response>
class UnaryRun : public std::enable_shared_from_this<UnaryRun<Request, Response>> {
 public:
  UnaryRun(const ServiceParts& parts, const MethodRecord& record,
           Method<Request, Response> method, Needs needs, rpc::CallPtr call, Bytes request,
           Callback<void(Status, Bytes)> reply)
      : parts_(parts),
        record_(record),
        method_(method),
        needs_(needs),
        call_(std::move(call)),
        request_(std::move(request)),
        reply_(std::move(reply)),
        start_(parts.clock->Monotonic()) {}

  void Start(RunKind kind) {
    if (kind == RunKind::kInline ? Attempt(false) : !FindLane()) return;
    Status accepted = RunBlocking(parts_, lane_path_, [self = this->shared_from_this()] {
      if (self->call_->cancelled()) return self->Answer(0, Cancelled("the caller went away"));
      // It may have waited for long.
      Status admitted = Admit(self->parts_, self->needs_);
      if (!admitted.ok()) return self->Answer(0, std::move(admitted));
      self->Attempt(true);
    });
    if (!accepted.ok()) Answer(0, accepted);
  }

 private:
  // Whose mount the call is about; a request that does not parse is answered, and false returned.
  bool FindLane() {
    ReusedMessage<Request> request;
    Status parsed = rpc::MethodTable::ParseMessage(request_, call_->method(), request.get());
    if (!parsed.ok()) {
      Answer(0, std::move(parsed));
      return false;
    }
    lane_path_ = SubjectOf(*request).source;
    return true;
  }

  // Where a walk reads the disk: true on a thread that may not, else it is done with afterwards.
  bool MustLeave(const Request& request, bool may_block) {
    MethodSubject subject = SubjectOf(request);
    for (const std::string& path : {subject.source, subject.destination}) {
      if (path.empty() || !parts_.reads_disk(path)) continue;
      lane_path_ = subject.source;
      if (!may_block) return true;
      parts_.warm(path);
    }
    return false;
  }

  // False when the method has to run again on a thread that may block.
  bool Attempt(bool may_block) {
    journal::Position position = 0;
    Status status;
    {
      ReusedMessage<Request> request;
      ReusedMessage<Response> response;
      status = rpc::MethodTable::ParseMessage(request_, call_->method(), request.get());
      request.KeepIfSmall(request_.size());
      if (status.ok()) {
        if (parts_.reads_disk && MustLeave(*request, may_block)) return false;
        OpContextOptions options = ContextFor(parts_, *call_, may_block);
        options.operation_id = OperationIdOf(*request);
        OpContext context(std::move(options));
        status = method_(parts_, context, *request, response.get());
        if (!may_block && IsWouldBlock(status)) {
          lane_path_ = SubjectOf(*request).source;
          return false;
        }
        if (record_.audits()) {
          record_.Audit(*call_, SubjectOf(*request), status,
                        parts_.clock->Monotonic() - start_);
        }
        position = context.position();
      }
      if (status.ok()) {
        response_ = BytesOf(*response);
        response.KeepIfSmall(response_.size());
      }
    }
    Answer(position, std::move(status));
    return true;
  }

  // An error waits too: it may tell of an edit that is not durable yet.
  void Answer(journal::Position position, Status status) {
    status_ = std::move(status);
    WhenDurable(parts_, position, [self = this->shared_from_this()](Status durable) {
      self->Leave(durable.ok() ? ForClient(std::move(self->status_)) : std::move(durable));
    });
  }

  void Leave(Status outcome) {
    record_.Finished(parts_.clock->Monotonic() - start_, outcome);
    Bytes response = outcome.ok() ? std::move(response_) : Bytes();
    reply_(std::move(outcome), std::move(response));
  }

  const ServiceParts& parts_;
  const MethodRecord& record_;
  const Method<Request, Response> method_;
  const Needs needs_;
  const rpc::CallPtr call_;
  const Bytes request_;
  Callback<void(Status, Bytes)> reply_;
  const Duration start_;
  std::string lane_path_;  // set before the call goes to a thread that may block
  // What the method returned, until it may leave.
  Status status_;
  Bytes response_;
};

template <typename Request, typename Response>
void AddMethod(const ServiceParts& parts, rpc::MethodTable* table, const MethodSpec& spec,
               Method<Request, Response> method) {
  rpc::MethodOptions options;
  options.needs_authentication = spec.needs_authentication;
  auto record = std::make_shared<const MethodRecord>(spec.path, spec.audit_command, parts.audit);
  table->AddUnary(
      spec.path, options,
      [&parts, needs = spec.needs, kind = spec.run, method, record](
          rpc::CallPtr call, Bytes request, Callback<void(Status, Bytes)> reply) {
        if (Status admitted = Admit(parts, needs); !admitted.ok()) {
          return reply(std::move(admitted), Bytes());
        }
        std::make_shared<UnaryRun<Request, Response>>(parts, *record, method, needs,
                                                      std::move(call), std::move(request),
                                                      std::move(reply))
            ->Start(kind);
      });
}

// A method that is part of the contract but not there yet: FAILED_PRECONDITION with `text`, which
// clients do not retry.
void AddMissing(rpc::MethodTable* table, const std::string& path, const std::string& text);

}  // namespace alluxio::master
