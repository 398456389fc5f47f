#include "master/service/method_runner.h"

#include <string_view>
#include <utility>

#include "auth/user_groups.h"
#include "base/log.h"
#include "env/lane_pool.h"
#include "master/service/audit_log.h"
#include "master/mount/mount_table.h"
#include "master/state/serving_gate.h"
#include "metrics/registry.h"
#include "model/path.h"
#include "ufs/guard/bulkhead.h"

namespace alluxio::master {
namespace {

std::string MetricName(const std::string& path) {
  return "Master." + path.substr(path.rfind('/') + 1);
}

// What 2.9 calls the number of calls of a method.
constexpr std::pair<std::string_view, const char*> kOperations[] = {
    {"CompleteFile", "CompleteFileOps"},   {"CreateDirectory", "CreateDirectoryOps"},
    {"CreateFile", "CreateFileOps"},       {"Free", "FreeFileOps"},
    {"GetNewBlockIdForFile", "GetNewBlockOps"}, {"GetStatus", "GetFileInfoOps"},
    {"ListStatus", "GetFileInfoOps"},      {"ListStatusPartial", "GetFileInfoOps"},
    {"Mount", "MountOps"},                 {"Remove", "DeletePathOps"},
    {"Rename", "RenamePathOps"},           {"SetAcl", "SetAclOps"},
    {"SetAttribute", "SetAttributeOps"},   {"Unmount", "UnmountOps"}};

metrics::Counter* OperationsOf(const std::string& path) {
  std::string_view method = std::string_view(path).substr(path.rfind('/') + 1);
  for (const auto& [name, counter] : kOperations) {
    if (name != method) continue;
    return &metrics::Registry::Process().counter(std::string("Master.") + counter);
  }
  return nullptr;
}

}  // namespace

MethodRecord::MethodRecord(const std::string& path, std::string audit_command,
                           const AuditLog* audit)
    : timer_(metrics::Registry::Process().timer(MetricName(path))),
      failures_(metrics::Registry::Process().counter(MetricName(path) + "Failures")),
      operations_(OperationsOf(path)),
      audit_command_(std::move(audit_command)),
      audit_(audit_command_.empty() ? nullptr : audit) {}

void MethodRecord::Finished(Duration elapsed, const Status& outcome) const {
  timer_.Record(elapsed);
  if (operations_ != nullptr) operations_->Add();
  if (!outcome.ok()) failures_.Add();
}

void MethodRecord::Audit(const rpc::Call& call, const MethodSubject& subject,
                         const Status& outcome, Duration took) const {
  if (audit_ == nullptr) return;
  AuditEvent event;
  event.command = subject.command.empty() ? audit_command_ : subject.command;
  event.source = subject.source;
  event.destination = subject.destination;
  event.succeeded = outcome.ok();
  event.allowed = !outcome.Is(StatusCode::kPermissionDenied);
  event.took = took;
  audit_->Write(call, event);
}

OpContextOptions ContextFor(const ServiceParts& parts, const rpc::Call& call, bool may_block) {
  OpContextOptions options;
  options.user = call.user().name;
  options.groups_of = [groups = parts.groups](const std::string& user) {
    return groups->GroupsOf(user);
  };
  options.clock = parts.clock;
  options.may_block = may_block;
  return options;
}

Status CheckServing(const ServiceParts& parts) { return parts.gate->CheckServing(); }

Status Admit(const ServiceParts& parts, Needs needs) {
  if (needs == Needs::kNothing) return OkStatus();
  bool standby = parts.gate->phase() == ServingGate::Phase::kStandby;
  return needs == Needs::kReporting && standby ? OkStatus() : CheckServing(parts);
}

Status RunBlocking(const ServiceParts& parts, const std::string& path, Callback<void()> work) {
  Lane lane;
  if (parts.mounts != nullptr) {
    if (auto clean = CleanPath(path); clean.ok()) lane.id = parts.mounts->Resolve(*clean).mount->id;
  }
  return parts.blocking->Submit(lane, std::move(work));
}

Status ForClient(Status status) {
  return ufs::IsUnreachable(status) ? UnknownError(status.message()) : status;
}

void WhenDurable(const ServiceParts& parts, journal::Position position,
                 Callback<void(Status)> done) {
  // Most reads saw nothing that is still on its way to the disk.
  if (position == 0) return done(OkStatus());
  parts.journal->WhenDurable(position, std::move(done));
}

void AddMissing(rpc::MethodTable* table, const std::string& path, const std::string& text) {
  table->AddUnary(path, {}, [text](rpc::CallPtr, Bytes, Callback<void(Status, Bytes)> done) {
    done(FailedPrecondition(text), Bytes());
  });
}

}  // namespace alluxio::master
