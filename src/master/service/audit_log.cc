#include "master/service/audit_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace alluxio::master {
namespace {

// Calls of which 2.9 shows no permissions.
constexpr std::string_view kWithout[] = {"exists", "delete", "mount", "unmount", "updateMount",
                                         "setAcl"};

// A tab in a name would begin another field.
std::string OneField(std::string text) {
  for (size_t at = text.find('\t'); at != std::string::npos; at = text.find('\t', at)) {
    text.replace(at, 1, "\\x09");
  }
  return text;
}

}  // namespace

std::string JavaAddress(const std::string& peer) {
  size_t colon = peer.find(':');
  std::string address = colon == std::string::npos ? peer : peer.substr(colon + 1);
  return peer.starts_with("ipv") ? "/" + address : peer;
}

void AuditLog::Write(const rpc::Call& call, const AuditEvent& event) const {
  auto or_null = [](const std::string& text) { return text.empty() ? "null" : OneField(text); };
  std::optional<std::string> permission;
  bool without = std::find(std::begin(kWithout), std::end(kWithout), event.command) !=
                 std::end(kWithout);
  if (event.succeeded && !without && !event.source.empty()) {
    // After a rename it is at its new place.
    permission = parts_.permission(event.destination.empty() ? event.source : event.destination);
  }
  const std::string& user = call.user().name;
  lines_->Write(fmt::format(
      "succeeded={}\tallowed={}\tugi={},{} (AUTH={})\tip={}\tcmd={}\tsrc={}\tdst={}\tperm={}"
      "\texecutionTimeUs={}\tproto=rpc",
      event.succeeded, event.allowed, user, parts_.primary_group(user), parts_.authentication,
      JavaAddress(call.peer()), event.command, or_null(event.source), or_null(event.destination),
      permission.value_or("null"),
      std::chrono::duration_cast<std::chrono::microseconds>(event.took).count()));
}

}  // namespace alluxio::master
