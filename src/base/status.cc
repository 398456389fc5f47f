#include "base/status.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace alluxio {

std::string_view StatusCodeName(StatusCode code) {
  static constexpr std::string_view kNames[] = {
      "OK",           "CANCELLED",          "UNKNOWN",           "INVALID_ARGUMENT",
      "DEADLINE_EXCEEDED", "NOT_FOUND",     "ALREADY_EXISTS",    "PERMISSION_DENIED",
      "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",    "OUT_OF_RANGE",
      "UNIMPLEMENTED", "INTERNAL",          "UNAVAILABLE",       "DATA_LOSS",
      "UNAUTHENTICATED"};
  auto index = static_cast<size_t>(code);
  return index < std::size(kNames) ? kNames[index] : "UNKNOWN";
}

Status::Status(StatusCode code, std::string message) {
  if (code != StatusCode::kOk) {
    rep_ = std::make_shared<const Rep>(Rep{code, std::move(message)});
  }
}

const std::string& Status::message() const {
  static const std::string kEmpty;
  return rep_ == nullptr ? kEmpty : rep_->message;
}

Status Status::WithContext(std::string_view context) const {
  if (ok()) return *this;
  return Status(code(), std::string(context) + ": " + message());
}

std::string Status::ToString() const {
  if (ok()) return "OK";
  return std::string(StatusCodeName(code())) + ": " + message();
}

std::ostream& operator<<(std::ostream& out, const Status& status) {
  return out << status.ToString();
}

#define DEFINE_STATUS(Function, Code) \
  Status Function(std::string message) { return Status(StatusCode::Code, std::move(message)); }
DEFINE_STATUS(Cancelled, kCancelled)
DEFINE_STATUS(UnknownError, kUnknown)
DEFINE_STATUS(InvalidArgument, kInvalidArgument)
DEFINE_STATUS(DeadlineExceeded, kDeadlineExceeded)
DEFINE_STATUS(NotFound, kNotFound)
DEFINE_STATUS(AlreadyExists, kAlreadyExists)
DEFINE_STATUS(PermissionDenied, kPermissionDenied)
DEFINE_STATUS(ResourceExhausted, kResourceExhausted)
DEFINE_STATUS(FailedPrecondition, kFailedPrecondition)
DEFINE_STATUS(Aborted, kAborted)
DEFINE_STATUS(OutOfRange, kOutOfRange)
DEFINE_STATUS(Unimplemented, kUnimplemented)
DEFINE_STATUS(InternalError, kInternal)
DEFINE_STATUS(Unavailable, kUnavailable)
DEFINE_STATUS(DataLoss, kDataLoss)
DEFINE_STATUS(Unauthenticated, kUnauthenticated)
#undef DEFINE_STATUS

namespace {

StatusCode CodeOfErrno(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return StatusCode::kNotFound;
    case EEXIST:
      return StatusCode::kAlreadyExists;
    case EACCES:
    case EPERM:
    case EROFS:
      return StatusCode::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return StatusCode::kResourceExhausted;
    case ENOTEMPTY:
    case EISDIR:
    case EBUSY:
      return StatusCode::kFailedPrecondition;
    case EINVAL:
    case ENAMETOOLONG:
      return StatusCode::kInvalidArgument;
    case EAGAIN:
    case ECONNREFUSED:
    case ECONNRESET:
    case ETIMEDOUT:
      return StatusCode::kUnavailable;
    default:
      return StatusCode::kUnknown;
  }
}

}  // namespace

Status FromErrno(int error, std::string_view context) {
  return Status(CodeOfErrno(error),
                std::string(context) + ": " + std::generic_category().message(error));
}

}  // namespace alluxio
