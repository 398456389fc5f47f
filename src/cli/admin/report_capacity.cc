#include <fmt/format.h>

#include <algorithm>

#include "cli/admin/report_text.h"
#include "cli/admin/tier_order.h"
#include "cli/units.h"

namespace alluxio::cli {
namespace {

struct Sums {
  int64_t cpus = 0;
  int64_t capacity = 0;
  int64_t used = 0;
  BytesByTier capacity_on_tiers;
  BytesByTier used_on_tiers;
};

Result<stub::WorkerReportOptions> OptionsOf(const ParsedArgs& args, std::string* range) {
  stub::WorkerReportOptions options;
  *range = "all";
  int given = 0;
  auto choose = [&](const char* option, const char* name, stub::WorkerRange chosen) {
    if (!args.Has(option)) return;
    ++given;
    *range = name;
    options.range = chosen;
  };
  choose("live", "live", stub::WorkerRange::kLive);
  choose("lost", "lost", stub::WorkerRange::kLost);
  choose("decommissioned", "decommissioned", stub::WorkerRange::kDecommissioned);
  choose("workers", "specified", stub::WorkerRange::kSpecified);
  if (given > 1) return InvalidArgument("Too many arguments passed in.");
  std::string hosts = args.Value("workers");
  for (size_t begin = 0; begin < hosts.size();) {
    size_t end = std::min(hosts.find(',', begin), hosts.size());
    if (end > begin) options.hosts.push_back(hosts.substr(begin, end - begin));
    begin = end + 1;
  }
  return options;
}

Sums SumsOf(const std::vector<WorkerInfo>& workers) {
  Sums sums;
  for (const WorkerInfo& worker : workers) {
    sums.cpus += worker.cpus;
    sums.capacity += worker.capacity_bytes;
    sums.used += worker.used_bytes;
    for (const auto& [tier, bytes] : worker.capacity_on_tiers) {
      sums.capacity_on_tiers[tier] += bytes;
    }
    for (const auto& [tier, bytes] : worker.used_on_tiers) sums.used_on_tiers[tier] += bytes;
  }
  return sums;
}

int64_t Percent(int64_t used, int64_t capacity) {
  return static_cast<int64_t>(100.0 * static_cast<double>(used) / static_cast<double>(capacity));
}

void PrintTiers(const BytesByTier& tiers, Printer& printer) {
  for (const auto& [tier, bytes] : tiers) {
    printer.Line("        Tier: {}  Size: {}", tier, SizeText(bytes));
  }
}

void PrintSums(const Sums& sums, const std::string& range, Printer& printer) {
  printer.Line("Capacity information for {} workers: ", range);
  printer.Line("    Total vCPUs: {}", sums.cpus);
  printer.Line("    Total Capacity: {}", SizeText(sums.capacity));
  PrintTiers(sums.capacity_on_tiers, printer);
  printer.Line("    Used Capacity: {}", SizeText(sums.used));
  PrintTiers(sums.used_on_tiers, printer);
  if (sums.capacity == 0) return;
  int64_t used = Percent(sums.used, sums.capacity);
  printer.Line("    Used Percentage: {}%", used);
  printer.Line("    Free Percentage: {}%", 100 - used);
}

// One table of workers, two lines each; a single tier stands in the place of the total.
class Table {
 public:
  Table(const std::vector<WorkerInfo>& workers, const Sums& sums)
      : tiers_(sums.capacity_on_tiers), short_(tiers_.size() == 1) {
    size_t longest = 0;
    for (const WorkerInfo& worker : workers) {
      longest = std::max(longest, worker.address.host.size());
    }
    if (longest >= width_) width_ = longest + 5;
  }

  std::string Header() const {
    std::string tiers;
    for (const auto& [tier, bytes] : tiers_) tiers += Cell(tier);
    return Row("Worker Name", "State", "Last Heartbeat", "Storage", "Total", tiers, "Version",
               "Revision");
  }
  std::string Capacity(const WorkerInfo& worker) const {
    std::string tiers;
    for (const auto& [tier, bytes] : tiers_) {
      tiers += Cell(SizeText(Of(worker.capacity_on_tiers, tier)));
    }
    return Row(worker.address.host, worker.state, std::to_string(worker.last_contact_sec),
               "capacity", SizeText(worker.capacity_bytes), tiers, worker.version,
               worker.revision);
  }
  std::string Used(const WorkerInfo& worker) const {
    std::string share;
    if (worker.capacity_bytes != 0) {
      share = fmt::format(" ({}%)", Percent(worker.used_bytes, worker.capacity_bytes));
    }
    std::string tiers;
    for (const auto& [tier, bytes] : tiers_) {
      tiers += Cell(SizeText(Of(worker.used_on_tiers, tier)) + (short_ ? share : ""));
    }
    return Row("", "", "", "used", SizeText(worker.used_bytes) + share, tiers, "", "");
  }

 private:
  static int64_t Of(const std::map<std::string, int64_t>& tiers, const std::string& tier) {
    auto found = tiers.find(tier);
    return found == tiers.end() ? 0 : found->second;
  }
  std::string Cell(const std::string& text) const {
    return fmt::format("{:<{}}", text, short_ ? 16 : 14);
  }
  std::string Row(std::string_view name, std::string_view state, std::string_view heartbeat,
                  std::string_view storage, std::string_view total, std::string_view tiers,
                  std::string_view version, std::string_view revision) const {
    std::string row =
        fmt::format("{:<{}} {:<15} {:<16} {:<13} ", name, width_, state, heartbeat, storage);
    if (!short_) row += fmt::format("{:<16} ", total);
    return row + fmt::format("{} {:<16} {:<40}", tiers, version, revision);
  }

  const BytesByTier tiers_;
  const bool short_;
  size_t width_ = 16;
};

}  // namespace

Status ReportCapacity(AdminContext& context, const ParsedArgs& args, Printer& printer) {
  std::string range;
  ASSIGN_OR_RETURN(stub::WorkerReportOptions options, OptionsOf(args, &range));
  ASSIGN_OR_RETURN(std::vector<WorkerInfo> workers, context.blocks->GetWorkerReport(options));
  if (workers.empty()) {
    printer.Line("No workers found.");
    return OkStatus();
  }
  std::stable_sort(workers.begin(), workers.end(), [](const WorkerInfo& a, const WorkerInfo& b) {
    return a.last_contact_sec < b.last_contact_sec;
  });
  Sums sums = SumsOf(workers);
  PrintSums(sums, range, printer);
  Table table(workers, sums);
  printer.Line("\n{}", table.Header());
  for (const WorkerInfo& worker : workers) {
    printer.Line("{}\n{}", table.Capacity(worker), table.Used(worker));
  }
  return OkStatus();
}

}  // namespace alluxio::cli
