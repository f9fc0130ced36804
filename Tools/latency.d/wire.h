// What driver.c and rival.c both speak: the packets of simulated lines (docs/realtime.md) and the one
// frame of the plan in program/SmallestPlan.swift.
#ifndef LATENCY_WIRE_H
#define LATENCY_WIRE_H

#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <time.h>
#include <unistd.h>

enum { FRAME = 0x100, THRESHOLD = 100, HELLO = 1, GRANTED = 2, WRITE = 4, APPLIED = 5 };

static inline void fail(const char *what) {
  perror(what);
  exit(70);
}

static inline void put32(uint8_t *at, uint32_t value) {
  for (int place = 0; place < 4; place++) at[place] = (uint8_t)(value >> (8 * place));
}

static inline uint32_t get32(const uint8_t *at) {
  return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

// The head that every packet has: "PLIN" and its kind.
static inline void put_head(uint8_t *packet, uint8_t kind) {
  memcpy(packet, "PLIN", 4);
  packet[4] = kind;
}

static inline struct sockaddr_un unix_address(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  return address;
}

static inline struct sockaddr_in loopback(uint16_t port) {
  return (struct sockaddr_in){.sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

// Real-time priority and memory that stays, as rackd has them; without the right to either: an end.
static inline void become_realtime(int priority) {
  struct sched_param parameters = {.sched_priority = priority};
  if (sched_setscheduler(0, SCHED_FIFO, &parameters) < 0) fail("SCHED_FIFO");
  if (mlockall(MCL_CURRENT | MCL_FUTURE) < 0) fail("mlockall");
}

#endif
