// What Swift's Glibc module lacks: GNU declarations, variadic calls, macros and address structures.
//
// Each function is one system call (or the address it needs) and nothing more. All return what the
// call returns: a negative number on failure, with errno set. No floating-point arithmetic in here.
#ifndef PHAROS_CLINUX_H
#define PHAROS_CLINUX_H

#include <errno.h>
#include <fcntl.h>
#include <linux/can.h>
#include <linux/can/error.h>
#include <linux/can/raw.h>
#include <malloc.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// ---- futex ------------------------------------------------------------------------------------

// Waits while *word is `expected`, until an absolute moment of CLOCK_MONOTONIC.
static inline int rack_futex_wait(const void *word, uint32_t expected, int64_t deadline_ns) {
  struct timespec deadline;
  deadline.tv_sec = deadline_ns / 1000000000;
  deadline.tv_nsec = deadline_ns % 1000000000;
  // 9 | 128 = FUTEX_WAIT_BITSET, private: the one wait that takes an absolute monotonic time.
  return (int)syscall(SYS_futex, word, 9 | 128, expected, &deadline, NULL, 0xffffffffU);
}

// Wakes every thread that waits on the word. 1 | 128 = FUTEX_WAKE, private.
static inline int rack_futex_wake(const void *word) {
  return (int)syscall(SYS_futex, word, 1 | 128, 0x7fffffff, NULL, NULL, 0);
}

// ---- threads and signals ------------------------------------------------------------------------

// Names the calling thread (at most 15 bytes). 15 = PR_SET_NAME.
static inline int rack_name_thread(const char *name) {
  return (int)syscall(SYS_prctl, 15, name, 0, 0, 0);
}

static inline int rack_thread_id(void) { return (int)syscall(SYS_gettid); }

// SCHED_FIFO for the calling thread alone.
static inline int rack_schedule_fifo(int priority) {
  struct sched_param parameters;
  memset(&parameters, 0, sizeof parameters);
  parameters.sched_priority = priority;
  return (int)syscall(SYS_sched_setscheduler, 0, 1, &parameters);
}

// Blocks SIGTERM, SIGINT and SIGHUP in the calling thread (and those it starts later), ignores
// SIGPIPE, and returns a descriptor that tells of them.
static inline int rack_signal_descriptor(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  int result = sigprocmask(SIG_BLOCK, &set, NULL);
  if (result < 0) return result;
  signal(SIGPIPE, SIG_IGN);
  // The kernel's set is 8 bytes: the first of the library's. 02000000 = close on exec, 04000 = non-blocking.
  return (int)syscall(SYS_signalfd4, -1, &set, 8, 02000000 | 04000);
}

// The number of the next pending signal, or a negative number.
static inline int rack_signal_read(int descriptor) {
  uint32_t info[32];  // struct signalfd_siginfo: 128 bytes, the signal's number first
  ssize_t count = read(descriptor, info, sizeof info);
  if (count < 0) return -1;
  if (count < (ssize_t)sizeof info) { errno = EIO; return -1; }
  return (int)info[0];
}

static inline int rack_event_descriptor(void) {
  return (int)syscall(SYS_eventfd2, 0, 02000000 | 04000);
}

// ---- clocks -----------------------------------------------------------------------------------------

static const int rack_monotonic = CLOCK_MONOTONIC;
static const int rack_realtime = CLOCK_REALTIME;

static inline int64_t rack_clock(int clock) {
  struct timespec value = {0, 0};
  clock_gettime(clock, &value);
  return (int64_t)value.tv_sec * 1000000000 + value.tv_nsec;
}

static inline void rack_sleep_until(int64_t moment_ns) {
  struct timespec moment;
  moment.tv_sec = moment_ns / 1000000000;
  moment.tv_nsec = moment_ns % 1000000000;
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL) == EINTR) {}
}

// Puts `descriptor` in the place of `target` in one step, closed on exec.
static inline int rack_replace(int descriptor, int target) {
  return (int)syscall(SYS_dup3, descriptor, target, 02000000);
}

// ---- memory ---------------------------------------------------------------------------------------

static inline int rack_memory_file(const char *name) {
  return (int)syscall(SYS_memfd_create, name, 1U);
}

// One heap for all threads: each further one reserves 64 MB of addresses, which count once locked.
static inline int rack_single_heap(void) { return mallopt(M_ARENA_MAX, 1); }

// 1 = MCL_CURRENT: everything mapped now.
static inline int rack_lock_memory(void) { return mlockall(1); }

// ---- locks on files (open file description locks: a fork or a second open does not confuse them) --

static inline int rack_file_lock(int descriptor) {
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return fcntl(descriptor, 37 /* F_OFD_SETLK */, &lock);
}

// 1 where another open file holds the lock, 0 where none does.
static inline int rack_file_is_locked(int descriptor) {
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  int result = fcntl(descriptor, 36 /* F_OFD_GETLK */, &lock);
  if (result < 0) return result;
  return lock.l_type == F_UNLCK ? 0 : 1;
}

// ---- sockets --------------------------------------------------------------------------------------

// Kinds for rack_socket.
static const int rack_kind_stream = SOCK_STREAM;
static const int rack_kind_datagram = SOCK_DGRAM;
static const int rack_kind_packets = SOCK_SEQPACKET;

// A non-blocking socket, closed on exec.
static inline int rack_socket(int family, int kind) {
  return socket(family, kind | 02000000 | 04000, 0);
}

static inline int rack_accept(int descriptor) {
  return (int)syscall(SYS_accept4, descriptor, NULL, NULL, 02000000 | 04000);
}

static inline socklen_t rack_unix_address(struct sockaddr_un *address, const char *path) {
  size_t length = strlen(path);
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (length + 1 > sizeof address->sun_path) return 0;
  memcpy(address->sun_path, path, length);
  if (path[0] == '@') {  // the abstract name space
    address->sun_path[0] = 0;
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  }
  return sizeof *address;
}

static inline int rack_unix_bind(int descriptor, const char *path) {
  struct sockaddr_un address;
  socklen_t length = rack_unix_address(&address, path);
  if (length == 0) { errno = ENAMETOOLONG; return -1; }
  return bind(descriptor, (const struct sockaddr *)&address, length);
}

static inline int rack_unix_connect(int descriptor, const char *path) {
  struct sockaddr_un address;
  socklen_t length = rack_unix_address(&address, path);
  if (length == 0) { errno = ENAMETOOLONG; return -1; }
  return connect(descriptor, (const struct sockaddr *)&address, length);
}

static inline ssize_t rack_unix_send(
  int descriptor, const char *path, const void *bytes, size_t count
) {
  struct sockaddr_un address;
  socklen_t length = rack_unix_address(&address, path);
  if (length == 0) { errno = ENAMETOOLONG; return -1; }
  return sendto(
    descriptor, bytes, count, MSG_NOSIGNAL, (const struct sockaddr *)&address, length);
}

static inline struct sockaddr_in rack_inet_address(uint32_t host, uint16_t port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(host);
  address.sin_port = htons(port);
  return address;
}

static inline int rack_inet_bind(int descriptor, uint32_t host, uint16_t port) {
  int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = rack_inet_address(host, port);
  return bind(descriptor, (const struct sockaddr *)&address, sizeof address);
}

static inline int rack_inet_connect(int descriptor, uint32_t host, uint16_t port) {
  struct sockaddr_in address = rack_inet_address(host, port);
  return connect(descriptor, (const struct sockaddr *)&address, sizeof address);
}

// The port that a socket is bound to.
static inline int rack_inet_port(int descriptor) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  if (getsockname(descriptor, (struct sockaddr *)&address, &length) < 0) return -1;
  return ntohs(address.sin_port);
}

static inline int rack_no_delay(int descriptor) {
  int on = 1;
  return setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// The error that a socket has pending (the outcome of a connect that did not wait).
static inline int rack_socket_error(int descriptor) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return -1;
  return error;
}

// Who connected: process, user, group.
static inline int rack_peer(int descriptor, int32_t *process, uint32_t *user, uint32_t *group) {
  struct { int32_t process; uint32_t user, group; } credentials;
  socklen_t length = sizeof credentials;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0) return -1;
  *process = credentials.process;
  *user = credentials.user;
  *group = credentials.group;
  return 0;
}

// The supplementary groups of who connected; returns how many. 59 = SO_PEERGROUPS.
static inline int rack_peer_groups(int descriptor, uint32_t *groups, uint32_t room) {
  socklen_t length = room * sizeof *groups;
  if (getsockopt(descriptor, SOL_SOCKET, 59, groups, &length) < 0) return -1;
  return (int)(length / sizeof *groups);
}

// ---- watchdog ---------------------------------------------------------------------------------------

// Sets the time until it bites, and says what the driver made of it. 0xc0045706 = WDIOC_SETTIMEOUT.
static inline int rack_watchdog_timeout(int descriptor, int32_t *seconds) {
  int value = *seconds;
  int result = ioctl(descriptor, 0xc0045706UL, &value);
  if (result >= 0) *seconds = value;
  return result;
}

// ---- SocketCAN --------------------------------------------------------------------------------------

// Opens and binds a raw CAN socket with error frames, kernel stamps, drop counts and CAN FD.
static inline int rack_can_open(const char *interface) {
  int descriptor = socket(AF_CAN, SOCK_RAW | 02000000 | 04000, CAN_RAW);
  if (descriptor < 0) return -1;
  struct ifreq request;
  memset(&request, 0, sizeof request);
  strncpy(request.ifr_name, interface, sizeof request.ifr_name - 1);
  if (ioctl(descriptor, SIOCGIFINDEX, &request) < 0) goto failed;
  int on = 1;
  can_err_mask_t errors = CAN_ERR_MASK;
  if (setsockopt(descriptor, SOL_CAN_RAW, CAN_RAW_ERR_FILTER, &errors, sizeof errors) < 0)
    goto failed;
  if (setsockopt(descriptor, SOL_SOCKET, 35 /* SO_TIMESTAMPNS */, &on, sizeof on) < 0) goto failed;
  if (setsockopt(descriptor, SOL_SOCKET, 40 /* SO_RXQ_OVFL */, &on, sizeof on) < 0) goto failed;
  // Room for a second of a full bus while the receive thread is kept from running; 33 = SO_RCVBUFFORCE,
  // which needs CAP_NET_ADMIN, then what everybody may have.
  int room = 1 << 20;
  if (setsockopt(descriptor, SOL_SOCKET, 33, &room, sizeof room) < 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  // A kernel without FD still carries classic frames, so a refusal is no failure.
  setsockopt(descriptor, SOL_CAN_RAW, CAN_RAW_FD_FRAMES, &on, sizeof on);
  struct sockaddr_can address;
  memset(&address, 0, sizeof address);
  address.can_family = AF_CAN;
  address.can_ifindex = request.ifr_ifindex;
  if (bind(descriptor, (const struct sockaddr *)&address, sizeof address) < 0) goto failed;
  return descriptor;
failed:;
  int error = errno;
  close(descriptor);
  errno = error;
  return -1;
}

// Lets only data frames with these identifiers through (bit 31 = 29-bit); error frames come anyway. The
// kernel takes at most CAN_RAW_FILTER_MAX (512) filters.
static inline int rack_can_filter(int descriptor, const uint32_t *identifiers, size_t count) {
  struct can_filter filters[CAN_RAW_FILTER_MAX];
  if (count > CAN_RAW_FILTER_MAX) { errno = E2BIG; return -1; }
  for (size_t index = 0; index < count; index++) {
    canid_t bits = identifiers[index] & CAN_EFF_FLAG ? CAN_EFF_MASK : CAN_SFF_MASK;
    filters[index].can_id = identifiers[index];
    // The kernel looks filters of this shape up by identifier instead of walking them.
    filters[index].can_mask = bits | CAN_EFF_FLAG | CAN_RTR_FLAG;
  }
  return setsockopt(
    descriptor, SOL_CAN_RAW, CAN_RAW_FILTER, filters, (socklen_t)(count * sizeof *filters));
}

// One frame with its wall-clock stamp (0 where there is none) and the socket's drop count so far.
// Returns the bytes read: CAN_MTU for a classic frame, CANFD_MTU for an FD frame.
static inline int rack_can_receive(
  int descriptor, struct canfd_frame *frame, int64_t *stamp_ns, uint32_t *dropped
) {
  union { char bytes[256]; struct cmsghdr align; } control;
  struct iovec vector = {frame, sizeof *frame};
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  ssize_t count = recvmsg(descriptor, &message, MSG_DONTWAIT);
  if (count < 0) return -1;
  *stamp_ns = 0;
  for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET) continue;
    if (part->cmsg_type == 35 /* SCM_TIMESTAMPNS */) {
      struct timespec stamp;
      memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
      *stamp_ns = (int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec;
    } else if (part->cmsg_type == 40 /* SO_RXQ_OVFL */) {
      memcpy(dropped, CMSG_DATA(part), sizeof *dropped);
    }
  }
  return (int)count;
}

static const int rack_can_classic_size = CAN_MTU;
static const int rack_can_fd_size = CANFD_MTU;

#endif
