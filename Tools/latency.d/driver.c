// Owns both ends that rackd (or rival.c) talks to: a socketcand server with one client, and simulated
// lines with one holder. Sends frames at random moments and prints the time from each send to the
// arrival of the line's level, in nanoseconds a line.
//
//   driver LINES-SOCKET SECONDS SEED     SEED 0: only holds the ends, for a quiet device
//
// Prints its TCP port first; the device may start then. Between frames it sleeps; while an answer is
// awaited it looks without sleeping, so that its own waking is no part of what it measures.
#include "wire.h"

enum { LATEST_NS = 500 * 1000 * 1000, SETTLE_NS = 1000 * 1000 * 1000 };

static int bus, lines;
static uint32_t level;
static uint64_t seed;

static int64_t now_of(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int64_t now(void) { return now_of(CLOCK_MONOTONIC); }

static uint64_t next_random(void) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return seed;
}

// The next packet of the lines: notes the level, then confirms it. False when there is none.
static int serve_line(int flags, int64_t *arrival) {
  uint8_t packet[4096];
  ssize_t count = recv(lines, packet, sizeof packet, flags);
  if (count == 0) {
    fprintf(stderr, "driver: the device let go of its lines\n");
    exit(70);
  }
  if (count < 0) return 0;
  if (packet[4] == WRITE && count == 13) {
    *arrival = now();
    level = get32(packet + 9) & 1;
    packet[4] = APPLIED;
    send(lines, packet, 9, MSG_DONTWAIT | MSG_NOSIGNAL);
  } else if (packet[4] == HELLO) {
    put_head(packet, GRANTED);
    put32(packet + 5, 0);
    put32(packet + 9, 0);
    send(lines, packet, 13, MSG_NOSIGNAL);
  }
  return 1;
}

// Serves the lines until a moment, asleep in between.
static void serve_until(int64_t moment) {
  for (int64_t left, arrival; (left = moment - now()) > 0;) {
    struct pollfd wait = {.fd = lines, .events = POLLIN};
    struct timespec limit = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
    if (ppoll(&wait, 1, &limit, NULL) > 0) serve_line(MSG_DONTWAIT, &arrival);
  }
}

// Waits for a message of the client and answers.
static void answer(const char *message, const char *text) {
  char heard[64];
  ssize_t count = recv(bus, heard, sizeof heard - 1, 0);
  heard[count > 0 ? count : 0] = 0;
  if (!strstr(heard, message)) fail(message);
  send(bus, text, strlen(text), MSG_NOSIGNAL);
}

// Sends a current; the time until the line has the level that follows, or -1.
static int64_t stimulate(unsigned amperes) {
  uint32_t wanted = amperes >= THRESHOLD;
  char text[128];
  int64_t wall = now_of(CLOCK_REALTIME) / 1000, arrival = 0;
  int length = snprintf(text, sizeof text, "< frame %03X %lld.%06lld %04X000000000000 >", FRAME,
                        (long long)(wall / 1000000), (long long)(wall % 1000000), amperes);
  int64_t sent = now();
  if (send(bus, text, (size_t)length, MSG_NOSIGNAL) != length) fail("send");
  while (now() - sent < LATEST_NS)
    if (serve_line(MSG_DONTWAIT, &arrival) && level == wanted) return arrival - sent;
  return -1;
}

static void connect_device(const char *path) {
  struct sockaddr_un owner = unix_address(path);
  struct sockaddr_in server = loopback(0);
  socklen_t size = sizeof server;
  int line_listener = socket(AF_UNIX, SOCK_SEQPACKET, 0), listener = socket(AF_INET, SOCK_STREAM, 0);
  unlink(path);
  if (bind(line_listener, (struct sockaddr *)&owner, sizeof owner) < 0) fail(path);
  if (bind(listener, (struct sockaddr *)&server, size) < 0) fail("bind");
  if (listen(line_listener, 1) < 0 || listen(listener, 1) < 0) fail("listen");
  getsockname(listener, (struct sockaddr *)&server, &size);
  printf("%d\n", ntohs(server.sin_port));
  fflush(stdout);
  int64_t arrival;
  lines = accept(line_listener, NULL, NULL);
  serve_line(0, &arrival);
  bus = accept(listener, NULL, NULL);
  int on = 1;
  setsockopt(bus, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  send(bus, "< hi >", 6, MSG_NOSIGNAL);
  answer("< open can0 >", "< ok >");
  answer("< rawmode >", "< ok >");
}

int main(int count, char **arguments) {
  if (count != 4) return 64;
  int64_t length = atoll(arguments[2]) * 1000000000;
  seed = strtoull(arguments[3], NULL, 10);
  alarm(10);  // a device that does not come ends this
  connect_device(arguments[1]);
  alarm(0);
  become_realtime(90);
  serve_until(now() + SETTLE_NS);
  int64_t end = now() + length;
  if (seed == 0) serve_until(end);
  size_t most = (size_t)(length / 6000000) + 1, taken = 0, lost = 0;
  int64_t *times = calloc(most, sizeof *times);
  while (seed != 0 && now() < end && taken < most) {
    // Somewhere within the controller's tick of 10 ms; a rise is measured, a fall makes ready for it.
    serve_until(now() + 3000000 + (int64_t)(next_random() % 6000000));
    int64_t time = stimulate(THRESHOLD + 50);
    if (time < 0) lost++; else times[taken++] = time;
    serve_until(now() + 3000000 + (int64_t)(next_random() % 6000000));
    if (stimulate(THRESHOLD - 50) < 0) lost++;
  }
  for (size_t index = 0; index < taken; index++) printf("%lld\n", (long long)times[index]);
  if (lost > 0) fprintf(stderr, "driver: %zu of its frames had no answer within 500 ms\n", lost);
  return lost > 0;
}
