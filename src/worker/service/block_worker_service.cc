#include "worker/service/block_worker_service.h"

#include <fmt/core.h>

#include "base/log.h"
#include "metrics/registry.h"
#include "metrics/throughput_gauges.h"
#include "proto/grpc/block_worker.pb.h"
#include "proto/grpc/version.pb.h"
#include "worker/service/load_desk.h"
#include "worker/service/local_block.h"
#include "worker/service/read_block.h"
#include "worker/service/stream_work.h"
#include "worker/service/write_block.h"

namespace alluxio::worker {
namespace {

using namespace ::alluxio::grpc::block;  // NOLINT: every type below is one of its messages

constexpr char kService[] = "/alluxio.grpc.block.BlockWorker/";
constexpr char kVersionMethod[] =
    "/alluxio.grpc.version.ServiceVersionClientService/getServiceVersion";
constexpr int64_t kBlockWorkerVersion = 1;
constexpr int64_t kUnknownVersion = -1;

// Answers on `executor`, because the work blocks.
template <typename Request, typename Response>
void AddBlocking(rpc::MethodTable* methods, const char* name, Executor& executor,
                 std::function<Result<Response>(const Request&)> work) {
  methods->Unary<Request, Response>(
      std::string(kService) + name, {},
      [&executor, work = std::move(work)](rpc::CallPtr, const Request& request,
                                          rpc::Reply<Response> reply) {
        // Shared: when the executor refuses, the reply is still needed here.
        auto answer = std::make_shared<rpc::Reply<Response>>(std::move(reply));
        Status submitted =
            executor.Submit([work, request, answer] { (*answer)(work(request)); });
        if (!submitted.ok()) (*answer)(submitted);
      });
}

// The fields that CacheRequest and AsyncCacheRequest share.
template <typename Request>
stub::CacheOrder OrderOf(const Request& request) {
  stub::CacheOrder order;
  order.block_id = request.has_block_id() ? request.block_id() : -1;
  order.length = request.length();
  order.source_host = request.source_host();
  order.source_port = request.source_port();
  const auto& options = request.open_ufs_block_options();
  order.ufs.ufs_path = options.ufs_path();
  order.ufs.offset_in_file = options.offset_in_file();
  order.ufs.block_size = options.block_size();
  order.ufs.mount_id = options.mountid();
  order.ufs.no_cache = options.no_cache();
  order.ufs.in_ufs_tier = options.block_in_ufs_tier();
  if (options.has_maxufsreadconcurrency()) {
    order.ufs.max_readers = options.maxufsreadconcurrency();
  }
  order.ufs.user = options.user();
  return order;
}

void AddCaching(WorkerParts& parts, rpc::MethodTable* methods) {
  methods->Unary<CacheRequest, CacheResponse>(
      std::string(kService) + "Cache", {},
      [&parts](rpc::CallPtr, const CacheRequest& request, rpc::Reply<CacheResponse> reply) {
        stub::CacheOrder order = OrderOf(request);
        if (request.async()) {
          parts.cacher.CacheLater(std::move(order));
          return reply(CacheResponse());
        }
        auto answer = std::make_shared<rpc::Reply<CacheResponse>>(std::move(reply));
        Status submitted = parts.commits.Submit([&parts, order, answer] {
          Running::One load(parts.running);
          Status cached = parts.cacher.Cache(order);
          (*answer)(cached.ok() ? Result<CacheResponse>(CacheResponse()) : cached);
        });
        if (!submitted.ok()) (*answer)(submitted);
      });
  methods->Unary<AsyncCacheRequest, AsyncCacheResponse>(
      std::string(kService) + "AsyncCache", {},
      [&parts](rpc::CallPtr, const AsyncCacheRequest& request,
               rpc::Reply<AsyncCacheResponse> reply) {
        parts.cacher.CacheLater(OrderOf(request));
        reply(AsyncCacheResponse());
      });
}

void AddBlockCalls(WorkerParts& parts, rpc::MethodTable* methods) {
  AddBlocking<RemoveBlockRequest, RemoveBlockResponse>(
      methods, "RemoveBlock", parts.writers,
      [&parts](const RemoveBlockRequest& request) -> Result<RemoveBlockResponse> {
        RETURN_IF_ERROR(parts.store.Remove(request.has_block_id() ? request.block_id() : -1));
        return RemoveBlockResponse();
      });
  AddBlocking<MoveBlockRequest, MoveBlockResponse>(
      methods, "MoveBlock", parts.writers,
      [&parts](const MoveBlockRequest& request) -> Result<MoveBlockResponse> {
        if (request.medium_type().empty()) return InvalidArgument("MoveBlock: no medium type");
        Placement placement;
        placement.medium = request.medium_type();
        RETURN_IF_ERROR(
            parts.store.Move(request.has_block_id() ? request.block_id() : -1, placement));
        return MoveBlockResponse();
      });
  methods->Unary<LoadRequest, LoadResponse>(
      std::string(kService) + "Load", {},
      [&parts](rpc::CallPtr, const LoadRequest& request, rpc::Reply<LoadResponse> reply) {
        auto load = std::make_unique<Running::One>(parts.running);
        parts.loads.Load(request, [load = std::move(load), reply = std::move(reply)](
                                      Result<LoadResponse> response) mutable {
          reply(std::move(response));
        });
      });
  AddBlocking<FreeWorkerRequest, FreeWorkerResponse>(
      methods, "FreeWorker", parts.writers,
      [&parts](const FreeWorkerRequest&) -> Result<FreeWorkerResponse> {
        LOG_INFO("worker: freed blocks={}", parts.store.RemoveAll());
        return FreeWorkerResponse();
      });
  methods->Unary<ClearMetricsRequest, ClearMetricsResponse>(
      std::string(kService) + "ClearMetrics", {},
      [&parts](rpc::CallPtr, const ClearMetricsRequest&,
               rpc::Reply<ClearMetricsResponse> reply) {
        metrics::Registry::Process().Clear();
        if (parts.throughputs != nullptr) parts.throughputs->BeginAnew();
        LOG_INFO("worker: metrics cleared");
        reply(ClearMetricsResponse());
      });
}

void AddVersion(rpc::MethodTable* methods) {
  using grpc::version::GetServiceVersionPRequest;
  using grpc::version::GetServiceVersionPResponse;
  rpc::MethodOptions open;
  open.needs_authentication = false;
  methods->Unary<GetServiceVersionPRequest, GetServiceVersionPResponse>(
      kVersionMethod, open,
      [](rpc::CallPtr, const GetServiceVersionPRequest& request,
         rpc::Reply<GetServiceVersionPResponse> reply) {
        bool known = request.servicetype() == grpc::version::BLOCK_WORKER_CLIENT_SERVICE;
        if (!known && request.servicetype() != grpc::version::UNKNOWN_SERVICE) {
          return reply(NotFound(fmt::format("Service {} is not found.",
                                            grpc::version::ServiceType_Name(
                                                request.servicetype()))));
        }
        GetServiceVersionPResponse response;
        response.set_version(known ? kBlockWorkerVersion : kUnknownVersion);
        reply(std::move(response));
      });
}

}  // namespace

void AddBlockWorkerService(WorkerParts& parts, rpc::MethodTable* methods) {
  std::string service(kService);
  Running& running = parts.running;
  methods->AddStream(service + "ReadBlock", {}, running.Counted(ReadBlockStreams(parts)));
  methods->AddStream(service + "WriteBlock", {},
                     running.Counted(OffTransport(WriteBlockExecutors(parts),
                                                  WriteBlockStreams(parts))));
  methods->AddStream(service + "OpenLocalBlock", {},
                     running.Counted(OffTransport(parts.readers, OpenLocalBlockStreams(parts))));
  methods->AddStream(service + "CreateLocalBlock", {},
                     running.Counted(OffTransport(parts.writers, CreateLocalBlockStreams(parts))));
  AddCaching(parts, methods);
  AddBlockCalls(parts, methods);
  AddVersion(methods);
}

}  // namespace alluxio::worker
