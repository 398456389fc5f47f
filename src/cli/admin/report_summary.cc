#include <fmt/format.h>

#include "cli/admin/report_text.h"
#include "cli/admin/tier_order.h"
#include "cli/units.h"

namespace alluxio::cli {
namespace {

void PrintTiers(const std::map<std::string, int64_t>& tiers, Printer& printer) {
  for (const auto& [tier, bytes] : BytesByTier(tiers.begin(), tiers.end())) {
    printer.Line("        Tier: {}  Size: {}", tier, SizeText(bytes));
  }
}

void PrintList(const char* title, const std::vector<std::string>& lines, Printer& printer) {
  printer.Line("    {}: ", title);
  for (const std::string& line : lines) printer.Line("        {}", line);
}

void PrintMaster(const stub::MasterInfo& master, const std::string& date_pattern,
                 Printer& printer) {
  printer.Line("    Master Address: {}", master.leader_address);
  printer.Line("    Web Port: {}", master.web_port);
  printer.Line("    Rpc Port: {}", master.rpc_port);
  printer.Line("    Started: {}", DateText(master.start_time_ms, date_pattern));
  printer.Line("    Uptime: {}", ClockText(master.up_time_ms));
  printer.Line("    Version: {}", master.version);
  printer.Line("    Safe Mode: {}", master.safe_mode);
  printer.Line("    Zookeeper Enabled: {}", !master.zookeeper_addresses.empty());
  if (!master.zookeeper_addresses.empty()) {
    PrintList("Zookeeper Addresses", master.zookeeper_addresses, printer);
  }
  printer.Line("    Raft-based Journal: {}", master.raft_journal);
  if (master.raft_journal) PrintList("Raft Journal Addresses", master.raft_addresses, printer);
  printer.Line("    {:<32} {:<8} {:<32}", "Master Address", "State", "Version");
  for (const stub::MasterVersion& version : master.versions) {
    printer.Line("    {:<32} {:<8} {:<32}", version.address.ToString(), version.state,
                 version.version);
  }
}

void PrintBlocks(const wire::BlockMasterTotals& totals, Printer& printer) {
  printer.Line("    Live Workers: {}", totals.live_workers);
  printer.Line("    Lost Workers: {}", totals.lost_workers);
  printer.Line("    Total Capacity: {}", SizeText(totals.capacity_bytes));
  PrintTiers(totals.capacity_on_tiers, printer);
  printer.Line("    Used Capacity: {}", SizeText(totals.used_bytes));
  PrintTiers(totals.used_on_tiers, printer);
  printer.Line("    Free Capacity: {}", SizeText(totals.capacity_bytes - totals.used_bytes));
}

}  // namespace

Status ReportSummary(AdminContext& context, Printer& printer) {
  // Both are asked before a line is shown, so that an error stands alone.
  ASSIGN_OR_RETURN(stub::MasterInfo master, context.meta->GetMasterInfo());
  ASSIGN_OR_RETURN(wire::BlockMasterTotals totals, context.blocks->GetBlockMasterInfo());
  printer.Line("Alluxio cluster summary: ");
  PrintMaster(master, context.date_pattern, printer);
  PrintBlocks(totals, printer);
  return OkStatus();
}

}  // namespace alluxio::cli
