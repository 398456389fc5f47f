// chaos-client: the clients of a chaos run (tests/chaos/README.md).
//
//   run <seed> <seconds> <clients> <history> <port,port,...>   random calls; ports of all masters
//   read <groups> <history>    every name of every group, and every file that was acknowledged
//   dump                       every inode with everything that is known of it, sorted
//
// Ends with 1 when it could not do its work; what it saw is for the checker to judge.
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <sstream>
#include <thread>

#include "client/fs/cluster_defaults.h"
#include "client/fs/cluster_file_system.h"
#include "conf/configuration.h"
#include "tests/chaos/client/contents.h"
#include "tests/chaos/client/editor.h"

namespace alluxio::chaos {
namespace {

constexpr int64_t kThinkMs = 20;

struct Setting {
  stub::ConnectionOptions options;
  conf::Configuration conf;
  std::unique_ptr<client::FileSystem> fs;
};

Result<Setting> Prepare(int argc, char** argv) {
  ASSIGN_OR_RETURN(conf::Configuration conf,
                   conf::Configuration::Load(
                       conf::LoadOptions::OfProcess(conf::Role::kClient, argc, argv)));
  RETURN_IF_ERROR(client::LoadClusterDefaults(conf).status());
  ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
  ASSIGN_OR_RETURN(auto fs, client::ClusterFileSystem::Connect(conf));
  return Setting{options, std::move(conf), std::move(fs)};
}

Connect ThroughZooKeeper(const Setting& setting) {
  return [&setting] {
    stub::ConnectionOptions options = setting.options;
    options.call_timeout = 5s;
    auto locator = stub::PrimaryLocator::FromConf(setting.conf);
    if (!locator.ok()) {
      fprintf(stderr, "%s\n", locator.status().ToString().c_str());
      exit(1);
    }
    return std::make_shared<stub::MasterConnection>(*locator, options);
  };
}

// One attempt a call, and all the time in the world for a master that is paused with it.
Connect Straight(const Setting& setting, int port) {
  return [&setting, port] {
    stub::ConnectionOptions options = setting.options;
    options.call_timeout = 120s;
    options.retry.max_duration = Duration::zero();
    return std::make_shared<stub::MasterConnection>(
        stub::PrimaryLocator::Single({"localhost", port}), options);
  };
}

std::vector<int> Ports(const std::string& text) {
  std::vector<int> ports;
  std::istringstream in(text);
  for (std::string port; std::getline(in, port, ',');) ports.push_back(std::stoi(port));
  return ports;
}

void PrintCounts(const ContentCounts& counts) {
  printf("files: written %" PRId64 ", write errors %" PRId64 ", read %" PRId64
         ", read errors %" PRId64 ", wrong %" PRId64 "\n",
         counts.written.load(), counts.write_errors.load(), counts.read.load(),
         counts.read_errors.load(), counts.wrong.load());
}

int Run(const Setting& setting, const std::vector<std::string>& args) {
  const uint64_t seed = std::stoull(args[1]);
  History history(args[4]);
  Contents contents(*setting.fs, args[4] + ".files");
  Plan plan;
  plan.begin = NowNanos();
  std::vector<std::unique_ptr<Editor>> editors;
  std::vector<std::thread> threads;
  auto add = [&](Connect connect) -> Editor& {
    const int client = static_cast<int>(editors.size());
    editors.push_back(std::make_unique<Editor>(client, plan, history, seed * 1000 + client,
                                               std::move(connect)));
    return *editors.back();
  };
  for (int i = 0; i < std::stoi(args[3]); ++i) {
    Editor& editor = add(ThroughZooKeeper(setting));
    threads.emplace_back([&editor] { editor.Run(kThinkMs); });
  }
  for (int port : Ports(args[5])) {
    for (bool edits : {false, true}) {
      Editor& editor = add(Straight(setting, port));
      threads.emplace_back([&editor, edits] { editor.RunAtOneMaster(edits); });
    }
  }
  threads.emplace_back([&] { contents.WriteAlways(seed + 1, plan.stop); });
  threads.emplace_back([&] { contents.ReadAlways(seed + 2, plan.stop); });
  printf("running\n");
  fflush(stdout);
  ::sleep(static_cast<unsigned>(std::stoul(args[2])));
  plan.stop = true;
  for (std::thread& thread : threads) thread.join();
  printf("groups %" PRId64 "\n", plan.GroupsUntilNow());
  PrintCounts(contents.counts());
  return 0;
}

int ReadAll(const Setting& setting, const std::vector<std::string>& args) {
  History history(args[2]);
  Plan plan;
  Editor editor(1000 + static_cast<int>(getpid()), plan, history, 1, ThroughZooKeeper(setting));
  const bool all = editor.ReadAll(std::stoll(args[1]));
  Contents contents(*setting.fs, args[2] + ".files");
  contents.ReadEverything();
  PrintCounts(contents.counts());
  return all ? 0 : 1;
}

std::string Line(const FileInfo& info) {
  std::ostringstream out;
  out << info.path << " id=" << info.id << (info.folder ? " folder" : " file")
      << " length=" << info.length << " block_size=" << info.block_size
      << " completed=" << info.completed << " created=" << info.creation_time_ms
      << " modified=" << info.modification_time_ms << " owner=" << info.owner
      << " group=" << info.group << " mode=" << info.mode.bits << " pinned=" << info.pinned
      << " persistence=" << PersistenceStateText(info.persistence) << " ttl=" << info.ttl_ms
      << " blocks=";
  for (BlockId block : info.block_ids) out << block << ",";
  for (const FileBlockInfo& block : info.blocks) out << block.block.length << ",";
  for (const auto& [name, value] : info.xattr) out << " " << name << "=" << value;
  return out.str();
}

Status Dump(const Setting& setting) {
  stub::FileSystemMasterClient master(ThroughZooKeeper(setting)());
  ASSIGN_OR_RETURN(std::vector<FileInfo> all,
                   master.ListAll("/", {.load_metadata = LoadMetadataType::kNever,
                                        .recursive = true}));
  std::vector<std::string> lines;
  for (const FileInfo& info : all) lines.push_back(Line(info));
  std::sort(lines.begin(), lines.end());
  for (const std::string& line : lines) printf("%s\n", line.c_str());
  return OkStatus();
}

int Main(int argc, char** argv) {
  const std::vector<std::string> args = conf::OtherArguments(argc, argv);
  Result<Setting> setting = Prepare(argc, argv);
  Status status = setting.status();
  if (status.ok()) {
    if (args.size() == 6 && args[0] == "run") return Run(*setting, args);
    if (args.size() == 3 && args[0] == "read") return ReadAll(*setting, args);
    status = args.size() == 1 && args[0] == "dump" ? Dump(*setting)
                                                   : InvalidArgument("run, read or dump");
  }
  if (!status.ok()) fprintf(stderr, "chaos-client: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace alluxio::chaos

int main(int argc, char** argv) { return alluxio::chaos::Main(argc, argv); }
