// ServiceVersionClientService: the handshake of every connection, without authentication.
#include <map>

#include "master/service/method_runner.h"
#include "master/service/services.h"
#include "proto/grpc/version.pb.h"

namespace alluxio::master {
namespace {

namespace version = ::alluxio::grpc::version;

constexpr int64_t kUnknownVersion = -1;

// Clients insist on these very numbers. A service of another server is not in here.
const std::map<int, int64_t>& Versions() {
  static const std::map<int, int64_t> versions = {
      {version::FILE_SYSTEM_MASTER_CLIENT_SERVICE, 2},
      {version::FILE_SYSTEM_MASTER_WORKER_SERVICE, 2},
      {version::FILE_SYSTEM_MASTER_JOB_SERVICE, 2},
      {version::BLOCK_MASTER_CLIENT_SERVICE, 2},
      {version::BLOCK_MASTER_WORKER_SERVICE, 2},
      {version::META_MASTER_CONFIG_SERVICE, 2},
      {version::META_MASTER_CLIENT_SERVICE, 2},
      {version::META_MASTER_MASTER_SERVICE, 1},
      {version::META_MASTER_PROXY_SERVICE, 1},
      {version::METRICS_MASTER_CLIENT_SERVICE, 2},
      {version::JOURNAL_MASTER_CLIENT_SERVICE, 1},
      {version::TABLE_MASTER_CLIENT_SERVICE, 1},
  };
  return versions;
}

Status GetServiceVersion(const ServiceParts& parts, OpContext&,
                         const version::GetServiceVersionPRequest& request,
                         version::GetServiceVersionPResponse* response) {
  // Clients that look for the primary ask without this.
  if (!request.allowedonstandbymasters()) RETURN_IF_ERROR(CheckServing(parts));
  if (request.servicetype() == version::UNKNOWN_SERVICE) {
    response->set_version(kUnknownVersion);
    return OkStatus();
  }
  auto found = Versions().find(request.servicetype());
  if (found == Versions().end()) {
    return NotFound("Service " + version::ServiceType_Name(request.servicetype()) +
                    " is not found.");
  }
  response->set_version(found->second);
  return OkStatus();
}

}  // namespace

void AddVersionService(const ServiceParts& parts, rpc::MethodTable* table) {
  MethodSpec spec;
  spec.path = "/alluxio.grpc.version.ServiceVersionClientService/getServiceVersion";
  spec.needs_authentication = false;
  spec.needs = Needs::kNothing;
  AddMethod<version::GetServiceVersionPRequest, version::GetServiceVersionPResponse>(
      parts, table, spec, &GetServiceVersion);
}

}  // namespace alluxio::master
