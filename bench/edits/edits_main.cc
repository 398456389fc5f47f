// bench-edits: edits through a whole master but its transport, in one process.
//
//   bench-edits --folder DIR [--row create|delete|rename] [--files N] [--outstanding N]
//
// The row "create" is create + complete of a file; the others make their files first, untimed.
// One thread plays the transport: it hands request bytes to the methods, and answers come back to
// it through an inbox. The journal is the real one, formatted in DIR. Prints one JSON line. Under
// `valgrind --tool=callgrind` the instructions an edit takes are a figure that does not depend on
// the machine; bench/edits/instructions.sh does that.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/log.h"
#include "base/mutex.h"
#include "journal/ufs/format_journal.h"
#include "journal/ufs/ufs_journal.h"
#include "master/process/master_parts.h"
#include "master/process/master_settings.h"
#include "metrics/registry.h"
#include "proto/grpc/file_system_master.pb.h"
#include "ufs/all/all_adapters.h"

namespace alluxio::bench {
namespace {

constexpr char kService[] = "/alluxio.grpc.file.FileSystemMasterClientService/";

struct EditsOptions {
  std::string folder;
  std::string row = "create";
  int64_t files = 50'000;
  int outstanding = 64;
};

class LocalCall final : public rpc::Call {
 public:
  const std::string& method() const override { return method_; }
  const auth::User& user() const override { return user_; }
  const std::string& peer() const override { return peer_; }
  bool cancelled() const override { return false; }

 private:
  const std::string method_ = "bench";
  const auth::User user_{"bench", "bench"};
  const std::string peer_ = "in process";
};

// Answers on their way back to the one thread that asks.
class Inbox {
 public:
  void Put(int64_t number, Status status) {
    bool wake = false;
    {
      MutexLock lock(mutex_);
      wake = answered_.empty();
      answered_.push_back(number);
      if (!status.ok()) failure_ = std::move(status);
    }
    if (wake) ready_.NotifyOne();
  }
  // Waits for at least one.
  Status Take(std::vector<int64_t>* numbers) {
    numbers->clear();
    MutexLock lock(mutex_);
    while (answered_.empty()) ready_.Wait(mutex_);
    numbers->swap(answered_);
    return failure_;
  }

 private:
  Mutex mutex_;
  CondVar ready_;
  std::vector<int64_t> answered_ GUARDED_BY(mutex_);
  Status failure_ GUARDED_BY(mutex_);
};

std::string CreateRequest(const std::string& path) {
  grpc::file::CreateFilePRequest request;
  request.set_path(path);
  request.mutable_options()->set_blocksizebytes(64 << 20);
  request.mutable_options()->set_recursive(false);
  request.mutable_options()->set_writetype(grpc::file::WritePType::MUST_CACHE);
  return request.SerializeAsString();
}

std::string CompleteRequest(const std::string& path) {
  grpc::file::CompleteFilePRequest request;
  request.set_path(path);
  request.mutable_options();
  return request.SerializeAsString();
}

std::string RemoveRequest(const std::string& path) {
  grpc::file::DeletePRequest request;
  request.set_path(path);
  request.mutable_options();
  return request.SerializeAsString();
}

std::string RenameRequest(const std::string& path) {
  grpc::file::RenamePRequest request;
  request.set_path(path);
  request.set_dstpath(path + "r");
  request.mutable_options();
  return request.SerializeAsString();
}

using MakeRequest = std::string (*)(const std::string& path);

// The calls that each file gets, one after the other.
struct Step {
  const char* method;
  MakeRequest request;
};

// Calls in numbers: with two steps, 2n is the first of file n, 2n + 1 the second.
class Edits {
 public:
  Edits(const rpc::MethodTable& methods, const EditsOptions& options,
        const std::vector<Step>& steps)
      : options_(options), steps_(static_cast<int64_t>(steps.size())) {
    for (const Step& step : steps) {
      methods_.push_back(methods.Find(std::string(kService) + step.method));
    }
    for (int64_t n = 0; n < options.files; ++n) {
      std::string path = "/file-" + std::to_string(1'000'000 + n);
      for (const Step& step : steps) requests_.push_back(Bytes::FromString(step.request(path)));
    }
  }

  Status Run() {
    for (int i = 0; i < options_.outstanding; ++i) StartNext();
    std::vector<int64_t> answered;
    while (finished_ < options_.files) {
      RETURN_IF_ERROR(inbox_.Take(&answered));
      for (int64_t number : answered) {
        if ((number + 1) % steps_ != 0) {
          Send(number + 1);
        } else {
          ++finished_;
          StartNext();
        }
      }
    }
    return OkStatus();
  }

 private:
  void StartNext() {
    if (started_ < options_.files) Send(steps_ * started_++);
  }
  void Send(int64_t number) {
    const rpc::MethodTable::Method& method = *methods_[static_cast<size_t>(number % steps_)];
    method.unary(std::make_shared<LocalCall>(), requests_[static_cast<size_t>(number)],
                 [this, number](Status status, Bytes) { inbox_.Put(number, std::move(status)); });
  }

  const EditsOptions options_;
  const int64_t steps_;
  std::vector<const rpc::MethodTable::Method*> methods_;
  std::vector<Bytes> requests_;
  Inbox inbox_;
  int64_t started_ = 0;
  int64_t finished_ = 0;
};

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Runs them and prints what it took.
Status Time(Edits& edits, const EditsOptions& options) {
  metrics::Timer& flushes = metrics::Registry::Process().timer("Master.JournalFlushTimer");
  const int64_t flushes_before = flushes.Count();
  const double cpu = CpuSeconds();
  const auto begun = std::chrono::steady_clock::now();
  RETURN_IF_ERROR(edits.Run());
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const auto files = static_cast<double>(options.files);
  const auto flushed = static_cast<double>(flushes.Count() - flushes_before);
  std::printf("{\"row\": \"%s\", \"files\": %.0f, \"files_per_second\": %.0f, "
              "\"cpu_us_per_file\": %.2f, \"flush_us_mean\": %.0f, \"files_per_flush\": %.1f}\n",
              options.row.c_str(), files, files / seconds, (CpuSeconds() - cpu) * 1e6 / files,
              static_cast<double>(flushes.Sum().count()) / 1e3 /
                  static_cast<double>(flushes.Count()),
              files / flushed);
  return OkStatus();
}

Status Run(const EditsOptions& options) {
  conf::Configuration conf = conf::Configuration::ForTest(
      {{"alluxio.master.journal.folder", options.folder + "/journal"},
       {"alluxio.master.mount.table.root.ufs", options.folder + "/ufs"},
       {"alluxio.master.rpc.port", "0"}});
  std::unique_ptr<ufs::UfsFactory> factory = ufs::AllAdapters::Create();
  ASSIGN_OR_RETURN(std::shared_ptr<ufs::Ufs> folder,
                   factory->Open(options.folder + "/journal", {}));
  RETURN_IF_ERROR(journal::FormatJournal(*folder, Clock::Real()));
  ASSIGN_OR_RETURN(master::FsSettings settings, master::FsSettingsOf(conf));
  master::MasterParts master(
      conf, settings, std::move(factory), nullptr,
      journal::UfsJournal::Create(folder, journal::UfsJournalOptions::From(conf)),
      master::InodeCache());
  RETURN_IF_ERROR(
      master.journal->Recover({&master.file_system, &master.blocks, &master.meta}).status());
  RETURN_IF_ERROR(master.Bootstrap("bench"));
  master.gate.Enter(master::ServingGate::Phase::kServing);
  RETURN_IF_ERROR(master.StartServer());
  const std::vector<Step> create = {{"CreateFile", CreateRequest},
                                    {"CompleteFile", CompleteRequest}};
  std::vector<Step> timed = create;
  if (options.row == "delete") timed = {{"Remove", RemoveRequest}};
  if (options.row == "rename") timed = {{"Rename", RenameRequest}};
  if (options.row != "create") RETURN_IF_ERROR(Edits(master.methods, options, create).Run());
  Edits edits(master.methods, options, timed);
  RETURN_IF_ERROR(Time(edits, options));
  master.server->Stop(Duration::zero());
  return master.journal->Close();
}

}  // namespace
}  // namespace alluxio::bench

int main(int argc, char** argv) {
  alluxio::bench::EditsOptions options;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--folder") == 0) options.folder = argv[i + 1];
    if (std::strcmp(argv[i], "--row") == 0) options.row = argv[i + 1];
    if (std::strcmp(argv[i], "--files") == 0) options.files = std::atoll(argv[i + 1]);
    if (std::strcmp(argv[i], "--outstanding") == 0) options.outstanding = std::atoi(argv[i + 1]);
  }
  if (options.folder.empty() || options.files <= 0 || options.outstanding <= 0) {
    std::fprintf(stderr, "usage: bench-edits --folder DIR [--row create|delete|rename] [--files N] "
                 "[--outstanding N]\n");
    return 2;
  }
  alluxio::Status status = alluxio::bench::Run(options);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
