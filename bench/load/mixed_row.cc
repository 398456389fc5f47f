// How long single GetStatus calls take while others create files and list a large folder: the
// longest waits are what a garbage collector, a lock or an unsliced listing shows itself by.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/check.h"
#include "bench/load/calls.h"
#include "bench/load/pump.h"
#include "bench/load/row.h"
#include "proto/grpc/file_system_master.pb.h"

namespace alluxio::bench {
namespace {

constexpr int kFiles = 100;
constexpr char kLarge[] = "/bench/listed";
constexpr int64_t kListed = 100'000;
constexpr int64_t kLeastEntry = 50;  // bytes
constexpr int kReaders = 8;   // GetStatus calls at a time
constexpr int kWriters = 2;   // creates at a time: a fifth of all

std::string ListRequest(const std::string& folder) {
  grpc::file::ListStatusPRequest request;
  request.set_path(folder);
  request.mutable_options()->set_loadmetadatatype(grpc::file::LoadMetadataPType::NEVER);
  return request.SerializeAsString();
}

// Makes the large folder unless it is there.
Status PrepareListing(LeanChannel& channel, const std::string& folder) {
  RETURN_IF_ERROR(MakeDirectory(channel, folder));
  const std::string last = folder + "/f" + std::to_string(kListed - 1);
  if (channel.CallAndWait(MethodPath("GetStatus"), StatusRequest(last)).ok()) return OkStatus();
  return MakeFiles(channel, folder + "/f", kListed);
}

// Lists the large folder again and again in a process of its own, until End().
class OtherClient {
 public:
  explicit OtherClient(const RowOptions& options) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    pid_ = fork();
    CHECK(pid_ >= 0);
    from_ = ends[pid_ == 0 ? 1 : 0];
    close(ends[pid_ == 0 ? 0 : 1]);
    if (pid_ == 0) List(options);
  }
  ~OtherClient() {
    if (pid_ > 0) Reap();
    close(from_);
  }
  // How many whole listings there were.
  Result<int64_t> End() {
    Reap();
    int64_t count = 0;
    char byte = 0;
    while (read(from_, &byte, 1) == 1) {
      if (byte != '.') return DataLoss("a listing of the large folder failed");
      ++count;
    }
    return count;
  }

 private:
  [[noreturn]] void List(const RowOptions& options) {
    auto channel = ConnectTo(options);
    bool well = channel.ok();
    while (well) {
      // To keep 25 MB would take this client's processor for milliseconds, which the calls beside
      // it would be waiting for.
      const int64_t before = (*channel)->skipped();
      Status ended = UnknownError("no answer");
      bool over = false;
      (*channel)->Skip(MethodPath("ListStatus"), ListRequest(kLarge),
                       [&](Result<std::string> answer) {
                         over = true;
                         ended = answer.status();
                       });
      well = (*channel)->Drive([&] { return over; }).ok() && ended.ok() &&
             (*channel)->skipped() - before > kListed * kLeastEntry && write(from_, ".", 1) == 1;
    }
    if (write(from_, "!", 1) != 1) _exit(2);
    _exit(1);
  }
  void Reap() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  pid_t pid_ = -1;
  int from_ = -1;
};

}  // namespace

Result<RowResult> MixedRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto channel, ConnectTo(options));
  const std::string folder = "/bench/mixed" + std::to_string(getpid());
  RETURN_IF_ERROR(MakeDirectory(*channel, folder));
  RETURN_IF_ERROR(MakeFiles(*channel, folder + "/f", kFiles));
  RETURN_IF_ERROR(PrepareListing(*channel, kLarge));
  std::vector<std::string> requests;
  for (int i = 0; i < kFiles; ++i) {
    requests.push_back(StatusRequest(folder + "/f" + std::to_string(i)));
  }
  const std::string method = MethodPath("GetStatus");
  auto read = [&](int64_t number, Callback<void(Status)> done) {
    channel->Call(method, requests[static_cast<size_t>(number) % kFiles],
                  [done = std::move(done)](Result<std::string> answer) mutable {
                    done(answer.ok() ? OkStatus() : answer.status());
                  });
  };
  auto run = [&](double seconds, RowResult* result) -> Status {
    Pump readers(*channel, read, INT64_MAX);
    Pump writers(*channel, CreateAndComplete(*channel, folder + (result ? "/new" : "/warm")),
                 INT64_MAX);
    readers.TakeTimes();
    const double cpu = CpuSeconds(options.server_pids);
    const double begin = NowSeconds();
    readers.Start(kReaders, seconds);
    writers.Start(kWriters, seconds);
    RETURN_IF_ERROR(
        channel->Drive([&] { return readers.finished() && writers.finished(); }));
    for (const Pump* pump : {&readers, &writers}) RETURN_IF_ERROR(pump->error());
    if (result == nullptr) return OkStatus();
    result->operations = static_cast<double>(readers.count());
    result->seconds = NowSeconds() - begin;
    result->server_cpu_seconds = CpuSeconds(options.server_pids) - cpu;
    result->extra["creates"] = static_cast<double>(writers.count());
    readers.AddTimes(result);
    return OkStatus();
  };
  OtherClient lister(options);
  RowResult result;
  RETURN_IF_ERROR(run(options.seconds / 2, nullptr));
  RETURN_IF_ERROR(run(options.seconds, &result));
  ASSIGN_OR_RETURN(int64_t listings, lister.End());
  if (listings == 0) return DataLoss("no listing of the large folder ended in time");
  result.extra["listings"] = static_cast<double>(listings);
  return result;
}

}  // namespace alluxio::bench
