// AuditLog: who did what to which path, in the lines of Alluxio 2.9's master_audit.log:
//
//   2026-11-28 12:29:24,824 INFO  AUDIT_LOG - succeeded=true allowed=true
//   ugi=root,root (AUTH=SIMPLE) ip=/127.0.0.1:42104 cmd=mkdir src=/a dst=null
//   perm=root:root:rwxr-xr-x executionTimeUs=2406 proto=rpc
//
// all in one line, with tabs between. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/duration.h"
#include "base/line_log.h"
#include "rpc/service.h"

namespace alluxio::master {

struct AuditParts {
  std::string authentication;  // "SIMPLE"
  std::function<std::string(const std::string& user)> primary_group;
  // "owner:group:rwxr-xr-x" of what is at a path; nothing when there is nothing.
  std::function<std::optional<std::string>(const std::string& path)> permission;
};

struct AuditEvent {
  std::string command;  // 2.9's name of the call
  std::string source;   // "" = none
  std::string destination;
  bool succeeded = false;
  bool allowed = true;
  Duration took{};
};

class AuditLog {
 public:
  AuditLog(std::unique_ptr<LineLog> lines, AuditParts parts)
      : lines_(std::move(lines)), parts_(std::move(parts)) {}

  void Write(const rpc::Call& call, const AuditEvent& event) const;

 private:
  const std::unique_ptr<LineLog> lines_;
  const AuditParts parts_;
};

// "ipv4:127.0.0.1:40000" -> "/127.0.0.1:40000", "ipv6:[::1]:40000" -> "/[::1]:40000", as Java.
std::string JavaAddress(const std::string& peer);

}  // namespace alluxio::master
