/* A machine that is not well, for one process: its journal disk answers with an error, its wall
 * clock has jumped. Loaded before the C library (LD_PRELOAD).
 *
 *   CHAOS_ILL         a file of 16 bytes: the error of the disk (int64, 0 = none), how far the
 *                     clock is off (int64, nanoseconds). Changes take effect at once.
 *   CHAOS_ILL_FOLDER  where the journal is
 *
 * EROFS hits what changes something, any other error reads as well; with -1 reads succeed, and a
 * byte near the beginning of each is wrong. With -2 half of a write is on the disk and with -3 all
 * of it, and both answer EIO, and so does a sync. Waits until a time of day are moved back by what the
 * clock is off, because the kernel does not know of it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) \
  static __typeof__(name)* real; \
  if (real == NULL) real = (__typeof__(name)*)dlsym(RTLD_NEXT, #name)

static const volatile int64_t nothing[2];
static const volatile int64_t* ill = nothing;
static const char* folder = "/nowhere";

__attribute__((constructor)) static void begin(void) {
  const char* path = getenv("CHAOS_ILL");
  if (getenv("CHAOS_ILL_FOLDER") != NULL) folder = getenv("CHAOS_ILL_FOLDER");
  int fd = path == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return;
  void* map = mmap(NULL, 16, PROT_READ, MAP_SHARED, fd, 0);
  if (map != MAP_FAILED) ill = map;
  close(fd);
}

static int hit(const char* path, int changes) {
  int64_t error = ill[0];
  if (error == 0 || (error == EROFS && !changes)) return 0;
  if (error < 0 && (changes || error != -1)) return 0;
  if (strncmp(path, folder, strlen(folder)) != 0) return 0;
  errno = (int)error;
  return 1;
}

/* The path of a descriptor's file; "" for one that has none. */
static const char* path_of(int fd, char path[4096]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, 4095);
  path[n < 0 ? 0 : n] = 0;
  return path;
}

static int hit_file(int fd, int changes) {
  char path[4096];
  return ill[0] == 0 ? 0 : hit(path_of(fd, path), changes);
}

/* Its error comes after the disk did something. */
static int late(int fd) {
  char path[4096];
  if (ill[0] > -2 || strncmp(path_of(fd, path), folder, strlen(folder)) != 0) return 0;
  errno = EIO;
  return 1;
}

#define OPEN(name) \
  int name(const char* path, int flags, ...) { \
    REAL(name); \
    va_list rest; \
    va_start(rest, flags); \
    int mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(rest, int) : 0; \
    va_end(rest); \
    int changes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0; \
    return ill[0] > 0 && hit(path, changes) ? -1 : real(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

#define CALL(result, name, blame, parameters, ...) \
  result name parameters { \
    REAL(name); \
    return blame ? -1 : real(__VA_ARGS__); \
  }
#define READ(name, parameters, ...) \
  ssize_t name parameters { \
    REAL(name); \
    if (hit_file(fd, 0)) { \
      if (ill[0] > 0) return -1; \
      ssize_t got = real(__VA_ARGS__); \
      if (got > 0) ((char*)to)[got > 60 ? 60 : 0] ^= 0x55; \
      return got; \
    } \
    return real(__VA_ARGS__); \
  }
READ(read, (int fd, void* to, size_t n), fd, to, n)
READ(pread, (int fd, void* to, size_t n, off_t at), fd, to, n, at)
READ(pread64, (int fd, void* to, size_t n, off64_t at), fd, to, n, at)
#define WRITE(name, parameters, ...) \
  ssize_t name parameters { \
    REAL(name); \
    if (hit_file(fd, 1)) return -1; \
    if (!late(fd)) return real(__VA_ARGS__); \
    if (ill[0] == -2) n = n / 2 / 512 * 512; /* what a direct write may have */ \
    (void)!real(__VA_ARGS__); \
    errno = EIO; \
    return -1; \
  }
WRITE(write, (int fd, const void* from, size_t n), fd, from, n)
WRITE(pwrite, (int fd, const void* from, size_t n, off_t at), fd, from, n, at)
WRITE(pwrite64, (int fd, const void* from, size_t n, off64_t at), fd, from, n, at)
CALL(int, fsync, hit_file(fd, 1) || late(fd), (int fd), fd)
CALL(int, fdatasync, hit_file(fd, 1) || late(fd), (int fd), fd)
CALL(int, ftruncate, hit_file(fd, 1), (int fd, off_t size), fd, size)
CALL(int, ftruncate64, hit_file(fd, 1), (int fd, off64_t size), fd, size)
CALL(int, mkdir, hit(path, 1), (const char* path, mode_t mode), path, mode)
CALL(int, unlink, hit(path, 1), (const char* path), path)
CALL(int, rename, hit(from, 1), (const char* from, const char* to), from, to)
CALL(int, link, hit(from, 1), (const char* from, const char* to), from, to)
CALL(int, renameat2, hit(from, 1),
     (int in, const char* from, int into, const char* to, unsigned flags), in, from, into, to,
     flags)

/* The clock. */
static void shift(struct timespec* time, int64_t by) {
  int64_t all = time->tv_sec * 1000000000LL + time->tv_nsec + by;
  if (all < 0) all = 0;
  time->tv_sec = all / 1000000000LL;
  time->tv_nsec = all % 1000000000LL;
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  REAL(clock_gettime);
  int done = real(clock, now);
  int64_t off = ill[1];
  int of_day = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  if (done == 0 && off != 0 && of_day) shift(now, off);
  return done;
}

int gettimeofday(struct timeval* now, void* zone) {
  (void)zone;
  struct timespec time;
  int done = clock_gettime(CLOCK_REALTIME, &time);
  now->tv_sec = time.tv_sec;
  now->tv_usec = time.tv_nsec / 1000;
  return done;
}

time_t time(time_t* out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != NULL) *out = now.tv_sec;
  return now.tv_sec;
}

/* A time of day, not one since the machine was started. */
static int of_day(const struct timespec* time) { return time->tv_sec > 1000000000; }

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const struct timespec* until) {
  REAL(pthread_cond_timedwait);
  struct timespec time = *until;
  if (ill[1] != 0 && of_day(&time)) shift(&time, -ill[1]);
  return real(condition, mutex, &time);
}

/* Abseil waits on futexes itself. */
long syscall(long number, ...) {
  static long (*real)(long, ...);
  if (real == NULL) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  long a[6];
  va_list rest;
  va_start(rest, number);
  for (int i = 0; i < 6; ++i) a[i] = va_arg(rest, long);
  va_end(rest);
  int64_t off = ill[1];
  struct timespec time;
  if (number == SYS_futex && off != 0 && a[3] != 0 && ((int)a[1] & FUTEX_CLOCK_REALTIME) != 0) {
    time = *(const struct timespec*)a[3];
    if (of_day(&time)) shift(&time, -off);
    a[3] = (long)&time;
  }
  return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
