// bench-store <row> <uri> <key> [--count N] [--bytes B] [--at-once T] [name=value]...
//
// An under store read and written straight, by the adapter that the servers use and nothing else:
// what rows of cold reads and of background writes are compared with. One JSON line.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#include "env/clock.h"
#include "ufs/all/all_adapters.h"

namespace {

using namespace alluxio;  // NOLINT: a program of one file

constexpr int64_t kPiece = int64_t{4} << 20;  // of one GET, as a worker asks for

struct Options {
  std::string uri;
  std::string key;
  int count = 10'000;
  int64_t bytes = 64 * 1024;
  int at_once = 1;
  ufs::UfsOpenOptions open;
};

struct Outcome {
  double amount = 0;  // bytes, files or entries
};

std::string NameOf(const Options& options, int index) {
  char name[32];
  snprintf(name, sizeof(name), "/%06d", index);
  return options.key + name;
}

// The first error of what the threads did.
Status InThreads(int threads, const std::function<Status(int)>& work) {
  std::vector<Status> results(static_cast<size_t>(threads));
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t) {
    running.emplace_back([&, t] { results[static_cast<size_t>(t)] = work(t); });
  }
  for (std::thread& thread : running) thread.join();
  for (const Status& result : results) RETURN_IF_ERROR(result);
  return OkStatus();
}

// One file, `at_once` pieces of it under way.
Result<Outcome> Read(ufs::Ufs& store, const Options& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsReader> reader, store.Open(options.key));
  int64_t length = reader->status().length;
  std::atomic<int64_t> next = 0;
  RETURN_IF_ERROR(InThreads(options.at_once, [&](int) -> Status {
    std::string buffer(static_cast<size_t>(kPiece), '\0');
    for (int64_t at = next.fetch_add(kPiece); at < length; at = next.fetch_add(kPiece)) {
      size_t most = static_cast<size_t>(std::min(kPiece, length - at));
      ASSIGN_OR_RETURN(size_t got, reader->ReadAt(at, std::span(buffer).first(most)));
      if (got != most) return DataLoss(options.key + ": ends early");
    }
    return OkStatus();
  }));
  return Outcome{static_cast<double>(length)};
}

// Many small files, each opened by what is known of it: one request a file, as a worker does.
Result<Outcome> ReadMany(ufs::Ufs& store, const Options& options) {
  std::atomic<int> next = 0;
  RETURN_IF_ERROR(InThreads(options.at_once, [&](int) -> Status {
    std::string buffer(static_cast<size_t>(options.bytes), '\0');
    for (int i = next.fetch_add(1); i < options.count; i = next.fetch_add(1)) {
      ufs::UfsKnownFile known{.length = options.bytes};
      ASSIGN_OR_RETURN(auto reader, store.OpenKnown(NameOf(options, i), known));
      ASSIGN_OR_RETURN(size_t got, reader->ReadAt(0, buffer));
      if (got != buffer.size()) return DataLoss(NameOf(options, i) + ": ends early");
    }
    return OkStatus();
  }));
  return Outcome{static_cast<double>(options.count)};
}

Status WriteOne(ufs::Ufs& store, const std::string& key, int64_t bytes) {
  std::string chunk(static_cast<size_t>(std::min(bytes, kPiece)), 'x');
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer, store.Create(key, {}));
  for (int64_t left = bytes; left > 0; left -= static_cast<int64_t>(chunk.size())) {
    size_t most = static_cast<size_t>(std::min(left, static_cast<int64_t>(chunk.size())));
    RETURN_IF_ERROR(writer->Write(std::string_view(chunk).substr(0, most)));
  }
  return writer->Commit().status();
}

Result<Outcome> Write(ufs::Ufs& store, const Options& options) {
  RETURN_IF_ERROR(WriteOne(store, options.key, options.bytes));
  return Outcome{static_cast<double>(options.bytes)};
}

Result<Outcome> WriteMany(ufs::Ufs& store, const Options& options) {
  std::atomic<int> next = 0;
  RETURN_IF_ERROR(InThreads(options.at_once, [&](int) -> Status {
    for (int i = next.fetch_add(1); i < options.count; i = next.fetch_add(1)) {
      RETURN_IF_ERROR(WriteOne(store, NameOf(options, i), options.bytes));
    }
    return OkStatus();
  }));
  return Outcome{static_cast<double>(options.count)};
}

Result<Outcome> List(ufs::Ufs& store, const Options& options) {
  Outcome outcome;
  ufs::UfsListOptions page_options;
  do {
    ASSIGN_OR_RETURN(ufs::UfsListing page, store.List(options.key, page_options));
    outcome.amount += static_cast<double>(page.entries.size());
    page_options.page = page.next_page;
  } while (!page_options.page.empty());
  return outcome;
}

Result<Outcome> Remove(ufs::Ufs& store, const Options& options) {
  RETURN_IF_ERROR(store.DeleteDirectory(options.key, true));
  return Outcome{1};
}

struct Row {
  const char* name;
  const char* help;
  Result<Outcome> (*run)(ufs::Ufs&, const Options&);
};
constexpr Row kRows[] = {
    {"read", "one file in pieces of 4 MiB, --at-once of them; bytes", Read},
    {"read-many", "--count files <key>/000000... of --bytes each; files", ReadMany},
    {"write", "one file of --bytes; bytes", Write},
    {"write-many", "--count files <key>/000000... of --bytes each; files", WriteMany},
    {"list", "the children of a folder; entries", List},
    {"remove", "a folder with all that is in it", Remove},
};

int Usage() {
  fprintf(stderr, "usage: bench-store <row> <uri> <key> [--count N] [--bytes B] [--at-once T] "
                  "[name=value]...\n");
  for (const Row& row : kRows) fprintf(stderr, "  %-12s %s\n", row.name, row.help);
  return 2;
}

bool Parse(int argc, char** argv, Options* options) {
  options->uri = argv[2];
  options->key = argv[3];
  for (int i = 4; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument.starts_with("--")) {
      if (i + 1 == argc) return false;
      const char* value = argv[++i];
      if (argument == "--count") options->count = atoi(value);
      else if (argument == "--bytes") options->bytes = atoll(value);
      else if (argument == "--at-once") options->at_once = std::max(1, atoi(value));
      else return false;
      continue;
    }
    size_t equals = argument.find('=');
    if (equals == std::string::npos) return false;
    options->open.properties[argument.substr(0, equals)] = argument.substr(equals + 1);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (argc < 4 || !Parse(argc, argv, &options)) return Usage();
  auto store = ufs::AllAdapters::Create()->Open(options.uri, options.open);
  if (!store.ok()) {
    fprintf(stderr, "%s\n", store.status().ToString().c_str());
    return 1;
  }
  for (const Row& row : kRows) {
    if (strcmp(row.name, argv[1]) != 0) continue;
    Duration begin = Clock::Real().Monotonic();
    auto outcome = row.run(**store, options);
    double seconds = std::chrono::duration<double>(Clock::Real().Monotonic() - begin).count();
    if (!outcome.ok()) {
      fprintf(stderr, "%s: %s\n", row.name, outcome.status().ToString().c_str());
      return 1;
    }
    printf("{\"row\": \"%s\", \"amount\": %.0f, \"seconds\": %.3f, \"per_second\": %.1f}\n",
           row.name, outcome->amount, seconds, outcome->amount / seconds);
    return 0;
  }
  return Usage();
}
