// The smallest program that does what rackd does with the plan of Tools/latency: a frame as text from a
// socketcand server in, compared with a threshold, the level of one line out. One thread, no tick, no
// check of anything.
//
//   rival PORT LINES-SOCKET
#include "wire.h"

static int bus, lines;

static void await(const char *answer) {
  char text[64];
  ssize_t count = recv(bus, text, sizeof text - 1, 0);
  text[count > 0 ? count : 0] = 0;
  if (!strstr(text, answer)) fail(answer);
}

static void say(const char *text) { send(bus, text, strlen(text), 0); }

int main(int count, char **arguments) {
  if (count != 3) return 64;
  struct sockaddr_un owner = unix_address(arguments[2]);
  lines = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  if (connect(lines, (struct sockaddr *)&owner, sizeof owner) < 0) fail(arguments[2]);
  // consumer "rival", no inputs, one output "LAMP"
  uint8_t packet[64];
  put_head(packet, HELLO);
  memcpy(packet + 5, "\5rival\0\1\4LAMP", 13);
  send(lines, packet, 18, 0);
  recv(lines, packet, sizeof packet, 0);

  struct sockaddr_in server = loopback((uint16_t)atoi(arguments[1]));
  bus = socket(AF_INET, SOCK_STREAM, 0);
  int on = 1;
  setsockopt(bus, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(bus, (struct sockaddr *)&server, sizeof server) < 0) fail(arguments[1]);
  await("< hi >");
  say("< open can0 >");
  await("< ok >");
  say("< rawmode >");
  await("< ok >");
  become_realtime(80);

  put_head(packet, WRITE);
  uint32_t level = 0, sequence = 0;
  char text[256];
  for (ssize_t length; (length = recv(bus, text, sizeof text - 1, 0)) > 0;) {
    text[length] = 0;
    unsigned identifier, high, low;
    if (sscanf(text, "< frame %x %*[0-9.] %2x%2x", &identifier, &high, &low) != 3) continue;
    uint32_t wanted = (high << 8 | low) >= THRESHOLD;
    if (identifier != FRAME || wanted == level) continue;
    level = wanted;
    put32(packet + 5, ++sequence);
    put32(packet + 9, level);
    send(lines, packet, 13, 0);
    uint8_t applied[64];
    while (recv(lines, applied, sizeof applied, MSG_DONTWAIT) > 0) {}
  }
  return 0;
}
