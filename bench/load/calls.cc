#include "bench/load/calls.h"

#include "proto/grpc/file_system_master.pb.h"

namespace alluxio::bench {
namespace {

constexpr char kService[] = "/alluxio.grpc.file.FileSystemMasterClientService/";

std::string CreateRequest(const std::string& path) {
  grpc::file::CreateFilePRequest request;
  request.set_path(path);
  auto* options = request.mutable_options();
  options->set_blocksizebytes(64 << 20);
  options->set_recursive(false);
  options->set_writetype(grpc::file::WritePType::MUST_CACHE);
  return request.SerializeAsString();
}

std::string CompleteRequest(const std::string& path) {
  grpc::file::CompleteFilePRequest request;
  request.set_path(path);
  request.mutable_options();
  return request.SerializeAsString();
}

// Ends the operation with the call's answer.
LeanChannel::Done Ending(Callback<void(Status)> done) {
  return [done = std::move(done)](Result<std::string> answer) mutable {
    done(answer.ok() ? OkStatus() : answer.status());
  };
}

}  // namespace

Result<std::unique_ptr<LeanChannel>> ConnectTo(const RowOptions& options) {
  return LeanChannel::Connect(options.host, options.port);
}

std::string MethodPath(const char* method) { return std::string(kService) + method; }

Status MakeDirectory(LeanChannel& channel, const std::string& path) {
  grpc::file::CreateDirectoryPRequest request;
  request.set_path(path);
  request.mutable_options()->set_recursive(true);
  request.mutable_options()->set_allowexists(true);
  request.mutable_options()->set_writetype(grpc::file::WritePType::MUST_CACHE);
  return channel.CallAndWait(MethodPath("CreateDirectory"), request.SerializeAsString()).status();
}

Pump::Operation CreateAndComplete(LeanChannel& channel, std::string prefix) {
  return [&channel, prefix, create = MethodPath("CreateFile"),
          complete = MethodPath("CompleteFile")](int64_t number, Callback<void(Status)> done) {
    std::string path = prefix + std::to_string(number);
    std::string request = CreateRequest(path);
    channel.Call(create, request,
                 [&channel, &complete, path = std::move(path),
                  done = std::move(done)](Result<std::string> made) mutable {
                   if (!made.ok()) return done(made.status());
                   channel.Call(complete, CompleteRequest(path), Ending(std::move(done)));
                 });
  };
}

Pump::Operation Remove(LeanChannel& channel, std::string prefix) {
  return [&channel, prefix, method = MethodPath("Remove")](int64_t number,
                                                           Callback<void(Status)> done) {
    grpc::file::DeletePRequest request;
    request.set_path(prefix + std::to_string(number));
    request.mutable_options()->set_recursive(false);
    channel.Call(method, request.SerializeAsString(), Ending(std::move(done)));
  };
}

Pump::Operation Rename(LeanChannel& channel, std::string from_prefix, std::string to_prefix) {
  return [&channel, from_prefix, to_prefix, method = MethodPath("Rename")](
             int64_t number, Callback<void(Status)> done) {
    grpc::file::RenamePRequest request;
    request.set_path(from_prefix + std::to_string(number));
    request.set_dstpath(to_prefix + std::to_string(number));
    request.mutable_options();
    channel.Call(method, request.SerializeAsString(), Ending(std::move(done)));
  };
}

Status MakeFiles(LeanChannel& channel, const std::string& prefix, int64_t count) {
  RowOptions prepare;
  prepare.seconds = 300;
  auto made = Pump(channel, CreateAndComplete(channel, prefix), count).Run(prepare);
  if (!made.ok()) return made.status();
  if (static_cast<int64_t>(made->operations) < count) {
    return DeadlineExceeded("making " + std::to_string(count) + " files took too long");
  }
  return OkStatus();
}

std::string StatusRequest(const std::string& path) {
  grpc::file::GetStatusPRequest request;
  request.set_path(path);
  request.mutable_options()->set_loadmetadatatype(grpc::file::LoadMetadataPType::ONCE);
  return request.SerializeAsString();
}

}  // namespace alluxio::bench
