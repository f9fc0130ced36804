// What the compiler calls by itself where there is no C library. No malloc, no free: a reachable
// allocation is an undefined reference.

#include <stddef.h>
#include <stdint.h>

// A machine word that may lie over anything.
typedef uintptr_t __attribute__((may_alias)) word;

static int are_aligned(const void *a, const void *b) {
  return (((uintptr_t)a | (uintptr_t)b) & (sizeof(word) - 1)) == 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t count) {
  uint8_t *t = to;
  const uint8_t *f = from;
  if (are_aligned(to, from)) {
    for (; count >= 4 * sizeof(word); count -= 4 * sizeof(word)) {
      const word a = ((const word *)f)[0], b = ((const word *)f)[1];
      const word c = ((const word *)f)[2], d = ((const word *)f)[3];
      ((word *)t)[0] = a, ((word *)t)[1] = b, ((word *)t)[2] = c, ((word *)t)[3] = d;
      t += 4 * sizeof(word);
      f += 4 * sizeof(word);
    }
  }
  while (count--) *t++ = *f++;
  return to;
}

void *memmove(void *to, const void *from, size_t count) {
  uint8_t *t = to;
  const uint8_t *f = from;
  if (t <= f || t >= f + count) return memcpy(to, from, count);
  while (count--) t[count] = f[count];
  return to;
}

void *memset(void *to, int value, size_t count) {
  uint8_t *t = to;
  if (are_aligned(to, to)) {
    const word filled = (uint8_t)value * (~(word)0 / 255);
    for (; count >= 4 * sizeof(word); count -= 4 * sizeof(word)) {
      ((word *)t)[0] = filled, ((word *)t)[1] = filled;
      ((word *)t)[2] = filled, ((word *)t)[3] = filled;
      t += 4 * sizeof(word);
    }
  }
  while (count--) *t++ = (uint8_t)value;
  return to;
}

uintptr_t __stack_chk_guard = 0x50484152;

_Noreturn void __stack_chk_fail(void) {
  for (;;) __builtin_trap();
}

#ifdef __arm__
// The names that the Arm run-time ABI gives them, by alignment; one body serves all.
#define COPIES(name)                                                     \
  void name(void *to, const void *from, size_t count) { memcpy(to, from, count); }
#define MOVES(name)                                                      \
  void name(void *to, const void *from, size_t count) { memmove(to, from, count); }
#define CLEARS(name)                                                     \
  void name(void *to, size_t count) { memset(to, 0, count); }
#define SETS(name)                                                       \
  void name(void *to, size_t count, int value) { memset(to, value, count); }
COPIES(__aeabi_memcpy) COPIES(__aeabi_memcpy4) COPIES(__aeabi_memcpy8)
MOVES(__aeabi_memmove) MOVES(__aeabi_memmove4) MOVES(__aeabi_memmove8)
CLEARS(__aeabi_memclr) CLEARS(__aeabi_memclr4) CLEARS(__aeabi_memclr8)
SETS(__aeabi_memset) SETS(__aeabi_memset4) SETS(__aeabi_memset8)
#endif
