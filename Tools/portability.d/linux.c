// Linux without a C library: two system calls. Runs by itself or under qemu-user.

#include "selftest.h"

const uint32_t platform_unit = 0;
uint32_t platform_count(void) { return 0; }
uint32_t platform_stack(void) { return 0; }

#if defined(__x86_64__)
#define WRITE 1
#define EXIT 60
#define ARCH_PRCTL 158
static long call(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
#define WRITE 64
#define EXIT 93
static long call(long number, long a, long b, long c) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}
#else
#error "no system calls for this processor"
#endif

void platform_write(const char *text, uint32_t count) { call(WRITE, 1, (long)text, count); }

__attribute__((noreturn, used)) static void begin(void) {
#ifdef ARCH_PRCTL
  // The stack guard is read relative to the thread's own pointer.
  static uint64_t thread[16];
  call(ARCH_PRCTL, 0x1002, (long)thread, 0);
#endif
  int result = selftest_run();
  for (;;) call(EXIT, result, 0, 0);
}

// The kernel enters with an aligned stack and nothing to return to.
#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n  xor %ebp, %ebp\n  call begin\n");
#else
__asm__(".globl _start\n_start:\n  mov x29, #0\n  bl begin\n");
#endif
