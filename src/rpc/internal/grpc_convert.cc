#include "rpc/internal/grpc_convert.h"

#include <grpc/support/time.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <utility>
#include <vector>

#include "rpc/internal/http2/grpc_head.h"

namespace alluxio::rpc {
namespace {

// The message keeps a reference of its own to the memory of `bytes` until it has been sent.
::grpc::Slice SliceOf(Bytes bytes) {
  auto* keeper = new Bytes(std::move(bytes));
  return ::grpc::Slice(
      const_cast<char*>(keeper->data()), keeper->size(),  // the library only reads
      [](void* held) { delete static_cast<Bytes*>(held); }, keeper);
}

}  // namespace

void ToByteBuffer(std::string prefix, Bytes body, ::grpc::ByteBuffer* out) {
  std::vector<::grpc::Slice> slices;
  if (!prefix.empty()) slices.emplace_back(SliceOf(Bytes::FromString(std::move(prefix))));
  if (!body.empty()) slices.emplace_back(SliceOf(std::move(body)));
  *out = ::grpc::ByteBuffer(slices.data(), slices.size());
}

void ToByteBuffer(const Bytes& body, ::grpc::ByteBuffer* out) {
  constexpr size_t kWorthSharing = 4096;
  ::grpc::Slice slice =
      body.size() < kWorthSharing ? ::grpc::Slice(body.data(), body.size()) : SliceOf(body);
  *out = ::grpc::ByteBuffer(&slice, 1);
}

Bytes FromByteBuffer(::grpc::ByteBuffer* buffer) {
  auto slice = std::make_shared<::grpc::Slice>();
  if (!buffer->TrySingleSlice(slice.get()).ok() && !buffer->DumpToSingleSlice(slice.get()).ok()) {
    buffer->Clear();
    return Bytes();
  }
  buffer->Clear();
  std::string_view view(reinterpret_cast<const char*>(slice->begin()), slice->size());
  return Bytes::FromOwner(view, std::move(slice));
}

::grpc::Status ToGrpcStatus(const Status& status) {
  if (status.ok()) return ::grpc::Status::OK;
  return ::grpc::Status(static_cast<::grpc::StatusCode>(status.code()), status.message());
}

Status FromGrpcStatus(const ::grpc::Status& status) {
  if (status.ok()) return OkStatus();
  int code = status.error_code();
  if (code < 1 || code > 16) code = static_cast<int>(StatusCode::kUnknown);
  return Status(static_cast<StatusCode>(code), status.error_message());
}

std::string PeerText(const std::string& peer) { return DecodeMessage(peer); }

gpr_timespec DeadlineAfter(Duration timeout) {
  constexpr Duration kNever = std::chrono::hours(24 * 3650);
  if (timeout > kNever) return gpr_inf_future(GPR_CLOCK_MONOTONIC);
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(timeout.count(), GPR_TIMESPAN));
}

}  // namespace alluxio::rpc
