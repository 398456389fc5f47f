// Names for clang's thread-safety attributes; empty for other compilers.
#pragma once

#if defined(__clang__)
#define ALLUXIO_TSA(x) __attribute__((x))
#else
#define ALLUXIO_TSA(x)
#endif

// Abseil's headers define some of the same names with the same meaning; the later one wins.
#undef GUARDED_BY
#undef PT_GUARDED_BY
#undef NO_THREAD_SAFETY_ANALYSIS

#define CAPABILITY(x) ALLUXIO_TSA(capability(x))
#define SCOPED_CAPABILITY ALLUXIO_TSA(scoped_lockable)
#define GUARDED_BY(x) ALLUXIO_TSA(guarded_by(x))
#define PT_GUARDED_BY(x) ALLUXIO_TSA(pt_guarded_by(x))
#define REQUIRES(...) ALLUXIO_TSA(requires_capability(__VA_ARGS__))
#define REQUIRES_SHARED(...) ALLUXIO_TSA(requires_shared_capability(__VA_ARGS__))
#define EXCLUDES(...) ALLUXIO_TSA(locks_excluded(__VA_ARGS__))
#define ACQUIRE(...) ALLUXIO_TSA(acquire_capability(__VA_ARGS__))
#define ACQUIRE_SHARED(...) ALLUXIO_TSA(acquire_shared_capability(__VA_ARGS__))
#define RELEASE(...) ALLUXIO_TSA(release_capability(__VA_ARGS__))
#define RELEASE_SHARED(...) ALLUXIO_TSA(release_shared_capability(__VA_ARGS__))
#define RELEASE_GENERIC(...) ALLUXIO_TSA(release_generic_capability(__VA_ARGS__))
#define TRY_ACQUIRE(...) ALLUXIO_TSA(try_acquire_capability(__VA_ARGS__))
#define ASSERT_CAPABILITY(x) ALLUXIO_TSA(assert_capability(x))
#define ASSERT_SHARED_CAPABILITY(x) ALLUXIO_TSA(assert_shared_capability(x))
#define RETURN_CAPABILITY(x) ALLUXIO_TSA(lock_returned(x))
#define NO_THREAD_SAFETY_ANALYSIS ALLUXIO_TSA(no_thread_safety_analysis)
