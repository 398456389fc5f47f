// Status: what went wrong, and what the caller should do about it.
//
// Codes are gRPC's seventeen, chosen by the reaction expected of the caller, because that is what
// travels to clients (docs/ARCHITECTURE.md, "Errors"). The message names the object first:
// "delete /a/b: mount point". Immutable after construction; OK costs one null pointer.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>

namespace alluxio {

// Numbers equal gRPC's and must never change.
enum class StatusCode {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// The upper-case name gRPC uses, for example "NOT_FOUND".
std::string_view StatusCodeName(StatusCode code);

class [[nodiscard]] Status {
 public:
  Status() = default;  // OK
  Status(StatusCode code, std::string message);

  bool ok() const { return rep_ == nullptr; }
  StatusCode code() const { return rep_ == nullptr ? StatusCode::kOk : rep_->code; }
  const std::string& message() const;

  // The same error with `context` and ": " before its message; OK stays OK.
  Status WithContext(std::string_view context) const;

  // "OK" or "NOT_FOUND: Path \"/a\" does not exist."
  std::string ToString() const;

  bool Is(StatusCode code) const { return this->code() == code; }

 private:
  struct Rep {
    StatusCode code;
    std::string message;
  };
  std::shared_ptr<const Rep> rep_;  // Shared by copies; immutable.
};

std::ostream& operator<<(std::ostream& out, const Status& status);

inline Status OkStatus() { return Status(); }
Status Cancelled(std::string message);
Status UnknownError(std::string message);
Status InvalidArgument(std::string message);
Status DeadlineExceeded(std::string message);
Status NotFound(std::string message);
Status AlreadyExists(std::string message);
Status PermissionDenied(std::string message);
Status ResourceExhausted(std::string message);
Status FailedPrecondition(std::string message);
Status Aborted(std::string message);
Status OutOfRange(std::string message);
Status Unimplemented(std::string message);
Status InternalError(std::string message);
Status Unavailable(std::string message);
Status DataLoss(std::string message);
Status Unauthenticated(std::string message);

// An errno value as a Status: "<context>: <strerror text>" with the matching code.
Status FromErrno(int error, std::string_view context);

#define RETURN_IF_ERROR(expr)                            \
  do {                                                   \
    if (::alluxio::Status status_ = (expr); !status_.ok()) \
      return status_;                                    \
  } while (0)

}  // namespace alluxio
