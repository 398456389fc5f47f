// CHECK: programmer errors end the process, in release builds too.
//
//   CHECK(offset <= size) << "offset=" << offset;
//
// Never CHECK input, disk, network or peers: those are Status.
#pragma once

#include <sstream>

namespace alluxio::check_internal {

// Collects the message; its destructor prints file, line and message to stderr and aborts.
class Failure {
 public:
  Failure(const char* file, int line, const char* condition);
  [[noreturn]] ~Failure();
  std::ostream& stream() { return stream_; }

 private:
  std::ostringstream stream_;
};

// Lets `CHECK(x) << ...` be an expression of type void.
struct Voidify {
  void operator&(std::ostream&) {}
};

}  // namespace alluxio::check_internal

#define CHECK(condition)                          \
  (condition) ? (void)0                           \
              : ::alluxio::check_internal::Voidify() & \
                    ::alluxio::check_internal::Failure(__FILE__, __LINE__, #condition).stream()

#ifdef NDEBUG
#define DCHECK(condition) CHECK(true || (condition))
#else
#define DCHECK(condition) CHECK(condition)
#endif
