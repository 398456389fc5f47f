// MethodRecord: the metrics and the audit line of one RPC method.
//
// Thread-safe; lives as long as the method table.
#pragma once

#include <string>

#include "base/duration.h"
#include "base/status.h"
#include "metrics/counter.h"
#include "metrics/timer.h"
#include "rpc/service.h"

namespace alluxio::master {

class AuditLog;

struct MethodSubject {
  std::string source;
  std::string destination;
  std::string command;  // where the request says more than the method: "chmod"
};

class MethodRecord {
 public:
  // Metrics "Master.<Method>" (a timer), "Master.<Method>Failures" and, where 2.9 has a counter of
  // the calls, that: "Master.CreateFileOps".
  // `audit` may be null and outlives this.
  MethodRecord(const std::string& path, std::string audit_command, const AuditLog* audit);

  void Finished(Duration elapsed, const Status& outcome) const;
  bool audits() const { return audit_ != nullptr; }
  // One line of the audit log; nothing unless there is one.
  void Audit(const rpc::Call& call, const MethodSubject& subject, const Status& outcome,
             Duration took) const;

 private:
  metrics::Timer& timer_;       // of the process registry, which lives forever
  metrics::Counter& failures_;
  metrics::Counter* const operations_;  // null: 2.9 has none
  const std::string audit_command_;
  const AuditLog* const audit_;
};

}  // namespace alluxio::master
