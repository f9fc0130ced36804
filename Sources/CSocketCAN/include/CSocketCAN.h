// A CAN interface's controller, over libsocketcan: bit rate, restart time, error state and counters.
//
// Only interfaces with a controller have these. On a virtual one libsocketcan writes complaints to standard
// error, so callers ask `rack_can_has_controller` first.
#ifndef PHAROS_CSOCKETCAN_H
#define PHAROS_CSOCKETCAN_H

#include <stdint.h>

// What a controller reports about itself.
struct rack_can_controller {
  // Kernel's CAN_STATE_…: 0 active, 1 warning, 2 passive, 3 bus-off, 4 stopped, 5 sleeping.
  int32_t state;
  // Nominal bit rate, bit/s; sample point in tenths of a per cent.
  uint32_t bits_per_second;
  uint32_t sample_point;
  // Milliseconds from bus-off to the kernel's own restart; 0: none.
  uint32_t restart_ms;
  // Error counters, where the driver tells them.
  uint32_t has_counters;
  uint32_t transmit_errors;
  uint32_t receive_errors;
};

// 1 where the interface belongs to a device with a bit rate, 0 where it is virtual, -ENODEV where there is none.
int rack_can_has_controller(const char *interface);

// 1 where the interface is up, 0 where it is down, negated errno otherwise; needs no privilege.
int rack_can_is_up(const char *interface);

// The interface's index, or a negated errno: another one means that it was made anew.
int rack_can_index(const char *interface);

// The longest frame that the interface carries, in bytes of the kernel's frame: 16 classic, 72 CAN FD; or a
// negated errno.
int rack_can_mtu(const char *interface);

// Milliseconds from bus-off to the kernel's own restart, 0: none; -1 where the kernel does not say.
int64_t rack_can_restart_ms(const char *interface);

// Asks the controller; 0, or -1 where the kernel gave no state. Where no bit rate was ever set, libsocketcan
// complains.
int rack_can_ask(const char *interface, struct rack_can_controller *answer);

// Asks for the state alone; 0, or -1.
int rack_can_state(const char *interface, int32_t *state);

// Restarts a controller that is bus-off; 0, or -1 (needs CAP_NET_ADMIN).
int rack_can_restart(const char *interface);

#endif
