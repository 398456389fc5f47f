#include "base/check.h"

#include <cstdio>
#include <cstdlib>

// There in builds with a sanitizer; tells where the check is.
extern "C" void __sanitizer_print_stack_trace() __attribute__((weak));

namespace alluxio::check_internal {

Failure::Failure(const char* file, int line, const char* condition) {
  stream_ << file << ":" << line << ": CHECK failed: " << condition << " ";
}

Failure::~Failure() {
  std::fprintf(stderr, "%s\n", stream_.str().c_str());
  if (__sanitizer_print_stack_trace != nullptr) __sanitizer_print_stack_trace();
  std::fflush(stderr);
  std::abort();
}

}  // namespace alluxio::check_internal
