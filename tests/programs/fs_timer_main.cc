// fs-timer: one operation a line from stdin, one answer a line: "<microseconds> <OK or error>".
// A client that stays connected, so that what is timed is the cluster.
//
//   stat <path> | list <path> | read <path> | write <path> <bytes>
#include <cinttypes>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

#include "client/fs/cluster_defaults.h"
#include "client/fs/cluster_file_system.h"
#include "conf/configuration.h"
#include "env/clock.h"

namespace {

using namespace alluxio;  // NOLINT: one small program

Status ReadAll(client::FileSystem& fs, const std::string& path) {
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileInStream> in, fs.OpenFile(path));
  std::string buffer(1 << 20, '\0');
  while (true) {
    ASSIGN_OR_RETURN(size_t got, in->Read(buffer));
    if (got == 0) return OkStatus();
  }
}

Status WriteAll(client::FileSystem& fs, const std::string& path, size_t bytes) {
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileOutStream> out, fs.CreateFile(path, {}));
  RETURN_IF_ERROR(out->Write(std::string(bytes, 'x')));
  return out->Close();
}

Status RunLine(client::FileSystem& fs, const std::string& line) {
  std::istringstream words(line);
  std::string operation;
  std::string path;
  size_t bytes = 0;
  words >> operation >> path >> bytes;
  if (operation == "stat") return fs.GetStatus(path).status();
  if (operation == "list") return fs.ListStatus(path).status();
  if (operation == "read") return ReadAll(fs, path);
  if (operation == "write") return WriteAll(fs, path, bytes);
  return InvalidArgument("no such operation: " + line);
}

}  // namespace

int main(int argc, char** argv) {
  Result<conf::Configuration> conf = conf::Configuration::Load(
      conf::LoadOptions::OfProcess(conf::Role::kClient, argc, argv));
  Status ready = conf.status();
  if (ready.ok()) ready = client::LoadClusterDefaults(*conf).status();
  Result<std::unique_ptr<client::FileSystem>> fs =
      ready.ok() ? client::ClusterFileSystem::Connect(*conf)
                 : Result<std::unique_ptr<client::FileSystem>>(ready);
  if (!fs.ok()) {
    fprintf(stderr, "fs-timer: %s\n", fs.status().ToString().c_str());
    return 1;
  }
  std::string line;
  while (std::getline(std::cin, line)) {
    Duration start = Clock::Real().Monotonic();
    Status done = RunLine(**fs, line);
    int64_t micros = (Clock::Real().Monotonic() - start).count() / 1000;
    printf("%" PRId64 " %s\n", micros, done.ToString().c_str());
    fflush(stdout);
  }
  return 0;
}
