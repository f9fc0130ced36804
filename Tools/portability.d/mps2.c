// Arm MPS2 board as QEMU has it: start of a Cortex-M, talk by semihosting, SysTick as a counter.
//
// QEMU runs with `-icount shift=0`, where an instruction takes one nanosecond of the machine's time;
// SysTick counts at 25 MHz, so one count is 40 instructions.

#include "selftest.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

extern uint8_t stack_low[], stack_top[];
void reset(void);

__attribute__((section(".vectors"), used)) static void *const vectors[] = {
    stack_top, (void *)reset, (void *)reset, (void *)reset};

const uint32_t platform_unit = 40;

// Asks the debugger, which QEMU plays.
static uint32_t ask(uint32_t operation, const void *block) {
  register uint32_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

void platform_write(const char *text, uint32_t count) {
  char line[2] = {0, 0};
  while (count--) {
    line[0] = *text++;
    ask(4, line);
  }
}

// SysTick counts down, 24 bits; a step is shorter than its round of 671 million instructions.
uint32_t platform_count(void) {
  static uint32_t last = 0xffffff, sum;
  uint32_t present = REGISTER(0xe000e018);
  sum += (last - present) & 0xffffff;
  last = present;
  return sum;
}

// The stack was painted before the run.
uint32_t platform_stack(void) {
  const uint8_t *byte = stack_low;
  while (byte < stack_top && *byte == 0xa5) byte++;
  return (uint32_t)(stack_top - byte);
}

static void leave(int result) {
  uint32_t block[2] = {0x20026, (uint32_t)result};
  ask(0x20, block);
  for (;;) {}
}

static void paint(void) {
  uint8_t *end = (uint8_t *)__builtin_frame_address(0) - 256;
  for (volatile uint8_t *byte = stack_low; byte < (volatile uint8_t *)end; byte++) *byte = 0xa5;
}

__attribute__((noreturn)) void reset(void) {
#ifdef __ARM_FP
  REGISTER(0xe000ed88) |= 0xf << 20;
  __asm__ volatile("dsb\nisb");
#endif
  REGISTER(0xe000e014) = 0xffffff;
  REGISTER(0xe000e018) = 0;
  REGISTER(0xe000e010) = 5;
  paint();
  leave(selftest_run());
  for (;;) {}
}
