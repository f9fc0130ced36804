#include "CSocketCAN.h"

#include <errno.h>
#include <libsocketcan.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

// One ioctl on an interface, by a socket that lives as long as the question.
static int ask_interface(const char *interface, unsigned long question, struct ifreq *request) {
  memset(request, 0, sizeof *request);
  if (strlen(interface) >= sizeof request->ifr_name) return -ENODEV;
  strncpy(request->ifr_name, interface, sizeof request->ifr_name - 1);
  int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -errno;
  int result = ioctl(descriptor, question, request) < 0 ? -errno : 0;
  close(descriptor);
  return result;
}

int rack_can_has_controller(const char *interface) {
  struct ifreq request;
  int result = ask_interface(interface, SIOCGIFINDEX, &request);
  if (result < 0) return result;
  char path[64];
  snprintf(path, sizeof path, "/sys/class/net/%s/device", interface);
  return access(path, F_OK) == 0 ? 1 : 0;
}

int rack_can_is_up(const char *interface) {
  struct ifreq request;
  int result = ask_interface(interface, SIOCGIFFLAGS, &request);
  if (result < 0) return result;
  return (request.ifr_flags & IFF_UP) != 0 ? 1 : 0;
}

int rack_can_index(const char *interface) {
  struct ifreq request;
  int result = ask_interface(interface, SIOCGIFINDEX, &request);
  return result < 0 ? result : request.ifr_ifindex;
}

int rack_can_mtu(const char *interface) {
  struct ifreq request;
  int result = ask_interface(interface, SIOCGIFMTU, &request);
  return result < 0 ? result : request.ifr_mtu;
}

int rack_can_state(const char *interface, int32_t *state) {
  int answer = 0;
  if (can_get_state(interface, &answer) < 0) return -1;
  *state = answer;
  return 0;
}

int64_t rack_can_restart_ms(const char *interface) {
  uint32_t answer = 0;
  return can_get_restart_ms(interface, &answer) < 0 ? -1 : (int64_t)answer;
}

int rack_can_ask(const char *interface, struct rack_can_controller *answer) {
  memset(answer, 0, sizeof *answer);
  if (rack_can_state(interface, &answer->state) < 0) return -1;
  struct can_bittiming timing;
  memset(&timing, 0, sizeof timing);
  if (can_get_bittiming(interface, &timing) == 0) {
    answer->bits_per_second = timing.bitrate;
    answer->sample_point = timing.sample_point;
  }
  can_get_restart_ms(interface, &answer->restart_ms);
  struct can_berr_counter counters;
  memset(&counters, 0, sizeof counters);
  if (can_get_berr_counter(interface, &counters) == 0) {
    answer->has_counters = 1;
    answer->transmit_errors = counters.txerr;
    answer->receive_errors = counters.rxerr;
  }
  return 0;
}

int rack_can_restart(const char *interface) { return can_do_restart(interface) < 0 ? -1 : 0; }
