// Prints how much memory a file takes in the tree and how fast entries are applied.
//
//   bench-tree [files [directories]]       default: 10,000,000 files in 10 directories
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "env/clock.h"
#include "master/tree/inode_entries.h"
#include "master/tree/inode_tree.h"
#include "proto/journal/journal.pb.h"

namespace {

using namespace alluxio;          // NOLINT: a program of one file
using namespace alluxio::master;  // NOLINT

// The most this process ever had in memory.
int64_t PeakBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} * 1024;
}

void MustApply(InodeTree& tree, const journal::JournalEntry& entry) {
  Result<Handling> handled = tree.Apply(entry);
  CHECK(handled.ok()) << handled.status().ToString();
}

double Seconds(Duration since) {
  return std::chrono::duration<double>(Clock::Real().Monotonic() - since).count();
}

}  // namespace

int main(int argc, char** argv) {
  int64_t files = argc > 1 ? std::atoll(argv[1]) : 10'000'000;
  int64_t directories = argc > 2 ? std::atoll(argv[2]) : 10;
  InodeTree tree;
  NewDirectory directory;
  directory.inode.id = kRootId;
  MustApply(tree, NewDirectoryEdit(directory).entry());
  for (int64_t n = 1; n <= directories; ++n) {
    directory.inode.id = n;
    directory.inode.parent_id = kRootId;
    directory.inode.name = "d" + std::to_string(n);
    MustApply(tree, NewDirectoryEdit(directory).entry());
  }
  NewFile file;
  file.inode.owner = "alluxio";
  file.inode.group = "alluxio";
  file.block_size = 64 << 20;
  file.length = 1 << 20;
  file.completed = true;
  file.block_count = 1;
  Edit edit = NewFileEdit(file);
  int64_t before = PeakBytes();
  Duration start = Clock::Real().Monotonic();
  for (int64_t n = 0; n < files; ++n) {
    auto* entry = edit.entry().mutable_inode_file();
    char name[32];
    std::snprintf(name, sizeof(name), "file%08lld", static_cast<long long>(n));
    entry->set_id(FileIdOfContainer(n + 1));
    entry->set_parent_id(1 + n % directories);
    entry->set_name(name);
    entry->set_blocks(0, MakeId(n + 1, 0));
    MustApply(tree, edit.entry());
  }
  double seconds = Seconds(start);
  std::printf("files %lld directories %lld\n", static_cast<long long>(files),
              static_cast<long long>(directories));
  std::printf("bytes per file: resident %.1f, own count %.1f\n",
              static_cast<double>(PeakBytes() - before) / static_cast<double>(files),
              static_cast<double>(tree.MemoryBytes()) / static_cast<double>(files));
  std::printf("applied per second: %.0f\n", static_cast<double>(files) / seconds);
  size_t found = 0;
  constexpr int64_t kWalks = 3'000'000;
  start = Clock::Real().Monotonic();
  for (int64_t n = 0; n < kWalks; ++n) {
    int64_t at = n * 2'654'435'761 % files;  // all over
    char path[64];
    std::snprintf(path, sizeof(path), "/d%lld/file%08lld",
                  static_cast<long long>(1 + at % directories), static_cast<long long>(at));
    found += tree.Walk(path).found() ? 1 : 0;
  }
  std::printf("walks per second: %.0f (found %zu)\n", kWalks / Seconds(start), found);
  return 0;
}
