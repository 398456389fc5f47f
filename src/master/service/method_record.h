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

struct MethodSubject {
  std::string source;
  std::string destination;
};

class MethodRecord {
 public:
  // Metrics "Master.<Method>" (a timer) and "Master.<Method>Failures" of the process.
  MethodRecord(const std::string& path, std::string audit_command, bool audit);

  void Finished(Duration elapsed, const Status& outcome) const;
  bool audits() const { return audit_; }
  // One line through the log at INFO, as Alluxio's audit log has it; nothing unless enabled.
  void Audit(const rpc::Call& call, const MethodSubject& subject, const Status& outcome) const;

 private:
  metrics::Timer& timer_;       // of the process registry, which lives forever
  metrics::Counter& failures_;
  const std::string audit_command_;
  const bool audit_;
};

}  // namespace alluxio::master
