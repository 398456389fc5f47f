// A number of calls and no more: what is counted of a server in instructions must not depend on how
// quick the machine is. Rows of one folder follow each other: create, getstatus, list, rename,
// delete.
#include "bench/load/calls.h"
#include "bench/load/pump.h"
#include "bench/load/row.h"
#include "proto/grpc/file_system_master.pb.h"

namespace alluxio::bench {
namespace {

constexpr char kFolder[] = "/bench/exact";
constexpr char kFiles[] = "/bench/exact/f";
constexpr char kRenamed[] = "/bench/exact/r";

Pump::Operation Call(LeanChannel& channel, const char* method,
                     std::function<std::string(int64_t)> request) {
  return [&channel, path = MethodPath(method), request = std::move(request)](
             int64_t number, Callback<void(Status)> done) {
    channel.Call(path, request(number), [done = std::move(done)](Result<std::string> r) mutable {
      done(r.ok() ? OkStatus() : r.status());
    });
  };
}

std::string ListRequest() {
  grpc::file::ListStatusPRequest request;
  request.set_path(kFolder);
  request.mutable_options()->set_loadmetadatatype(grpc::file::LoadMetadataPType::NEVER);
  return request.SerializeAsString();
}

Result<Pump::Operation> OperationOf(LeanChannel& channel, const std::string& name) {
  if (name == "create") return CreateAndComplete(channel, kFiles);
  if (name == "rename") return Rename(channel, kFiles, kRenamed);
  if (name == "delete") return Remove(channel, kRenamed);
  if (name == "list") return Call(channel, "ListStatus", [](int64_t) { return ListRequest(); });
  if (name == "getstatus") {
    return Call(channel, "GetStatus", [](int64_t number) {
      return StatusRequest(kFiles + std::to_string(number));
    });
  }
  return InvalidArgument("--path is one of create, getstatus, list, rename, delete, not " + name);
}

}  // namespace

Result<RowResult> ExactRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(auto channel, ConnectTo(options));
  ASSIGN_OR_RETURN(Pump::Operation operation, OperationOf(*channel, options.path));
  if (options.path == "create") RETURN_IF_ERROR(MakeDirectory(*channel, kFolder));
  RowOptions patient = options;
  patient.seconds = 300;
  ASSIGN_OR_RETURN(RowResult result, Pump(*channel, operation, options.count).Run(patient));
  if (result.operations < options.count) return DeadlineExceeded("the calls took too long");
  return result;
}

}  // namespace alluxio::bench
