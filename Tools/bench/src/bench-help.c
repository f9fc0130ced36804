// Two things that a shell cannot do, for walks in the bench guest.
//
//   bench-help stall THREAD SECONDS   holds one thread of a process still, as if its core were gone
//   bench-help listen PATH            a service manager's ear: prints each datagram with its moment, ms
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int failed(const char *what) {
  perror(what);
  return 1;
}

static int stall(pid_t thread, double seconds) {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, NULL);
  if (ptrace(PTRACE_SEIZE, thread, 0, 0) < 0) return failed("seize");
  if (ptrace(PTRACE_INTERRUPT, thread, 0, 0) < 0) return failed("interrupt");
  if (waitpid(thread, NULL, __WALL) < 0) return failed("wait");
  // Its stop has been reported twice, by the wait and by a signal.
  struct timespec rest = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)}, none = {0, 0};
  sigtimedwait(&children, NULL, &none);
  // One that is killed is gone only when its tracer has looked.
  while (sigtimedwait(&children, NULL, &rest) == SIGCHLD) {
    int status;
    if (waitpid(thread, &status, __WALL | WNOHANG) == thread && !WIFSTOPPED(status)) return 0;
  }
  if (ptrace(PTRACE_DETACH, thread, 0, 0) < 0 && errno != ESRCH) return failed("detach");
  return 0;
}

static int listen_at(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  unlink(path);
  int ear = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (ear < 0 || bind(ear, (struct sockaddr *)&address, sizeof address) < 0) return failed(path);
  char text[512];
  for (;;) {
    ssize_t count = recv(ear, text, sizeof text - 1, 0);
    if (count < 0) return failed("receive");
    text[count] = 0;
    for (char *each = text; *each; each++) if (*each == '\n') *each = ' ';
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    printf("%lld %s\n", (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000, text);
    fflush(stdout);
  }
}

int main(int count, char **words) {
  if (count == 4 && strcmp(words[1], "stall") == 0)
    return stall((pid_t)atoi(words[2]), atof(words[3]));
  if (count == 3 && strcmp(words[1], "listen") == 0) return listen_at(words[2]);
  fprintf(stderr, "usage: bench-help stall THREAD SECONDS | listen PATH\n");
  return 64;
}
