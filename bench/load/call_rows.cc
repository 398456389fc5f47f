// Rows of master calls: GetStatus, create + complete, listing.
#include <cinttypes>
#include <cstdio>
#include <random>

#include <unistd.h>

#include "google/protobuf/io/coded_stream.h"

#include "bench/load/calls.h"
#include "bench/load/lean_channel.h"
#include "bench/load/pump.h"
#include "bench/load/row.h"
#include "proto/grpc/file_system_master.pb.h"

namespace alluxio::bench {
namespace {

constexpr int kListEntries = 10000;
constexpr int kJournalFolder = 10'000;  // files in each folder of bench-journal

// Entries in the collected frames of a listing: field 1 of each message. The driver does not
// decode them: it would spend more CPU than the server.
int64_t CountEntries(const std::string& body) {
  int64_t entries = 0;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(body.data()),
                                            static_cast<int>(body.size()));
  std::string header;
  while (in.ReadString(&header, 5)) {
    uint32_t size = 0;
    for (int i = 1; i < 5; ++i) size = size << 8 | static_cast<uint8_t>(header[i]);
    const int end = in.CurrentPosition() + static_cast<int>(size);
    uint32_t length = 0;
    while (in.CurrentPosition() < end && in.ReadTag() == 10 && in.ReadVarint32(&length) &&
           in.Skip(static_cast<int>(length))) {
      ++entries;
    }
  }
  return entries;
}

// Of the file that bench-journal made with this number.
std::string JournalPath(int64_t number) {
  char path[64];
  snprintf(path, sizeof(path), "/d%07" PRId64 "/f%011" PRId64, number / kJournalFolder + 1, number);
  return path;
}

// Lists the folder once and counts.
Result<int64_t> List(LeanChannel& channel, const std::string& folder) {
  grpc::file::ListStatusPRequest request;
  request.set_path(folder);
  request.mutable_options()->set_loadmetadatatype(grpc::file::LoadMetadataPType::NEVER);
  Result<int64_t> entries = UnknownError("no answer");
  bool over = false;
  channel.Call(MethodPath("ListStatus"), request.SerializeAsString(),
               [&](Result<std::string> body) {
                 over = true;
                 if (body.ok()) entries = CountEntries(*body);
                 else entries = body.status();
               });
  RETURN_IF_ERROR(channel.Drive([&] { return over; }));
  return entries;
}

}  // namespace

Result<RowResult> PingRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto channel, ConnectTo(options));
  grpc::file::GetStatusPRequest request;
  request.set_path("/");
  const double begin = NowSeconds();
  ASSIGN_OR_RETURN(std::string answer, channel->CallAndWait(MethodPath("GetStatus"),
                                                            request.SerializeAsString()));
  RowResult result;
  result.operations = 1;
  result.seconds = NowSeconds() - begin;
  return answer.empty() ? Result<RowResult>(DataLoss("an empty answer")) : result;
}

Result<RowResult> GetStatusRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto channel, ConnectTo(options));
  constexpr int kFiles = 100;
  const std::string folder = "/bench/status" + std::to_string(getpid());
  RETURN_IF_ERROR(MakeDirectory(*channel, folder));
  RETURN_IF_ERROR(MakeFiles(*channel, folder + "/f", kFiles));
  std::vector<std::string> requests;
  for (int i = 0; i < kFiles; ++i) {
    requests.push_back(StatusRequest(folder + "/f" + std::to_string(i)));
  }
  const std::string method = MethodPath("GetStatus");
  auto call = [&](int64_t number, Callback<void(Status)> done) {
    channel->Call(method, requests[number % kFiles],
                  [done = std::move(done)](Result<std::string> r) mutable {
                    done(r.ok() ? OkStatus() : r.status());
                  });
  };
  RowOptions warm = options;
  warm.seconds = options.seconds / 2;
  auto warmed = Pump(*channel, call, INT64_MAX).Run(warm);
  if (!warmed.ok()) return warmed.status();
  return Pump(*channel, call, INT64_MAX).Run(options);
}

Result<RowResult> JournalStatusRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto channel, ConnectTo(options));
  std::mt19937_64 random(static_cast<uint64_t>(getpid()));
  const std::string method = MethodPath("GetStatus");
  auto call = [&](int64_t, Callback<void(Status)> done) {
    const int64_t number = static_cast<int64_t>(random() % static_cast<uint64_t>(options.count));
    grpc::file::GetStatusPRequest request;
    request.set_path(JournalPath(number));
    request.mutable_options()->set_loadmetadatatype(grpc::file::LoadMetadataPType::NEVER);
    channel->Call(method, request.SerializeAsString(),
                  [done = std::move(done)](Result<std::string> r) mutable {
                    done(r.ok() ? OkStatus() : r.status());
                  });
  };
  Pump pump(*channel, call, INT64_MAX);
  pump.TakeTimes();
  return pump.Run(options);
}

// Of the last tenth of them, far apart; once in a journal's life.
Result<RowResult> JournalDeleteRow(const RowOptions& options) {
  constexpr int64_t kStep = 1'000'003;  // prime to any count of whole folders
  const int64_t tenth = options.count / 10;
  if (tenth == 0) return InvalidArgument("fewer than ten files");
  ASSIGN_OR_RETURN(auto channel, ConnectTo(options));
  const std::string method = MethodPath("Remove");
  auto call = [&](int64_t number, Callback<void(Status)> done) {
    grpc::file::DeletePRequest request;
    request.set_path(JournalPath(options.count - 1 - number * kStep % tenth));
    channel->Call(method, request.SerializeAsString(),
                  [done = std::move(done)](Result<std::string> r) mutable {
                    done(r.ok() ? OkStatus() : r.status());
                  });
  };
  Pump pump(*channel, call, tenth);
  pump.TakeTimes();
  return pump.Run(options);
}

Result<RowResult> JournalListRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto channel, ConnectTo(options));
  std::mt19937_64 random(static_cast<uint64_t>(getpid()));
  const auto folders = static_cast<uint64_t>(options.count / kJournalFolder);
  if (folders == 0) return InvalidArgument("fewer files than a folder has");
  std::vector<float> times_us;
  const double cpu = CpuSeconds(options.server_pids);
  const double begin = NowSeconds();
  RowResult result;
  while (NowSeconds() < begin + options.seconds) {
    char folder[32];
    snprintf(folder, sizeof(folder), "/d%07" PRIu64, random() % folders + 1);
    const double before = NowSeconds();
    ASSIGN_OR_RETURN(int64_t entries, List(*channel, folder));
    if (entries < kJournalFolder) return DataLoss("the listing is too short");
    times_us.push_back(static_cast<float>((NowSeconds() - before) * 1e6));
    result.operations += static_cast<double>(entries);
  }
  result.seconds = NowSeconds() - begin;
  result.server_cpu_seconds = CpuSeconds(options.server_pids) - cpu;
  AddPercentiles(&times_us, &result);
  return result;
}

Result<RowResult> CreateRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto channel, ConnectTo(options));
  const std::string folder = "/bench/create" + std::to_string(getpid());
  RETURN_IF_ERROR(MakeDirectory(*channel, folder));
  RowOptions warm = options;
  warm.seconds = options.seconds / 2;
  auto warmed =
      Pump(*channel, CreateAndComplete(*channel, folder + "/warm"), INT64_MAX).Run(warm);
  if (!warmed.ok()) return warmed.status();
  Pump pump(*channel, CreateAndComplete(*channel, folder + "/f"), INT64_MAX);
  pump.TakeTimes();
  return pump.Run(options);
}

Result<RowResult> ListRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto channel, ConnectTo(options));
  std::string folder = options.path;
  int64_t expected = options.count;
  if (folder.empty()) {
    folder = "/bench/list";
    expected = kListEntries;
    RETURN_IF_ERROR(MakeDirectory(*channel, folder));
    ASSIGN_OR_RETURN(int64_t present, List(*channel, folder));
    if (present < expected) {
      RETURN_IF_ERROR(MakeFiles(*channel, folder + "/entry", kListEntries));
    }
  }
  for (int i = 0; i < 20; ++i) {
    if (auto warmed = List(*channel, folder); !warmed.ok()) return warmed.status();
  }
  const double cpu = CpuSeconds(options.server_pids);
  const double begin = NowSeconds();
  RowResult result;
  while (NowSeconds() < begin + options.seconds) {
    ASSIGN_OR_RETURN(int64_t entries, List(*channel, folder));
    if (entries < expected) return DataLoss("the listing is too short");
    result.operations += static_cast<double>(entries);
  }
  result.seconds = NowSeconds() - begin;
  result.server_cpu_seconds = CpuSeconds(options.server_pids) - cpu;
  return result;
}

}  // namespace alluxio::bench
