// How late a real-time thread's waits come back that end at their deadline. Preloaded into rackd: its loop
// waits for the tick by syscall(SYS_futex) with a deadline, and the clock is read as the call returns,
// where cyclictest reads it too. What was seen is written to $PHAROS_WAKES at the end, a line a wait:
// the deadline and the lateness, ns.

#include <dlfcn.h>
#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

enum { ROOM = 1 << 16 };

static struct wake {
  int64_t deadline, late;
} wakes[ROOM];
static volatile int count;
static long (*next)(long, long, long, long, long, long, long);

__attribute__((constructor)) static void start(void) {
  // Every page is there before memory is locked and the loop runs.
  memset(wakes, 0xFF, sizeof wakes);
}

__attribute__((destructor)) static void finish(void) {
  const char *path = getenv("PHAROS_WAKES");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  for (int k = 0; k < count; k++)
    fprintf(file, "%lld %lld\n", (long long)wakes[k].deadline, (long long)wakes[k].late);
  fclose(file);
}

long syscall(long number, long a, long b, long c, long d, long e, long f) {
  // Others' constructors may have come first.
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "syscall");
  const long result = next(number, a, b, c, d, e, f);
  if (number != SYS_futex || b != (FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG) || result != -1) return result;
  if (errno != ETIMEDOUT) return result;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  // Of the two kinds of threads that wait so, the loop alone is real-time.
  if (sched_getscheduler(0) == SCHED_FIFO && count < ROOM) {
    const struct timespec *deadline = (const struct timespec *)d;
    wakes[count].deadline = deadline->tv_sec * 1000000000LL + deadline->tv_nsec;
    wakes[count].late = now.tv_sec * 1000000000LL + now.tv_nsec - wakes[count].deadline;
    count++;
  }
  errno = ETIMEDOUT;
  return result;
}
